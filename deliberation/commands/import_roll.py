"""Import a spreadsheet of residents into a community.

`--dry-run` only reads the file: it needs no database. With `--json` one object is printed:
`added` and `changed` count households, `people` the persons named in the file, `refused` lists
{row, reason}.
"""

import asyncio
import json
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

from deliberation import features
from deliberation.acting import SYSTEM, Refused
from deliberation.calendar import local_date
from deliberation.database import connect, disconnect, migrate
from deliberation.documents.files import Files
from deliberation.people.phones import Phones
from deliberation.places.models import Place, PlaceKind
from deliberation.roll import actions, uploads
from deliberation.roll.reading.grid import Unreadable
from deliberation.roll.reading.parsed import Parsed
from deliberation.settings import Settings


def add(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help=".xlsx or .csv as the community keeps it")
    parser.add_argument("--community", required=True, help="name of the community")
    parser.add_argument("--compound", help="name of the compound; needed where there are several")
    parser.add_argument("--dry-run", action="store_true", help="read the file and change nothing")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: Namespace) -> int:
    now = datetime.now(UTC)
    try:
        content = args.file.read_bytes()
        parsed = uploads.read(content, args.file.name, local_date(now))
        if args.dry_run:
            report = actions.summary(parsed, []) | {"added": len(parsed.households)}
        else:
            report = asyncio.run(_commit(args, content, parsed, now))
    except (Unreadable, Refused, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(report, ensure_ascii=False) if args.json else _words(report))
    return 0


async def _commit(args: Namespace, content: bytes, parsed: Parsed, now: datetime) -> dict:
    settings = Settings.from_environment()
    phones = Phones.open(settings.phone_key_path)
    await connect(settings, features.model_modules())
    try:
        await migrate(settings, features.model_modules())
        compound = await _compound(args.community, args.compound)
        files = Files(settings.data_dir / "files")
        upload = uploads.seal(content, args.file.name, files, phones)
        roll = await actions.preview(SYSTEM, compound, upload, parsed, phones, now)
        return (await actions.commit(SYSTEM, roll, parsed, phones, now)).report
    finally:
        await disconnect()


async def _compound(community: str, name: str | None) -> Place:
    """The compound to import into; raises Refused with the names there are."""
    place = await Place.get_or_none(kind=PlaceKind.COMMUNITY, name=community)
    if place is None:
        names = await Place.filter(kind=PlaceKind.COMMUNITY).values_list("name", flat=True)
        raise Refused(f"没有叫“{community}”的社区；现有：{'、'.join(names) or '（一个也没有）'}")
    compounds = await Place.filter(kind=PlaceKind.COMPOUND, parent=place)
    chosen = [item for item in compounds if name in (None, item.name)]
    if len(chosen) != 1:
        names = "、".join(item.name for item in compounds) or "（一个也没有）"
        raise Refused(f"请用 --compound 写明小区；“{community}”有：{names}")
    return chosen[0]


def _words(report: dict) -> str:
    lines = [f"新增{report['added']}户，变更{report['changed']}户，文件里写明{report['people']}人"]
    lines += [f"第{item['row']}行没有收下：{item['reason']}" for item in report["refused"]]
    lines += [f"第{item['row']}行请留意：{item['reason']}" for item in report["warnings"]]
    return "\n".join(lines)
