"""Opening a vote with its notice, and moving its end while it is still to come."""

from datetime import datetime

from deliberation.acting import Actor, Refused, acting
from deliberation.calendar import local_date, moment_text
from deliberation.log.standing import restored_reasons
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter, Meeting
from deliberation.stages.notices.announcements import EXTENDED, announce
from deliberation.stages.notices.issuing import issue
from deliberation.stages.vote.facts import current_vote, meeting_of, profile_of
from deliberation.stages.vote.rules import lead_blockers, times_blockers


async def open_vote(
    actor: Actor, matter: Matter, *, opens_at: datetime | None, closes_at: datetime, now: datetime
) -> None:
    """Opens the vote from `opens_at` (now when None) to `closes_at` and publishes the notice."""
    async with acting(actor, "vote.open", now, matter=matter) as act:
        vote = await current_vote(matter)
        if vote is None or vote.status != "frozen":
            raise Refused("名册还没有冻结，或者表决已经开始")
        opens_at = opens_at or now
        meeting = await meeting_of(matter, vote)
        reasons = times_blockers(opens_at, closes_at, now, meeting and meeting.held_at)
        if meeting is None:
            posted, opens = local_date(vote.posted_at), local_date(opens_at)
            reasons += lead_blockers(profile_of(vote).notice_days, posted, opens)
        reasons += restored_reasons(matter)
        if reasons:
            raise Refused(*reasons)
        vote.opens_at, vote.closes_at, vote.status = opens_at, closes_at, "open"
        await vote.save(update_fields=["opens_at", "closes_at", "status"])
        await issue(
            act,
            await current_passage(matter, "vote"),
            kind="D",
            title=f"关于{matter.title}表决的公告",
            figures={"meeting": meeting and _called(meeting)},
        )
        act.record(vote=vote.id, opens_at=opens_at.isoformat(), closes_at=closes_at.isoformat())


def _called(meeting: Meeting) -> dict:
    return {"held_at": meeting.held_at.isoformat(), "venue": meeting.venue}


async def extend(actor: Actor, matter: Matter, *, closes_at: datetime, now: datetime) -> None:
    """Moves the closing instant to a later one, announced before the old one."""
    async with acting(actor, "vote.extend", now, matter=matter) as act:
        vote = await current_vote(matter)
        if vote is None or vote.status != "open":
            raise Refused("现在没有正在进行的表决")
        old = vote.closes_at
        if now >= old:
            raise Refused("表决已经到截止时间，不能再延长")
        if closes_at <= old:
            raise Refused(f"新的截止时间要晚于{moment_text(old)}")
        vote.closes_at = closes_at
        await vote.save(update_fields=["closes_at"])
        await announce(
            act,
            await current_passage(matter, "vote"),
            kind=EXTENDED,
            old_on=local_date(old).isoformat(),
            new_on=local_date(closes_at).isoformat(),
            old_at=old.isoformat(),
            new_at=closes_at.isoformat(),
        )
        act.record(vote=vote.id, old=old.isoformat(), new=closes_at.isoformat())
