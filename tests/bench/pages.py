"""The pages people open most, on the demo's data, beside a bare Starlette page of as many bytes.

Requests per second of one after another without a network between, what 95 of 100 requests stay
below (ms), and the questions to the database for one. `…-made` is a page as it is made when
something was written since, `…-again` for who has it already. Run alone by
`python -m tests.bench.pages FOLDER`.
"""

import asyncio
import sys
import time
from pathlib import Path

import httpx2
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from deliberation.app import create_app
from deliberation.database import disconnect
from deliberation.matters.models import Matter
from deliberation.places.models import Place
from deliberation.stages.vote.models import Vote
from tests.bench import report
from tests.browser.demo import ORIGIN, Fixed, fill, token_of
from tests.queries import counted

REQUESTS, WARM = 200, 5


def client(app, token: str = "") -> httpx2.AsyncClient:
    cookies = {"session": token} if token else {}
    transport = httpx2.ASGITransport(app=app)
    return httpx2.AsyncClient(transport=transport, base_url=ORIGIN, cookies=cookies)


async def measure(
    browser: httpx2.AsyncClient, url: str, headers: dict, written: bool = False
) -> tuple[float, float]:
    """Requests per second, and the 95th percentile in milliseconds; `written`: something is before
    each of them."""
    times = []
    for _ in range(REQUESTS + WARM):
        if written:
            await write()
        start = time.perf_counter()
        answer = await browser.get(url, headers=headers)
        times.append(time.perf_counter() - start)
        assert answer.status_code in (200, 304)
    times = sorted(times[WARM:])
    return REQUESTS / sum(times), times[int(REQUESTS * 0.95)] * 1000


async def write() -> None:
    """Something that no page shows, and another one each time: the same again is no change."""
    await Place.filter(parent=None).update(phone=str(time.perf_counter_ns()))


async def compare(
    name: str, browser: httpx2.AsyncClient, url: str, written: bool = False, **headers: str
) -> None:
    first = await browser.get(url, headers=headers)
    html = first.content if first.status_code == 200 else b""
    bare = Starlette(routes=[Route("/", lambda request: HTMLResponse(html))])
    async with client(bare) as reference:
        plain, _ = await measure(reference, "/", {})
    if written:
        await write()
    with counted() as asked:
        await browser.get(url, headers=headers)
    ours, p95 = await measure(browser, url, headers, written)
    more = {"p95_ms": round(p95, 1), "queries": len(asked)}
    report(f"pages-{name}", ours, plain, "requests/s", **more)


async def main(folder: Path) -> None:
    app = create_app(await fill(folder / "data"))
    app.state.clock = Fixed()
    try:
        vote = await Vote.filter(status="open").order_by("-id").first()
        matter = f"/matters/{vote.matter_id}"
        async with client(app) as visitor:
            await compare("public-matter", visitor, matter)
            tag = (await visitor.get(matter)).headers["etag"]
            await compare("public-matter-again", visitor, matter, **{"If-None-Match": tag})
            # Whoever sends a cookie that we do not know has a page made for them.
            await compare("public-matter-made", visitor, matter, cookie="one=1")
        async with client(app, await token_of("representative")) as voter:
            await compare("home", voter, "/me")
            await compare("front", voter, "/")
            await compare("matter", voter, matter)
            await compare("vote", voter, f"{matter}/vote")
            ballot = await voter.get(f"{matter}/vote/ballot")
            await compare("ballot", voter, ballot.headers["location"])
            hearing = await Matter.filter(stage="opinions").first()
            await compare("opinion", voter, f"/matters/{hearing.id}/opinions/survey")
        async with client(app, await token_of("clerk")) as clerk:
            await compare("desk", clerk, "/desk")
            await compare("desk-made", clerk, "/desk", written=True)
    finally:
        await disconnect()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
