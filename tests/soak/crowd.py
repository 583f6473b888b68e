"""An open vote with as many signed-in voters as needed, and the server that takes their ballots.

The server is the program itself in a process of its own, over loopback HTTP.
"""

import asyncio
import os
import secrets
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from deliberation import features
from deliberation.accounts.models import Account, Session, SessionAccount
from deliberation.accounts.tokens import new_token, token_hash
from deliberation.database import connect, disconnect, migrate
from deliberation.people.models import Member
from deliberation.settings import Settings
from tests.cast import make_world
from tests.vote.voting import open_vote

IDLE = 2  # seconds, less than the server keeps an idle connection
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Voter:
    """Someone signed in: the session's cookie and the line of the roll."""

    matter: int
    entry: int
    token: str

    def ballot(self, port: int, choice: str = "for") -> bytes:
        """The request that casts a ballot, as a browser would send it."""
        body = urlencode({"code": secrets.token_hex(16), "from": 2, "c1": choice})
        return (
            f"POST /matters/{self.matter}/vote/ballot/{self.entry}/cast HTTP/1.1\r\n"
            f"Host: 127.0.0.1:{port}\r\nCookie: session={self.token}\r\n"
            f"Origin: http://127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


async def gather(settings: Settings, voters: int, *, secret: bool = False) -> list[Voter]:
    """Migrates the database and signs in everyone on the roll of a vote that is open now."""
    await connect(settings, features.model_modules())
    try:
        await migrate(settings, features.model_modules())
        world = await make_world()
        world.now = datetime.now(UTC) - timedelta(minutes=1)
        matter, _, lines = await open_vote(world, voters, secret=secret)
        tokens = [new_token() for _ in lines]
        at = {"created_at": world.now}
        first = await Account.all().count()
        home = world.households["1-101"]
        await Member.bulk_create(Member(household=home, person_id=row.person_id) for row in lines)
        await Account.bulk_create(Account(person_id=row.person_id, **at) for row in lines)
        accounts = await Account.all().order_by("id").offset(first)
        await Session.bulk_create(
            Session(
                token_hash=token_hash(token),
                account=account,
                seen_at=world.now,
                expires_at=world.now + timedelta(days=1),
                **at,
            )
            for token, account in zip(tokens, accounts, strict=True)
        )
        sessions = await Session.all().order_by("id")
        await SessionAccount.bulk_create(
            SessionAccount(session=row, account_id=row.account_id) for row in sessions
        )
        return [Voter(matter.id, row.id, token) for row, token in zip(lines, tokens, strict=True)]
    finally:
        await disconnect()


@contextmanager
def served(settings: Settings):
    """The port of a running server on this data; it is stopped afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {
        "DELIBERATION_DATA_DIR": str(settings.data_dir),
        "DELIBERATION_DATABASE_URL": settings.database_url,
    }
    program = subprocess.Popen(
        [sys.executable, "-m", "deliberation", "serve", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | given,
    )
    try:
        asyncio.run(_up(port, program))
        yield port
    finally:
        program.terminate()
        program.wait(30)


async def _up(port: int, program: subprocess.Popen) -> None:
    async with asyncio.timeout(60):
        while True:
            assert program.poll() is None, "the server did not start"
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            except OSError:
                await asyncio.sleep(0.1)


class Phone:
    """One kept-alive connection that sends ready-made requests: no work beside the server's."""

    def __init__(self, port: int):
        self._port, self._reader, self._writer, self._used = port, None, None, 0.0

    async def send(self, request: bytes) -> tuple[int, bytes]:
        """The status and the body of the answer, as it came."""
        if time.monotonic() - self._used > IDLE:
            self.close()
            opened = await asyncio.open_connection("127.0.0.1", self._port)
            self._reader, self._writer = opened
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        size = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        body = await self._reader.readexactly(size)
        self._used = time.monotonic()
        return int(head[9:12]), body

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
