"""What staff do with a stage's meeting: call it, write its minutes, draw the end.

Shared by every stage that meets. The stage says who is called and whether heads are counted;
acts are named after it (`proposal.convene`). Minutes are a draft until those present confirmed
them (`confirming.py`); confirmed ones never change.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.calendar import day_text, local_date
from deliberation.matters import minutes, passages
from deliberation.matters.facts import current_meeting, current_passage, meeting_facts
from deliberation.matters.models import Attendance, Confirmation, Matter, Meeting


@dataclass(frozen=True)
class Kind:
    """A stage's meeting. `called(matter, on)` gives person ids; shares are of all entitled.

    Without `quorum` and `majority` no heads are counted, and the stage may meet again.
    """

    stage: str
    name: str
    called: Callable[[Matter, date], Awaitable[list[int]]]
    quorum: Fraction | None = None
    majority: Fraction | None = None


@dataclass(frozen=True)
class Minutes:
    """Minutes as written. `absences` gives the reason per absent person id; counts are heads."""

    present: frozenset[int]
    absences: Mapping[int, str]
    points: str
    for_: int | None = None
    against: int | None = None
    abstain: int | None = None


async def convene(
    actor: Actor,
    matter: Matter,
    kind: Kind,
    *,
    held_at: datetime,
    venue: str,
    chair: str,
    recorder: str,
    agenda: str,
    now: datetime,
) -> Meeting:
    """Calls the meeting, or calls it anew for another time as long as it has no minutes."""
    async with acting(actor, f"{kind.stage}.convene", now, matter=matter) as act:
        passage = await current_passage(matter, kind.stage)
        if local_date(held_at) < local_date(passage.entered_at):
            since = day_text(local_date(passage.entered_at))
            raise Refused(f"会议不能早于这一步开始的日子（{since}），请核对时间")
        persons = await kind.called(matter, local_date(held_at))
        if not persons:
            raise Refused(f"名册里没有{kind.name}的应到人员，请先登记任职")
        meeting = await _callable(kind, await current_meeting(matter, kind.stage))
        meeting = meeting or Meeting(matter=matter, passage=passage, stage=kind.stage)
        meeting.held_at, meeting.venue, meeting.convened_at = held_at, venue, now
        meeting.chair, meeting.recorder, meeting.agenda = chair, recorder, agenda
        await meeting.save()
        await Attendance.filter(meeting=meeting).delete()
        await Attendance.bulk_create([Attendance(meeting=meeting, person_id=id) for id in persons])
        act.record(meeting=meeting.id, held_at=held_at.isoformat(), entitled=len(persons))
    return meeting


async def _callable(kind: Kind, meeting: Meeting | None) -> Meeting | None:
    """The call that may still be changed; None for a new one. Refused when it is too late."""
    if meeting is None:
        return None
    if meeting.confirmed_at:
        if kind.quorum is not None:
            raise Refused(f"{kind.name}的纪要已经确认，请办理结果，不能重新召集")
        return None
    if await Attendance.filter(meeting=meeting, present=True).exists():
        raise Refused(f"{kind.name}的纪要已经开始登记，不能改期，请改纪要")
    return meeting


async def minute(
    actor: Actor, matter: Matter, kind: Kind, meeting: int, written: Minutes, *, now: datetime
) -> None:
    """Writes the minutes, as often as needed until they are confirmed: whoever confirmed other
    words is asked again."""
    async with acting(actor, f"{kind.stage}.minute", now, matter=matter) as act:
        row = await open_minutes(act, kind, meeting)
        await Confirmation.filter(attendance__meeting=row).delete()
        if now < row.held_at:
            raise Refused("会议还没有开，开完会再登记纪要")
        seats = await Attendance.filter(meeting=row)
        for seat in seats:
            seat.present = seat.person_id in written.present
            seat.reason = "" if seat.present else written.absences.get(seat.person_id, "")
        await Attendance.bulk_update(seats, ["present", "reason"])
        row.points = written.points
        if kind.quorum is not None:
            row.for_, row.against, row.abstain = written.for_, written.against, written.abstain
        await row.save(update_fields=["points", "for_", "against", "abstain"])
        await record_figures(act, row)


async def conclude(actor: Actor, matter: Matter, kind: Kind, *, now: datetime) -> None:
    """Ends the stay in the stage as the confirmed count says: inquorate or not passed."""
    async with acting(actor, f"{kind.stage}.conclude", now, matter=matter) as act:
        shares = {"quorum": kind.quorum, "majority": kind.majority}
        facts = await meeting_facts(await current_meeting(matter, kind.stage))
        reasons = minutes.not_concluded(facts, **shares)
        if reasons:
            raise Refused(*reasons)
        figures = {
            "meeting": kind.name,
            "entitled": facts.entitled,
            "present": facts.present,
            "for": facts.for_,
            "against": facts.against,
            "abstain": facts.abstain,
        }
        reason = minutes.why(facts, name=kind.name, **shares)
        await passages.fail(act, minutes.failure(facts, **shares), reason=reason, figures=figures)


async def open_minutes(act: Act, kind: Kind, id: int) -> Meeting:
    """The meeting the page showed, if it is this stay's and its minutes are still open."""
    row = await current_meeting(act.matter, kind.stage)
    if row is None or row.id != id:
        raise Refused("这次会议已经不在办理，请看最新的页面")
    if row.confirmed_at:
        raise Refused("会议纪要已经确认，不能再改")
    return row


async def record_figures(act: Act, row: Meeting) -> None:
    facts = await meeting_facts(row)
    act.record(
        meeting=row.id,
        entitled=facts.entitled,
        present=facts.present,
        agreed=row.for_,
        against=row.against,
        abstain=row.abstain,
    )
