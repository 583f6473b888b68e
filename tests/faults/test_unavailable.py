"""What cannot be stored: a voter reads one clear sentence, nothing is half there, and the form
that comes back works once the disk has room, or the database is there again."""

import asyncio
import os
import resource
import subprocess
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from deliberation.database import connect, disconnect
from tests.faults.databases import MODULES, Postgres, database
from tests.faults.election import Acknowledged, Election, check, prepare, receipt_of
from tests.faults.serving import Server
from tests.story.browser import parse

pytestmark = pytest.mark.anyio
SIZE = 24 * 1024 * 1024


class SmallDisk:
    """A disk of a few megabytes that can be filled: a file system in memory of its own, or where
    none may be mounted, a limit on how long the server's files may grow."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
        self.mounted = os.geteuid() == 0 and subprocess.run(command).returncode == 0
        self._filler = folder / "filler"

    def fill(self, process: int) -> None:
        if not self.mounted:
            resource.prlimit(process, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
            return
        with self._filler.open("wb", buffering=0) as filler, suppress(OSError):
            while True:
                filler.write(b"0" * 4096)

    def free(self, process: int) -> None:
        if self.mounted:
            self._filler.unlink()
        else:
            unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.prlimit(process, resource.RLIMIT_FSIZE, unlimited)

    def close(self) -> None:
        if self.mounted:
            subprocess.run(["umount", str(self.folder)], check=True)


class NoDatabase:
    """PostgreSQL stopped as if its machine had lost power."""

    def __init__(self, postgres: Postgres):
        self.fill, self.free = lambda _: postgres.stop(), lambda _: postgres.start()


@asynccontextmanager
async def breakable(engine: str, folder: Path):
    """(world, what `fill`s so that nothing can be stored, and `free`s again)."""
    if engine == "postgres":
        async with database(engine) as (world, postgres):
            yield world, NoDatabase(postgres)
        return
    disk = SmallDisk(folder)
    try:
        async with database(engine, folder) as (world, _):
            yield world, disk
    finally:
        disk.close()


async def cast(server: Server, election: Election, line, fields: dict) -> tuple[int, str]:
    path = election.casting.format(line.entry)
    return await server.ask("POST", path, line.token, fields)


async def receipt(server: Server, election: Election, line, fields: dict) -> None:
    """Sends a form until it is acknowledged, as a patient voter does."""
    for _ in range(50):
        status, page = await cast(server, election, line, fields)
        if status == 200:
            break
        assert status == 503, page
        await asyncio.sleep(0.1)
    told = receipt_of(election, page, fields)
    choices = (fields["c1"], fields["c2"])
    election.given.append(Acknowledged(line.entry, choices, told))


async def test_a_ballot_that_cannot_be_stored_comes_back_to_be_sent_again(engine, tmp_path):
    async with breakable(engine, tmp_path / "disk") as (world, place):
        elections = [await prepare(world, 12, secret=secret) for secret in (False, True)]
        await disconnect()
        form = {"c1": "for", "c2": "against", "code": "0" * 32}
        with Server(world.settings) as server:
            await server.ready()
            for election in elections:
                await receipt(server, election, election.lines[0], form)
            place.fill(server.process)
            for election in elections:
                for line in election.lines[1:3]:
                    status, page = await cast(server, election, line, form)
                    assert status == 503, page
                    assert "没有投成，请稍后再试" in page
                    hidden = {n.get("name"): n.get("value") for n in parse(page).all("input")}
                    assert {name: hidden[name] for name in form} == form
            place.free(server.process)
            for election in elections:
                for line in election.lines[1:3]:
                    await receipt(server, election, line, form)
        await connect(world.settings, MODULES)
        for election in elections:
            found = await check(world, election)
            assert found.fine, found
            assert found.stored == 3
