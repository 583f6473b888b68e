"""Bringing a roll into the sample compound; where it names no representatives and no party members,
some are elected and enrolled, so that every procedure can be walked with it."""

import io
from pathlib import Path

import openpyxl

from deliberation.acting import Refused
from deliberation.calendar import local_date
from deliberation.demo.walk import Walk
from deliberation.documents.files import Files
from deliberation.people.actions import Corrected, appoint, correct
from deliberation.people.models import Appointment, Member
from deliberation.procedure import Role
from deliberation.roll import actions, sample, uploads

HOMES_EACH = 8


async def bring_in(walk: Walk, file: Path | None, files: Files) -> dict[str, int]:
    """Imports `file`, or the sample roll; returns {households, people, refused}.

    Raises Refused when not one household could be read.
    """
    content, name = (file.read_bytes(), file.name) if file else (_workbook(), "名册.xlsx")
    parsed = uploads.read(content, name, local_date(walk.now))
    if not parsed.households:
        raise Refused(f"{name}里没有读到住户")
    clerk = await walk.actor("zhangjingban")
    kept = uploads.seal(content, name, files, walk.phones)
    compound = walk.staff.compound
    roll = await actions.preview(clerk, compound, kept, parsed, walk.phones, walk.now)
    roll = await actions.commit(clerk, roll, parsed, walk.phones, walk.later(minutes=5))
    heads = Member.filter(household__path__startswith=walk.staff.compound.path, is_head=True)
    heads = await heads.order_by("id").select_related("person")
    await _elect(walk, heads[::HOMES_EACH])
    await _enrol(walk, heads[1::HOMES_EACH])
    return {
        "households": roll.report["added"],
        "people": roll.report["people"],
        "refused": len(roll.report["refused"]),
    }


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in sample.rows():
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def _elect(walk: Walk, heads: list[Member]) -> None:
    """Makes heads of homes representatives of a roll that marks none."""
    compound = walk.staff.compound
    if await Appointment.filter(place=compound, role=Role.REPRESENTATIVE).exists():
        return
    secretary = await walk.actor("lishuji")
    for head in heads:
        await appoint(
            secretary,
            head.person,
            compound,
            Role.REPRESENTATIVE,
            title="居民代表",
            since=local_date(walk.now),
            until=None,
            now=walk.now,
        )


async def _enrol(walk: Walk, heads: list[Member]) -> None:
    """Writes heads of homes down as party members of a roll that marks none."""
    inside = walk.staff.compound.path
    if await Member.filter(household__path__startswith=inside, person__party="member").exists():
        return
    clerk = await walk.actor("zhangjingban")
    for one in [head.person for head in heads]:
        right = Corrected(one.name, one.gender, one.birth_year, one.birth_date, "member", None)
        await correct(clerk, one, right, walk.phones, walk.now)
