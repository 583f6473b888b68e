"""Copy the database and the files into a folder, best on another disk; the keys stay out of it.

The server may run meanwhile. A second backup into the same folder copies only what is new.
"""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

from deliberation import features
from deliberation.database import connect, disconnect
from deliberation.documents.models import File
from deliberation.settings import Settings
from deliberation.system.backups import NotDone, back_up


def add(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="where the backups are kept")
    parser.add_argument("--keep", type=int, default=30, help="copies of the database to keep (30)")


def run(args: Namespace) -> int:
    if args.keep < 1:
        print("--keep must be at least 1", file=sys.stderr)
        return 1
    settings = Settings.from_environment()
    named = asyncio.run(_named(settings))
    try:
        done = back_up(settings, args.folder, named, keep=args.keep, now=datetime.now(UTC))
    except (NotDone, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{done.database}, {done.files} files ({done.copied} new), {done.size:,} bytes in all")
    return 0


async def _named(settings: Settings) -> list[str]:
    """What the database names before it is copied: files are written before their rows."""
    await connect(settings, features.model_modules(), make_key=False)
    try:
        return await File.all().values_list("sha256", flat=True)
    finally:
        await disconnect()
