"""Bring a backup back into an empty installation; nothing that is there is overwritten.

Stop the server before. Put the keys back by hand; leave the checkpoints as they are, for they say
what a restored database lacks.
"""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from deliberation.settings import Settings
from deliberation.system.backups import NotDone, copies, put_back


def add(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="where the backups are kept")
    parser.add_argument("--database", help="name of the copy; the newest without it")


def run(args: Namespace) -> int:
    found = {path.name: path for path in copies(args.folder)}
    name = args.database or next(iter(found), "")
    try:
        if name not in found:
            raise NotDone(f"there is no such backup in {args.folder}")
        files = put_back(Settings.from_environment(), found[name])
    except (NotDone, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{name} and {files} files are back; `deliberation doctor` says what the record lacks")
    return 0
