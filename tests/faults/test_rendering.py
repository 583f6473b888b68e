"""The queue of documents through real servers: two at once on PostgreSQL, and one that is killed.

SQLite means one server; PostgreSQL has two, which share the database and the folder of files.
"""

import asyncio
import re
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from deliberation.documents.actions import CLAIM
from deliberation.documents.files import Files
from deliberation.documents.models import Document, File
from deliberation.log.models import Entry
from tests.documents.test_queue import waiting
from tests.faults.serving import Offset, Server

pytestmark = pytest.mark.anyio
SECONDS = 90


async def all_made(ids: list[int], seconds: float = SECONDS) -> None:
    async with asyncio.timeout(seconds):
        while await Document.filter(id__in=ids, file_id=None).exists():
            await asyncio.sleep(0.1)


async def made_once(world, ids: list[int]) -> None:
    """Every document has its bytes, which are there, and was made by one act."""
    files = Files(world.settings.data_dir / "files")
    for row in await Document.filter(id__in=ids).select_related("file"):
        assert files.get(row.file.sha256).startswith(b"%PDF")
    acts = await Entry.filter(act="documents.render").values_list("body", flat=True)
    assert sorted(body["document"] for body in acts) == sorted(ids)
    assert await File.all().count() == len(ids)


async def printed_ports(world, ids: list[int]) -> set[str]:
    """Every server prints its own address: the ports in the files."""
    files = Files(world.settings.data_dir / "files")
    rows = await Document.filter(id__in=ids).select_related("file")
    found = [re.findall(rb"127.0.0.1:(\d+)/notices", files.get(row.file.sha256)) for row in rows]
    return {port.decode() for ports in found for port in ports}


def servers(world, engine: str, stack: ExitStack, clock: Offset) -> list[Server]:
    count = 2 if engine == "postgres" else 1
    return [
        stack.enter_context(Server(world.settings, papers=True, clock=clock)) for _ in range(count)
    ]


async def test_every_document_is_made_once_whoever_takes_it(world, engine, tmp_path):
    clock = Offset(tmp_path / "clock")
    ids = [(await waiting(world, title=f"公告{number}")).id for number in range(32)]
    with ExitStack() as stack:
        both = servers(world, engine, stack, clock)
        await asyncio.gather(*(server.ready() for server in both))
        await all_made(ids)
        ports = {str(server.port) for server in both}
    await made_once(world, ids)
    assert await printed_ports(world, ids) == ports, "one of the servers had no part"
    tries = await Document.filter(id__in=ids).values_list("attempts", flat=True)
    assert set(tries) == {1}


async def test_a_server_killed_while_it_renders_loses_nothing(world, engine, tmp_path):
    """Its document is made by another, or by itself when it is back, once the claim lapsed."""
    clock = Offset(tmp_path / "clock")
    with ExitStack() as stack:
        first, *others = servers(world, engine, stack, clock)
        await asyncio.gather(*(server.ready() for server in (first, *others)))
        # Ordered now, not before: a quick server would have made them unseen.
        ids = [(await waiting(world, title=f"公告{number}")).id for number in range(12)]
        claimed = Document.filter(id__in=ids, file_id=None, claimed_until__not_isnull=True)
        async with asyncio.timeout(SECONDS):
            while not await claimed.exists():
                await asyncio.sleep(0.005)
        for server in (first, *others):
            server.kill()
        lost = [row.id for row in await claimed.all()]
        assert lost, "the kill came after the work"
        clock.set(datetime.now(UTC) + CLAIM + timedelta(seconds=5))
        first.start()
        await first.ready()
        await all_made(ids)
    await made_once(world, ids)
    again = await Document.filter(id__in=lost).values_list("attempts", flat=True)
    assert set(again) == {2}
