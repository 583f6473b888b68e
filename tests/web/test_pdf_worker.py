"""The children that set pages: what they may read, and when they are stopped."""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deliberation.web.assets import STATIC
from deliberation.web.pdf import Renderer, RenderFailed
from tests.web.sample import sample_notice

HEAD = "<html lang=zh><title>短</title>"
SHORT = HEAD + "<link rel=stylesheet href=print.css><p>短</p>"
RUNAWAY = "<table>" + "<tr><td>一</td><td>二</td></tr>" * 5000 + "</table>"
SECRET = "a-secret-of-the-server"


def children(pid: int | str = "self") -> set[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return {int(child) for task in tasks for child in (task / "children").read_text().split()}


def test_the_same_notice_gives_the_same_bytes_in_any_child_at_any_time():
    async def main():
        async with Renderer(workers=2) as renderer:
            html = sample_notice()
            first = await asyncio.gather(renderer.render(html), renderer.render(html))
            await renderer.render(SHORT)
            return {*first, await renderer.render(html)}

    assert len(asyncio.run(main())) == 1


def test_a_runaway_document_is_killed_at_its_limit_and_the_next_one_is_set():
    async def main():
        async with Renderer(workers=1) as renderer:
            before, started = children(), time.monotonic()
            with pytest.raises(RenderFailed, match="1.5 秒"):
                await renderer.render(RUNAWAY, timeout=1.5)
            assert 1.5 <= time.monotonic() - started < 2.5
            assert before and not before & children()
            assert (await renderer.render(SHORT)).startswith(b"%PDF")
        assert children() == set()

    asyncio.run(main())


def test_a_document_that_needs_too_much_memory_is_stopped_and_the_next_one_is_set():
    async def main():
        async with Renderer(workers=1, memory=330_000_000) as renderer:
            with pytest.raises(RenderFailed, match="内存"):
                await renderer.render(SHORT.replace("短", "长" * 30_000_000))
            assert (await renderer.render(SHORT)).startswith(b"%PDF")

    asyncio.run(main())


def test_a_caller_who_gives_up_does_not_leave_his_answer_to_the_next():
    async def main():
        async with Renderer(workers=1) as renderer:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(renderer.render(RUNAWAY), 0.3)
            assert await renderer.render(SHORT) == await renderer.render(SHORT)

    asyncio.run(main())


def test_a_child_that_died_while_idle_is_replaced():
    async def main():
        async with Renderer(workers=1) as renderer:
            (child,) = children()
            os.kill(child, signal.SIGKILL)
            while child in children():
                await asyncio.sleep(0.1)
            assert (await renderer.render(SHORT)).startswith(b"%PDF")

    asyncio.run(main())


def test_the_event_loop_goes_on_while_pages_are_set():
    async def main():
        gaps, last = [], time.monotonic()

        async def tick():
            nonlocal last
            while True:
                await asyncio.sleep(0.005)
                now = time.monotonic()
                gaps.append(now - last)
                last = now

        async with Renderer(workers=1) as renderer:
            begun = last = time.monotonic()
            ticking = asyncio.create_task(tick())
            await renderer.render(sample_notice())
            ticking.cancel()
        return max(gaps) / (time.monotonic() - begun), len(gaps)

    longest, ticks = asyncio.run(main())
    assert longest < 0.5  # of the time that the notice took; inline it would be the whole
    assert ticks > 20


def test_children_die_with_their_parent():
    code = (
        "import asyncio\nfrom deliberation.web.pdf import Renderer\n"
        "async def main():\n async with Renderer() as r:\n  print('up', flush=True)\n"
        "  await r.render('<table>' + '<tr><td>1' * 5000, timeout=600)\n"
        "asyncio.run(main())"
    )
    root = str(Path(__file__).parents[2])
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=root) as parent:
        assert parent.stdout.readline() == b"up\n"
        orphans = children(parent.pid)
        assert len(orphans) == 2
        parent.kill()
    deadline = time.monotonic() + 5
    while any(Path(f"/proc/{pid}/exe").exists() for pid in orphans):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_child_does_not_know_the_servers_settings(monkeypatch):
    monkeypatch.setenv("DELIBERATION_DATABASE_URL", f"postgres://u:{SECRET}@127.0.0.1/x")

    async def main():
        async with Renderer(workers=1):
            (child,) = children()
            return Path(f"/proc/{child}/environ").read_bytes()

    known = asyncio.run(main())
    assert b"FONTCONFIG_FILE" in known
    assert SECRET.encode() not in known


@pytest.fixture
def secret(tmp_path) -> Path:
    """A file of the server that would be a valid picture, style sheet and attachment."""
    path = tmp_path / "secret.svg"
    path.write_text(
        f"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><text>{SECRET}</text></svg>"
    )
    return path


SVG = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'>{}</svg>"
WAYS_TO_READ = [
    '<img alt="x" src="{}">',
    '<link rel="attachment" href="{}"><p>x',
    '<a rel="attachment" href="{}">x</a>',
    '<link rel="stylesheet" href="{}"><p>x',
    '<style>@import url("{}");</style><p>x',
    '<style>@font-face {{ font-family: y; src: url("{}") }}</style><p>x',
    '<p style="background: url({})">x',
    '<object data="{}"></object>',
    '<img alt="x" src="{}">'.format(SVG.format("<image width='9' height='9' href='{}'/>")),
    '<base href="{}"><img alt="x" src="?">',
]


def test_nothing_outside_the_static_folder_is_read(secret):
    async def main():
        hits = []
        server = await asyncio.start_server(lambda *_: hits.append(1), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        up = "/".join([".."] * len(STATIC.parts))
        async with server, Renderer(workers=1) as renderer:
            for way, url in itertools.product(
                WAYS_TO_READ,
                (
                    secret.as_uri(),
                    f"{STATIC.as_uri()}/{up}{secret}",
                    f"http://127.0.0.1:{port}/x.svg",
                    "file:///etc/passwd",
                ),
            ):
                html = HEAD + way.format(url)
                with pytest.raises(RenderFailed, match="已拒绝"):
                    pytest.fail(f"{html} gave {len(await renderer.render(html))} bytes")
        return hits

    assert asyncio.run(main()) == []


def test_a_link_out_of_the_static_folder_is_not_followed(tmp_path, secret):
    link = STATIC / "link-of-a-test.svg"
    link.symlink_to(secret)
    try:

        async def main():
            async with Renderer(workers=1) as renderer:
                with pytest.raises(RenderFailed, match="已拒绝"):
                    await renderer.render(f'{HEAD}<img alt="x" src="{link.name}">')

        asyncio.run(main())
    finally:
        link.unlink()


def test_a_page_that_would_lack_something_is_not_made():
    async def main():
        async with Renderer(workers=1) as renderer:
            for html in (
                HEAD + '<img alt="x" src="data:image/png;base64,AAAA">',
                HEAD + f'<img src="{SVG.format("")}">',
                HEAD + '<link rel=stylesheet href="no-such.css">',
                SHORT.replace(" lang=zh", ""),
            ):
                with pytest.raises(RenderFailed, match="请检查模板"):
                    pytest.fail(f"{html} gave {len(await renderer.render(html))} bytes")

    asyncio.run(main())
