"""Bringing a roll into the sample compound, and electing representatives where it names none."""

import io
from pathlib import Path

import openpyxl

from deliberation.acting import Refused
from deliberation.calendar import local_date
from deliberation.demo.walk import Walk
from deliberation.documents.files import Files
from deliberation.people.actions import appoint
from deliberation.people.models import Appointment, Member
from deliberation.procedure import Role
from deliberation.roll import actions, sample, uploads

HOMES_PER_REPRESENTATIVE = 8


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
    await _elect(walk)
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


async def _elect(walk: Walk) -> None:
    """A roll that marks no representatives gets one for every few homes: their heads."""
    compound = walk.staff.compound
    if await Appointment.filter(place=compound, role=Role.REPRESENTATIVE).exists():
        return
    heads = Member.filter(household__path__startswith=compound.path, is_head=True)
    heads = await heads.order_by("id").select_related("person")
    secretary = await walk.actor("lishuji")
    for head in heads[::HOMES_PER_REPRESENTATIVE]:
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
