"""A server of ours on the loopback that can be killed, and a client that notices."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from deliberation.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
CUT = (OSError, asyncio.IncompleteReadError)  # what a client sees of a server that dies


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Offset:
    """A clock for several servers that is set from outside; it goes on by itself."""

    def __init__(self, path: Path):
        self.path = path
        self.set(datetime.now(UTC))

    def set(self, moment: datetime) -> None:
        off = (moment - datetime.now(UTC)).total_seconds()
        new = self.path.with_suffix(".new")
        new.write_text(str(off))
        new.replace(self.path)


class Server:
    """One server process at a time, forked from a zygote (`zygote.py`), on one port."""

    def __init__(self, settings: Settings, *, papers: bool = False, clock: "Offset | None" = None):
        self.port = free_port()
        self._order = {
            "data_dir": str(settings.data_dir),
            "database_url": settings.database_url,
            "port": self.port,
            "papers": papers,
            "clock": str(clock.path) if clock else "",
        }
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.process = 0

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *_) -> None:
        self._zygote.stdin.close()
        self._zygote.wait(20)
        self._zygote.stdout.close()

    def _order_and_wait(self, line: str) -> int:
        self._zygote.stdin.write(f"{line}\n")
        self._zygote.stdin.flush()
        return int(self._zygote.stdout.readline())

    def start(self) -> None:
        self.process = self._order_and_wait(json.dumps(self._order))

    def kill(self) -> None:
        """SIGKILL; a server that had ended by itself fails the test."""
        assert self._order_and_wait("kill") == -signal.SIGKILL

    async def ready(self, seconds: float = 60) -> None:
        async with asyncio.timeout(seconds):
            while True:
                try:
                    status, _ = await self.ask("GET", "/privacy")
                except CUT:
                    await asyncio.sleep(0.05)
                    continue
                assert status == 200, status
                return

    async def ask(
        self, method: str, path: str, token: str = "", fields: dict | None = None
    ) -> tuple[int, str]:
        """(status, body) of one request on a connection of its own; CUT when there is no whole
        answer."""
        body = urlencode(fields or {}).encode()
        head = [
            f"{method} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"Origin: http://127.0.0.1:{self.port}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
            f"Cookie: session={token}",
            "Connection: close",
        ]
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write("\r\n".join([*head, "", ""]).encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            lines = answer.decode().lower().split("\r\n")
            length = next(line for line in lines if line.startswith("content-length:"))
            content = await reader.readexactly(int(length.split(":")[1]))
            return int(answer.split()[1]), content.decode()
        finally:
            writer.close()
