"""`make bench`: one JSON line per measure: name, ours, reference (both as `unit`), ratio.

pages   requests per second of the pages people open most beside a bare page, with their 95th
        percentile in ms and their questions to the database (`pages.py`)
import  seconds to bring in 16,515 people beside plain inserts of the same rows with sqlite3
notice  seconds per notice, set and signed in child processes, beside bare WeasyPrint on the same
        HTML; `notice-typst` beside typst on the same words
coverage, coverage-public, entrance
        seconds per page of 6,600 households beside sqlite3 reading their rows (`coverage.py`)
group   seconds to find which of 73 opinions are alike, beside cutting them into words
phone   Lighthouse's measures and score of the pages residents open, on a slow phone (`phone.py`)
boards  CPU seconds per minute of 60 boards beside a bare Starlette that says 304 (`boards.py`)
cast-sqlite, cast-postgres
        ballots per second over HTTP beside one raw durable commit after another (`casting.py`)
"""

import asyncio
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from deliberation import features
from deliberation.calendar import local_date
from deliberation.clock import Clock
from deliberation.database import connect, disconnect, migrate
from deliberation.demo.line import carry
from deliberation.demo.people import Staff, settle
from deliberation.demo.rolls import bring_in
from deliberation.demo.walk import Walk
from deliberation.documents.files import Files
from deliberation.documents.models import Document
from deliberation.documents.queue import Queue, html_of
from deliberation.people.phones import Phones
from deliberation.roll import actions, sample
from deliberation.roll.reading.grid import Row, Sheet
from deliberation.roll.reading.parsing import parse
from deliberation.settings import Settings
from deliberation.stages.opinions import likeness
from deliberation.web.pdf import Renderer
from tests.bench import report
from tests.bench.notices import compare
from tests.opinions.sample import TEXTS

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
COPIES = 17


def large_roll() -> list[list]:
    """The sample compound as often as needed for a large community, building by building."""
    head, *rows = sample.rows()
    copies = [[f"{n}区{row[0]}", *row[1:]] for n in range(COPIES) for row in rows]
    return [head, *copies]


async def roll(settings: Settings, staff: Staff, phones: Phones) -> None:
    rows = large_roll()
    start = time.perf_counter()
    sheet = Sheet("名册", [Row(number, tuple(row)) for number, row in enumerate(rows, 1)])
    parsed = parse([sheet], today=local_date(NOW))
    clerk = await staff.actor("zhangjingban", NOW)
    upload = actions.Upload("0" * 64, "large.csv", 0)
    made = await actions.preview(clerk, staff.compound, upload, parsed, phones, NOW)
    await actions.commit(clerk, made, parsed, phones, NOW)
    ours = time.perf_counter() - start
    report("import", ours, _plain(settings.data_dir / "plain.sqlite3", rows), "s")


def group() -> None:
    likeness.alike(TEXTS)  # which loads the dictionary
    start = time.perf_counter()
    likeness.alike(TEXTS)
    ours = time.perf_counter() - start
    start = time.perf_counter()
    for text in TEXTS:
        likeness.words(text)
    report("group", ours, time.perf_counter() - start, "s")


def _plain(path: Path, rows: list[list]) -> float:
    start = time.perf_counter()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA synchronous=FULL")
        database.execute(f"CREATE TABLE roll ({', '.join(f'c{n}' for n in range(12))})")
        values = [[str(cell) for cell in row] for row in rows]
        database.executemany(f"INSERT INTO roll VALUES ({', '.join('?' * 12)})", values)
    return time.perf_counter() - start


async def main(folder: Path) -> None:
    settings = Settings(data_dir=folder)
    await connect(settings, features.model_modules())
    try:
        await migrate(settings, features.model_modules())
        phones = Phones.open(settings.phone_key_path)
        staff, files = await settle(phones, NOW), Files(folder / "files")
        async with Renderer() as renderer:

            async def render(now: datetime) -> None:
                await Queue(renderer, files, Clock(), settings).drain()

            walk = Walk(staff, phones, NOW, "one-three-two", render, files)
            await bring_in(walk, None, files)
            await carry(walk)
        await compare(settings, html_of(await Document.first(), settings))
        await roll(settings, staff, phones)
        group()
    finally:
        await disconnect()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(main(Path(name)))
    for measure in ("pages", "coverage", "boards", "phone"):
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            subprocess.run([sys.executable, "-m", f"tests.bench.{measure}", name], check=True)
    for engine in ("sqlite", "postgres"):
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            subprocess.run([sys.executable, "-m", "tests.bench.engine", engine, name], check=True)
