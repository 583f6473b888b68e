"""What registration knows, and the figures of a stage's meeting."""

from collections import defaultdict

from deliberation.database.once import each, once
from deliberation.database.plain import first, found, rows
from deliberation.matters.models import (
    Attendance,
    Matter,
    MatterScope,
    Meeting,
    Passage,
    Plan,
)
from deliberation.matters.rules import MeetingFacts, Registration

_SCOPES = (
    "SELECT s.matter_id, p.path FROM matter_scope s JOIN place p ON p.id = s.place_id "
    "WHERE s.matter_id IN $1 ORDER BY s.id"
)


async def facts(matter: Matter, stage: str) -> Registration:
    return Registration(
        places=await MatterScope.filter(matter=matter).count(),
        contact=matter.contact,
        contact_phone=matter.contact_phone,
        discussed_on=matter.discussed_on,
        discussed_by=matter.discussed_by,
        discussed_conclusion=matter.discussed_conclusion,
    )


@once
async def the_matter(id: int) -> Matter | None:
    return await first(Matter, "WHERE x.id = $1", id)


async def stays(matter: Matter) -> tuple[Passage, ...]:
    """A matter's stays in stages, in the order they happened."""
    return (await stays_of([matter]))[matter]


@each
async def stays_of(matters: list[Matter]) -> dict[Matter, tuple[Passage, ...]]:
    """The same of several matters at once."""
    passages = defaultdict(list)
    ids = [matter.id for matter in matters]
    for row in await found(Passage, "WHERE x.matter_id IN $1 ORDER BY x.id", ids):
        passages[row.matter_id].append(row)
    return {matter: tuple(passages[matter.id]) for matter in matters}


async def current_passage(matter: Matter, stage: str) -> Passage | None:
    """The newest stay of a matter in a stage."""
    return next((stay for stay in reversed(await stays(matter)) if stay.stage == stage), None)


@once
async def final_plan(matter: Matter) -> Plan | None:
    """The newest frozen version of the plan: the text that is voted on and carried out."""
    newest = "WHERE x.matter_id = $1 AND x.frozen_at IS NOT NULL ORDER BY x.version DESC"
    return await first(Plan, newest, matter.id)


@once
async def scope_paths(matter: Matter) -> list[str]:
    """The paths of the compounds and buildings the matter concerns."""
    return (await scopes([matter.id]))[matter.id]


async def scopes(matters: list[int]) -> dict[int, list[str]]:
    """The same of several matters at once, by their ids."""
    paths: dict[int, list[str]] = defaultdict(list)
    for matter, path in await rows(_SCOPES, matters):
        paths[matter].append(path)
    return paths


@once
async def current_meeting(matter: Matter, stage: str) -> Meeting | None:
    """The newest meeting of the newest stay in a stage."""
    passage = await current_passage(matter, stage)
    newest = "WHERE x.passage_id = $1 ORDER BY x.id DESC"
    return await first(Meeting, newest, passage.id) if passage else None


async def meeting_facts(meeting: Meeting | None) -> MeetingFacts | None:
    if meeting is None:
        return None
    seats = await found(Attendance, "WHERE x.meeting_id = $1 ORDER BY x.id", meeting.id)
    return MeetingFacts(
        entitled=len(seats),
        present=sum(seat.present is True for seat in seats),
        unexplained=sum(seat.present is not True and not seat.reason for seat in seats),
        for_=meeting.for_,
        against=meeting.against,
        abstain=meeting.abstain,
        confirmed=meeting.confirmed_at is not None,
    )
