"""Signing in at the meeting of the vote. Who signed in and cast nothing stays present."""

from datetime import datetime

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.calendar import local_date
from deliberation.matters.models import Attendance, Matter, Meeting
from deliberation.procedure import STAFF
from deliberation.stages.vote.facts import current_vote, meeting_of
from deliberation.stages.vote.models import Vote, standing
from deliberation.stages.vote.roll.own import own_entries


async def sign_in(actor: Actor, matter: Matter, *, persons: list[int], now: datetime) -> None:
    """Staff tick whoever came; people who are not on the roll sit in and are not counted."""
    async with acting(actor, "vote.sign_in", now, matter=matter) as act:
        if not actor.roles_at(matter.path) & STAFF:
            raise Refused("别人的签到由工作人员登记")
        vote, meeting = await _meeting(matter, now)
        known = (
            await standing(vote).filter(person_id__in=persons).values_list("person_id", flat=True)
        )
        await _present(act, meeting, set(known))


async def sign_in_self(actor: Actor, matter: Matter, now: datetime) -> None:
    """A voter signs in on the phone, on the day of the meeting."""
    async with acting(actor, "vote.sign_in", now, matter=matter) as act:
        vote, meeting = await _meeting(matter, now)
        entries = await own_entries(vote, actor)
        if not entries:
            raise Refused("名册上没有您，不用签到；可以列席旁听")
        if local_date(now) != local_date(meeting.held_at):
            raise Refused("请在会议当天签到")
        await _present(act, meeting, {entry.person_id for entry in entries} - {None})


async def signed_in(meeting: Meeting | None) -> set[int]:
    """Ids of the persons who signed in."""
    if meeting is None:
        return set()
    rows = Attendance.filter(meeting=meeting, present=True)
    return set(await rows.values_list("person_id", flat=True))


async def _meeting(matter: Matter, now: datetime) -> tuple[Vote, Meeting]:
    vote = await current_vote(matter)
    if vote is None or vote.status not in ("frozen", "open"):
        raise Refused("现在不能签到：名册还没有冻结，或者表决已经截止")
    meeting = await meeting_of(matter, vote)
    if meeting is None:
        raise Refused("这次表决没有召开会议，不用签到")
    if local_date(now) < local_date(meeting.held_at):
        raise Refused("会议还没有到，请在会议当天签到")
    return vote, meeting


async def _present(act: Act, meeting: Meeting, persons: set[int]) -> None:
    known = await Attendance.filter(meeting=meeting).values_list("person_id", flat=True)
    for person in sorted(persons - set(known)):
        await Attendance.create(meeting=meeting, person_id=person, present=True)
    act.record(meeting=meeting.id, signed_in=len(persons - set(known)))
