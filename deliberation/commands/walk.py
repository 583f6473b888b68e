"""Carry one matter through every stage without a browser and leave what came out.

DIR then holds `summary.json`, `notices/*.pdf`, `record.json`, the log of every act, and
`package.zip`, the record of the vote, which `deliberation verify` recounts. The walk has a
database of its own, which is gone afterwards; nothing of an installation is touched.
"""

import asyncio
import hashlib
import json
import shutil
import tempfile
from argparse import ArgumentParser, Namespace
from datetime import UTC, date, datetime, time
from pathlib import Path

from deliberation import features, procedures
from deliberation.calendar import SHANGHAI
from deliberation.clock import Clock
from deliberation.database import connect, disconnect, migrate
from deliberation.demo.line import carry
from deliberation.demo.people import settle
from deliberation.demo.rolls import bring_in
from deliberation.demo.summary import record, summary
from deliberation.demo.walk import Walk
from deliberation.documents.files import Files
from deliberation.documents.queue import Queue
from deliberation.people.phones import Phones
from deliberation.settings import Settings
from deliberation.stages.notices.models import Notice
from deliberation.stages.vote.evidence.package import counted_vote, package
from deliberation.stages.vote.facts import current_vote
from deliberation.web.pdf import Renderer


def add(parser: ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, help="folder for what comes out")
    parser.add_argument("--roll", type=Path, help="roll file; else the sample compound")
    parser.add_argument(
        "--procedure", choices=list(procedures.PROCEDURES), default=procedures.DEFAULT
    )
    parser.add_argument(
        "--start", type=date.fromisoformat, default=date(2026, 3, 2), help="first day, 2026-03-02"
    )


def run(args: Namespace) -> int:
    args.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), demo=True)
        found = asyncio.run(_run(settings, args))
    print(json.dumps(found["counts"] | {"stages": len(found["stages"])}, ensure_ascii=False))
    return 0


async def _run(settings: Settings, args: Namespace) -> dict:
    await connect(settings, features.model_modules())
    try:
        await migrate(settings, features.model_modules())
        files = Files(settings.data_dir / "files")
        async with Renderer(fonts=settings.fonts_dir) as renderer:
            walk = await _carried(settings, args, files, renderer)
        documents = await _notices(walk, files, args.out)
        named = await _package(walk, args.out)
        found = await summary(walk) | {"documents": documents, "package": named}
        _write(args.out / "summary.json", found)
        _write(args.out / "record.json", await record(walk))
        return found
    finally:
        await disconnect()


async def _carried(settings: Settings, args: Namespace, files: Files, renderer: Renderer) -> Walk:
    start = datetime.combine(args.start, time(9), SHANGHAI).astimezone(UTC)
    phones = Phones.open(settings.phone_key_path)
    clock = WalkClock(start)
    queue = Queue(renderer, files, clock, settings)

    async def render(now: datetime) -> None:
        clock.moment = now
        await queue.drain()

    staff = await settle(phones, start)
    walk = Walk(staff, phones, start, args.procedure, render, files)
    walk.counts |= await bring_in(walk, args.roll, files)
    await carry(walk)
    await render(walk.now)
    return walk


class WalkClock(Clock):
    """The walk's own time, for the documents it leaves."""

    def __init__(self, moment: datetime):
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


async def _notices(walk: Walk, files: Files, out: Path) -> list[dict]:
    """Copies every notice's PDF out: [{kind, number, file, sha256}]."""
    folder = out / "notices"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    listed = []
    for notice in await Notice.filter(matter=walk.matter).select_related("document__file"):
        file = notice.document.file
        name = f"{notice.kind}-{notice.number}-{notice.revision}.pdf"
        (folder / name).write_bytes(files.get(file.sha256))
        listed.append(
            {
                "kind": notice.kind,
                "number": notice.number,
                "file": f"notices/{name}",
                "sha256": file.sha256,
            }
        )
    return listed


async def _package(walk: Walk, out: Path) -> dict:
    """Leaves the record of the vote: {file, sha256}."""
    vote = await current_vote(walk.matter)
    content = await package(await counted_vote(walk.matter, vote.id))
    (out / "package.zip").write_bytes(content)
    return {"file": "package.zip", "sha256": hashlib.sha256(content).hexdigest()}


def _write(path: Path, content) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
