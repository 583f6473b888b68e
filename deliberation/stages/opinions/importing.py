"""A whole spreadsheet of opinions taken at once, or not at all."""

import hashlib
from datetime import date, datetime

from anyio import to_thread

from deliberation.acting import Actor, Refused, acting
from deliberation.matters.models import Matter
from deliberation.places.models import Place
from deliberation.stages.opinions import rules, sheets
from deliberation.stages.opinions.actions import code_of
from deliberation.stages.opinions.coverage import buildings_of
from deliberation.stages.opinions.homes import Home, find_building, find_home, homes_in
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.opinions.recording import Said, late, row_of

MOST_MISTAKES = 50


async def import_file(
    actor: Actor, matter: Matter, data: bytes, *, said_on: date, visitors: str, now: datetime
) -> int:
    """Records every row of a CSV file, or none; returns how many. Raises Refused with row numbers.

    `visitors` signed the door visits among them. The same file is not taken twice. Everything is
    read before the transaction and in a thread: nobody's ballot waits for a large file.
    """
    lines, mistakes = await to_thread.run_sync(_lines, data)
    found, unknown = await _found(matter, lines)
    async with acting(actor, "opinions.record", now, matter=matter) as act:
        digest = hashlib.sha256(data).hexdigest()
        prefix = code_of(matter, f"{digest[:24]}-")
        if await Opinion.filter(request_code__startswith=prefix).exists():
            raise Refused("这个文件已经导入过，没有再导一遍")
        reasons = await late(matter, said_on, now)
        if any(line.channel == "visit" for line in lines):
            reasons += rules.visit_reasons("visit", visitors)
        if reasons:
            raise Refused(*reasons)
        if mistakes := sorted(mistakes + unknown):
            raise Refused(*_shortened([f"第{row}行：{reason}" for row, reason in mistakes]))
        rows = []
        for line, building, home in found:
            said = Said(line.channel, line.text, said_on, origin=line.entrance, visitors=visitors)
            row = row_of(actor, matter, said, building=building, home=home, now=now)
            row.request_code = f"{prefix}{line.row}"
            rows.append(row)
        await Opinion.bulk_create(rows, batch_size=500)
        act.record(imported=len(rows), file=digest)
    return len(rows)


def _lines(data: bytes) -> tuple[list[sheets.Line], list[tuple[int, str]]]:
    try:
        return sheets.read(data)
    except sheets.Unreadable as error:
        raise Refused(str(error)) from error


async def _found(matter: Matter, lines: list[sheets.Line]) -> tuple[list, list[tuple[int, str]]]:
    """(line, building, home) of each line, and the lines whose building or home is not there."""
    buildings = await buildings_of(matter)
    homes = {building.id: await homes_in(building) for building in buildings}
    return await to_thread.run_sync(_placed, lines, buildings, homes)


def _placed(
    lines: list[sheets.Line], buildings: list[Place], homes: dict[int, list[Home]]
) -> tuple[list, list[tuple[int, str]]]:
    found, unknown = [], []
    for line in lines:
        try:
            building = find_building(buildings, line.building) if line.building else None
            room = f"{line.entrance}{line.room}" if line.room else ""
            home = find_home(building, homes[building.id], room) if room else None
            found.append((line, building, home))
        except Refused as error:
            unknown.append((line.row, str(error)))
    return found, unknown


def _shortened(mistakes: list[str]) -> list[str]:
    left = len(mistakes) - MOST_MISTAKES
    more = [f"还有{left}处，改好上面这些再试"] if left > 0 else []
    return ["一条也没有导入，请改正后再导", *mistakes[:MOST_MISTAKES], *more]
