"""What 60 screens cost that ask every ten seconds and report every minute.

CPU seconds per minute of the server (its other work included), beside a bare Starlette that only
says 304 to as many requests. Run alone by `python -m tests.bench.boards FOLDER`.
"""

import asyncio
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import psutil
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation import features
from deliberation.accounts.tokens import new_token, token_hash
from deliberation.app import create_app
from deliberation.boards.models import Board
from deliberation.calendar import local_date
from deliberation.database import connect, disconnect, migrate
from deliberation.settings import Settings
from deliberation.stages.notices.models import Notice
from tests.bench import report
from tests.boards.hung import published
from tests.cast import make_world, unguarded
from tests.faults.serving import free_port
from tests.soak.crowd import served

BOARDS, EVERY, REPORT_EVERY, SECONDS, NOTICES, PAGES = 60, 10, 60, 60, 4, 3


class Screen:
    """Turns pages and reports as a board does."""

    def __init__(self, port: int, token: str, code: str):
        self._port, self._token, self._code = port, token, code
        self._tags: dict[int, str] = {}
        self.answers: list[int] = []

    async def hang(self, start: float, seconds: float) -> None:
        page, asked, end = 0, 0, time.monotonic() + seconds
        await asyncio.sleep(start)
        while time.monotonic() < end:
            page = page % (NOTICES * PAGES) + 1
            # By then the server has let go of the last connection.
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
            tag = f"If-None-Match: {self._tags[page]}\r\n" if page in self._tags else ""
            head = await self._send(f"GET /board?page={page} HTTP/1.1\r\n{tag}", "")
            self._tags[page] = head.split("etag: ", 1)[1].split("\r\n", 1)[0]
            if asked % (REPORT_EVERY // EVERY) == 0:
                body = urlencode({"shown": f"{self._code} 1 60 0"})
                await self._send("POST /board/report HTTP/1.1\r\n", body)
            self._writer.close()
            asked += 1
            await asyncio.sleep(EVERY)

    async def _send(self, first: str, body: str) -> str:
        kind = "Content-Type: application/x-www-form-urlencoded\r\n" if body else ""
        self._writer.write(
            f"{first}Host: 127.0.0.1\r\nCookie: board={self._token}\r\nAccept-Encoding: gzip\r\n"
            f"{kind}Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        if "content-length: " in head and " 304 " not in head.split("\r\n")[0]:
            await self._reader.readexactly(int(head.split("content-length: ", 1)[1].split()[0]))
        self.answers.append(int(head[9:12]))
        return head


async def hung(settings: Settings) -> tuple[list[str], str]:
    """Notices of several pages that hang today, and the secrets of 60 paired boards."""
    await connect(settings, features.model_modules())
    try:
        await migrate(settings, features.model_modules())
        world, app = await make_world(), create_app(settings)
        for _ in range(NOTICES):
            notice = await published(world, app, pages=PAGES)
        now = datetime.now(UTC)
        period = {"first_on": local_date(now), "last_on": local_date(now) + timedelta(days=5)}
        await unguarded()
        await Notice.all().update(published_at=now, **period)
        tokens = [new_token() for _ in range(BOARDS)]
        await Board.bulk_create(
            Board(
                place=world.community,
                name=f"{number}号屏",
                kind="electronic",
                created_at=now,
                token_hash=token_hash(token),
                paired_at=now,
            )
            for number, token in enumerate(tokens, 1)
        )
        return tokens, notice.code
    finally:
        await disconnect()


def spent() -> float:
    """CPU seconds of every process under this one so far."""
    times = [one.cpu_times() for one in psutil.Process().children(recursive=True)]
    return sum(one.user + one.system for one in times)


async def poll(port: int, tokens: list[str], code: str) -> tuple[float, list[int]]:
    """CPU seconds per minute while all screens turn, and what they were answered."""
    screens = [Screen(port, token, code) for token in tokens]
    before, start = spent(), time.monotonic()
    await asyncio.gather(
        *(one.hang(number * EVERY / BOARDS, SECONDS) for number, one in enumerate(screens))
    )
    cost = (spent() - before) * 60 / (time.monotonic() - start)
    return cost, [status for one in screens for status in one.answers]


@contextmanager
def _bare():
    """The port of the reference, in a process of its own."""
    port = free_port()
    program = subprocess.Popen([sys.executable, "-m", "tests.bench.boards", "bare", str(port)])
    try:
        asyncio.run(_up(port))
        yield port
    finally:
        program.terminate()
        program.wait(30)


async def _up(port: int) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                return writer.close()
            except OSError:
                await asyncio.sleep(0.1)


def bare(port: int) -> None:
    async def same(request: Request) -> Response:
        return Response(status_code=304, headers={"ETag": '"x"'})

    routes = [Route("/board", same), Route("/board/report", same, methods=["POST"])]
    uvicorn.run(Starlette(routes=routes), port=port, access_log=False, log_level="error")


def measure(settings: Settings) -> None:
    tokens, code = asyncio.run(hung(settings))
    with served(settings) as port:
        ours, answers = asyncio.run(poll(port, tokens, code))
    if set(answers) - {200, 204, 304}:
        raise RuntimeError(f"screens were answered {set(answers)}")
    with _bare() as port:
        reference, _ = asyncio.run(poll(port, tokens, code))
    report("boards", ours, reference, "CPU seconds per minute of 60 boards")


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare(int(sys.argv[2]))
    else:
        measure(Settings(data_dir=Path(sys.argv[1])))
