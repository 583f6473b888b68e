"""Minutes are confirmed by those who were there: each by the own account, or on the signed paper,
which one person records and a second one checks against it.

Who was present and does not sign says why, and that stands in the minutes: nobody's silence holds
a matter up. With the last confirmation the minutes close and their PDF is made.
"""

from collections.abc import Mapping
from datetime import datetime

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.approvals.actions import ALONE, is_same
from deliberation.documents.models import Document
from deliberation.matters import minutes
from deliberation.matters.facts import meeting_facts
from deliberation.matters.meetings import Kind, open_minutes, record_figures
from deliberation.matters.models import Attendance, Confirmation, Matter, Meeting
from deliberation.places.models import Place
from deliberation.stages.notices.issuer import issuer
from deliberation.stages.notices.rules import phrases


async def confirm(actor: Actor, matter: Matter, kind: Kind, meeting: int, *, now: datetime) -> None:
    """Somebody present confirms the minutes; closes them with the last one."""
    async with acting(actor, f"{kind.stage}.confirm", now, matter=matter) as act:
        row = await _ready(act, kind, meeting)
        mine = Attendance.filter(meeting=row, present=True, person_id=actor.person_id or 0)
        seat = await mine.first()
        if seat is None:
            raise Refused("纪要由到会的人确认，您没有登记到会")
        before = await Confirmation.get_or_none(attendance=seat)
        if before and counts(before):
            raise Refused("您已经确认过这份纪要")
        if before:
            await before.delete()  # what the paper was said to show gives way to the own word
        await Confirmation.create(
            attendance=seat, paper=False, recorded_at=now, recorded_by=actor.account_id
        )
        await _close(act, kind, row)


async def record_paper(
    actor: Actor,
    matter: Matter,
    kind: Kind,
    meeting: int,
    *,
    signed: frozenset[int],
    refusals: Mapping[int, str],
    now: datetime,
) -> None:
    """Records what the signed paper shows (person ids): counts once a second person checked it."""
    async with acting(actor, f"{kind.stage}.sign", now, matter=matter) as act:
        row = await _ready(act, kind, meeting)
        given = dict.fromkeys(signed, "") | {id: why for id, why in refusals.items() if why}
        seats = await unconfirmed(row)
        chosen = [seat for seat in seats if seat.person_id in given]
        if not chosen:
            raise Refused("请勾选在纸质纪要上签了字的人，没有签字的写明原因")
        await Confirmation.filter(attendance__meeting=row, paper=True, seconded_at=None).delete()
        for seat in chosen:
            await Confirmation.create(
                attendance=seat,
                paper=True,
                refusal=given[seat.person_id],
                recorded_at=now,
                recorded_by=actor.account_id,
            )
        act.record(meeting=row.id, on_paper=len(chosen))


async def second(actor: Actor, matter: Matter, kind: Kind, meeting: int, *, now: datetime) -> None:
    """The other person who held the recorded names against the signed paper."""
    async with acting(actor, f"{kind.stage}.sign", now, matter=matter) as act:
        row = await _ready(act, kind, meeting)
        waiting = await Confirmation.filter(attendance__meeting=row, paper=True, seconded_at=None)
        if not waiting:
            raise Refused("没有等待核对的签字，请看最新的页面")
        if await is_same(actor, waiting[0].recorded_by):
            raise Refused(ALONE)
        for one in waiting:
            one.seconded_at, one.seconded_by = now, actor.account_id
            await one.save(update_fields=["seconded_at", "seconded_by"])
        await _close(act, kind, row)


def counts(confirmation: Confirmation) -> bool:
    return not confirmation.paper or confirmation.seconded_at is not None


async def confirmations(meeting: Meeting | None) -> dict[int, Confirmation]:
    """By person id, whether they count or wait for the second person."""
    if meeting is None:
        return {}
    rows = Confirmation.filter(attendance__meeting=meeting).select_related("attendance")
    return {row.attendance.person_id: row for row in await rows}


async def unconfirmed(meeting: Meeting) -> list[Attendance]:
    """The seats of those present whose confirmation does not count yet."""
    known = await confirmations(meeting)
    seats = await Attendance.filter(meeting=meeting, present=True)
    return [s for s in seats if s.person_id not in known or not counts(known[s.person_id])]


async def _ready(act: Act, kind: Kind, id: int) -> Meeting:
    """The open minutes, complete enough to be confirmed."""
    row = await open_minutes(act, kind, id)
    reasons = minutes.open_points(await meeting_facts(row), row.points, kind.quorum)
    if reasons:
        raise Refused(*reasons)
    return row


async def _close(act: Act, kind: Kind, row: Meeting) -> None:
    left = len(await unconfirmed(row))
    act.record(unconfirmed=left)
    if not left:
        row.confirmed_at, row.confirmed_by = act.now, act.actor.account_id
        row.document = await _document(act, kind, row)
        await row.save(update_fields=["confirmed_at", "confirmed_by", "document_id"])
    await record_figures(act, row)


async def _document(act: Act, kind: Kind, row: Meeting) -> Document:
    """The minutes as they were confirmed, with everybody's name: for the archive, never public."""
    known = await confirmations(row)
    seats = await Attendance.filter(meeting=row).select_related("person")
    facts = await meeting_facts(row)
    matter = act.matter
    context = {
        "issuer": await issuer(await Place.get(id=matter.community_id)),
        "matter": {"id": matter.id, "number": matter.number, "title": matter.title},
        "phrases": phrases(matter.title),
        "stage": kind.stage,
        "kind": kind.name,
        "counted": kind.quorum is not None,
        "meeting": {
            name: getattr(row, name)
            for name in (
                "venue",
                "chair",
                "recorder",
                "agenda",
                "points",
                "for_",
                "against",
                "abstain",
            )
        },
        "held_at": row.held_at.isoformat(),
        "confirmed_at": row.confirmed_at.isoformat(),
        "entitled": facts.entitled,
        "present": facts.present,
        "people": [
            (seat.person.name, bool(seat.present), seat.reason, _how(known.get(seat.person_id)))
            for seat in seats
        ],
    }
    return await Document.create(
        community_id=matter.community_id,
        matter=matter,
        title=f"{matter.title[:70]}{kind.name}纪要",
        template="matters/minutes.print.html",
        context=context,
        requested_at=act.now,
    )


def _how(confirmation: Confirmation | None) -> str:
    """How somebody confirmed, in words; '' for who was not there."""
    if confirmation is None:
        return ""
    if confirmation.refusal:
        return f"没有签字：{confirmation.refusal}"
    return "纸上签字" if confirmation.paper else "本人账号确认"
