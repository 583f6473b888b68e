"""kill -9 between any two commits, and within one: the next reader finds a state that goes on.

A program carries matters on a SQLite file. It is killed at seeded moments, counted in what it has
done so far plus a chance fraction of a second, so that a slow machine is killed there too.
"""

import asyncio
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import asynccontextmanager, closing, suppress
from datetime import timedelta
from pathlib import Path

import httpx2
import openpyxl
import pytest

from deliberation import features
from deliberation.app import create_app
from deliberation.commands.walk import WalkClock
from deliberation.database import connect, disconnect, migrate, sqlite_path
from deliberation.demo.people import PASSWORD, settle
from deliberation.documents.files import Files
from deliberation.documents.models import Document, File
from deliberation.documents.queue import Queue
from deliberation.log import standing
from deliberation.log.models import Entry, broken
from deliberation.people.phones import Phones
from deliberation.roll import sample
from deliberation.settings import Settings
from deliberation.web.pdf import Renderer
from tests.conftest import ORIGIN
from tests.faults.carry import START
from tests.story.browser import Person

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).resolve().parents[2]
CHANCE = random.Random(20260302)
PREVIEWED = "SELECT count(*) FROM entry WHERE act = 'roll.preview'"
ACTS = "SELECT count(*) FROM entry"
BALLOTS = "SELECT count(*) FROM ballot"
CLAIMED = "SELECT count(*) FROM document WHERE claimed_until IS NOT NULL AND file_id IS NULL"
HOMES = 40


@asynccontextmanager
async def opened(settings: Settings):
    await connect(settings, features.model_modules())
    try:
        yield
    finally:
        await disconnect()


@pytest.fixture(scope="module")
async def staffed(tmp_path_factory) -> Path:
    """A data folder with a migrated database and people in office; no roll, no matter."""
    folder = tmp_path_factory.mktemp("staffed")
    settings = Settings(data_dir=folder)
    async with opened(settings):
        await migrate(settings, features.model_modules())
        await settle(Phones.open(settings.phone_key_path), START - timedelta(days=30))
    return folder


def roll(path: Path, homes: int | None = None) -> Path:
    """The sample compound's roll, or its first homes only; some of both are representatives."""
    book = openpyxl.Workbook()
    kept, seen = [], set()
    for row in sample.rows():
        seen.add(tuple(row[:3]))
        if homes is None or len(seen) <= homes + 1:
            kept.append(row)
    for row in kept:
        book.active.append(row)
    book.save(path)
    return path


def ask(database: Path, question: str) -> list[tuple]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute(question).fetchall()


async def killed(folder: Path, roll: Path, counted: str, more: int, pause: float) -> None:
    """Runs the program until it has done `more` than before and a pause on top; then SIGKILL."""
    database = sqlite_path(Settings(data_dir=folder))
    least = ask(database, counted)[0][0] + more
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.carry", str(folder), str(roll)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(60):
            while ask(database, counted)[0][0] < least:
                assert program.poll() is None, program.stderr.read().decode()
                await asyncio.sleep(0.005)
        await asyncio.sleep(pause)
        assert program.poll() is None, program.stderr.read().decode()
        program.kill()
        assert program.wait(10) == -signal.SIGKILL
    finally:
        program.stderr.close()
        with suppress(ProcessLookupError):  # the child that sets pages, should it still be there
            os.killpg(program.pid, signal.SIGKILL)


async def sound(folder: Path) -> None:
    """Everything that must hold, whatever was under way."""
    settings = Settings(data_dir=folder)
    database = sqlite_path(settings)
    assert ask(database, "PRAGMA integrity_check") == [("ok",)]
    assert ask(database, "PRAGMA foreign_key_check") == []
    for number, stage, ended in ask(database, "SELECT id, stage, ended FROM matter"):
        stays = ask(
            database,
            f"SELECT stage FROM passage WHERE matter_id = {number} AND left_at IS NULL",
        )
        assert stays == ([] if ended else [(stage,)])
        assert bool(stage) != bool(ended)
    async with opened(settings):
        for chain in set(await Entry.all().values_list("chain", flat=True)):
            assert await broken(chain) is None
        assert standing.behind() == {}, "nothing was witnessed that is not there"
        files = Files(settings.data_dir / "files")
        for sha256 in await File.all().values_list("sha256", flat=True):
            files.get(sha256)


def imported(folder: Path) -> tuple[int, int, int]:
    """Buildings, households and people living in them."""
    database = sqlite_path(Settings(data_dir=folder))
    found = [
        ask(database, f"SELECT count(*) FROM {where}")[0][0]
        for where in ("place WHERE kind = 'building'", "household", "member")
    ]
    return tuple(found)


async def answers(folder: Path) -> None:
    """The application shows the newest matter to everyone, and to the clerk who goes on with it."""
    settings = Settings(data_dir=folder)
    async with opened(settings):
        transport = httpx2.ASGITransport(app=create_app(settings))
        async with (
            httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as nobody,
            httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as staff,
        ):
            visitor, clerk = Person("visitor", nobody), Person("clerk", staff)
            form = await clerk.see("/sign-in")
            typed = {"username": "zhangjingban", "password": PASSWORD}
            desk = await clerk.press(form, "/sign-in", typed)
            newest = [href for href, _ in desk.links if re.fullmatch(r"/matters/\d+", href)][:1]
            for person in (visitor, clerk):
                await person.see("/matters")
                for matter in newest:
                    for url, _ in (await person.see(matter)).links:
                        if url.startswith((f"{matter}/", "/notices/")):
                            await person.see(url)


async def papers_are_made(settings: Settings) -> None:
    """Another process takes over what was claimed and never finished."""
    assert ask(sqlite_path(settings), CLAIMED) != [(0,)], "no kill came while a PDF was set"
    files, later = Files(settings.data_dir / "files"), WalkClock(START + timedelta(days=365))
    async with opened(settings), Renderer(workers=1) as renderer:
        await Queue(renderer, files, later, settings).drain()
        # A preview that a newer draft replaced is not made any more, and says so.
        assert not await Document.filter(file_id=None, error="").exists()


async def test_an_import_that_is_killed_brings_in_all_or_nothing(staffed, tmp_path):
    whole = (9, 382, 963)
    big, seen = roll(tmp_path / "roll.xlsx"), set()
    for attempt, pause in enumerate((0.0, *(CHANCE.uniform(0, most) for most in (0.2, 0.5, 1)))):
        folder = tmp_path / str(attempt)
        shutil.copytree(staffed, folder)
        await killed(folder, big, PREVIEWED, 1, pause)
        await sound(folder)
        assert imported(folder) in ((0, 0, 0), whole)
        seen.add(imported(folder))
    assert (0, 0, 0) in seen, "no kill came before the commit"


async def test_a_matter_that_is_killed_goes_on_where_it_stood(staffed, tmp_path):
    folder, few = tmp_path / "data", roll(tmp_path / "roll.xlsx", HOMES)
    shutil.copytree(staffed, folder)
    moments = [(ACTS, more) for more in CHANCE.sample(range(5, 140), 5)]
    moments += [(CLAIMED, 1), (BALLOTS, 3)]
    for counted, more in moments:
        await killed(folder, few, counted, more, CHANCE.uniform(0, 0.05))
        await sound(folder)
        await answers(folder)
    await papers_are_made(Settings(data_dir=folder))
    database = sqlite_path(Settings(data_dir=folder))
    stood = {stage for (stage,) in ask(database, "SELECT stage FROM matter")}
    assert len(stood) >= 3, f"every kill found a matter at {stood}"
