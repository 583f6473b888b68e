"""Opening a vote with its notice, and moving its end: later, or to now when nobody is left."""

from datetime import datetime

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.approvals.actions import Dangerous
from deliberation.approvals.models import Approval
from deliberation.calendar import local_date
from deliberation.log.models import stamp
from deliberation.log.standing import restored_reasons
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter, Meeting
from deliberation.stages.notices.announcements import ENDED_EARLY, EXTENDED, announce
from deliberation.stages.notices.issuing import issue
from deliberation.stages.vote.facts import current_vote, meeting_of
from deliberation.stages.vote.limits import early_blockers, extend_blockers
from deliberation.stages.vote.models import Vote, standing


async def open_vote(actor: Actor, matter: Matter, now: datetime) -> None:
    """Publishes the opening with the roll's size and root; ballots are taken from `opens_at` on,
    and never before this announcement."""
    async with acting(actor, "vote.open", now, matter=matter) as act:
        vote = await current_vote(matter)
        reasons = open_reasons(vote, now) + restored_reasons(matter)
        if reasons:
            raise Refused(*reasons)
        meeting = await meeting_of(matter, vote)
        vote.status = "open"
        await vote.save(update_fields=["status"])
        await issue(
            act,
            await current_passage(matter, "vote"),
            kind="D",
            title=f"关于{matter.title}表决的公告",
            figures={"meeting": meeting and _called(meeting)},
        )
        act.record(
            vote=vote.id, opens_at=vote.manifest["opens_at"], closes_at=vote.manifest["closes_at"]
        )


def open_reasons(vote: Vote | None, now: datetime) -> list[str]:
    """Why the vote may not be announced now."""
    if vote is None or vote.status != "frozen":
        return ["名册还没有冻结，或者表决已经开始"]
    return ["截止时间已经过了，请作废后重新起草"] if now >= vote.closes_at else []


def _called(meeting: Meeting) -> dict:
    return {"held_at": meeting.held_at.isoformat(), "venue": meeting.venue}


async def _extend_reasons(matter: Matter, vote: Vote, payload: dict, now: datetime) -> list[str]:
    new = datetime.fromisoformat(payload["closes_at"])
    return extend_blockers(vote.status, vote.closes_at, new, now)


async def _extend(act: Act, vote: Vote, approval: Approval) -> None:
    new = datetime.fromisoformat(approval.payload["closes_at"])
    await _move_end(act, vote, approval, new, EXTENDED)


async def _early_reasons(matter: Matter, vote: Vote, payload: dict, now: datetime) -> list[str]:
    left = await standing(vote).exclude(state="voted").exclude(person_id=None).count()
    return early_blockers(vote.status, vote.closes_at, left, now)


async def _end_early(act: Act, vote: Vote, approval: Approval) -> None:
    await _move_end(act, vote, approval, act.now, ENDED_EARLY)


async def _move_end(act: Act, vote: Vote, approval: Approval, new: datetime, kind: str) -> None:
    """The new closing instant, announced before anything else can happen."""
    old = vote.closes_at
    vote.closes_at, vote.end_approval_id = new, approval.id
    await vote.save(update_fields=["closes_at", "end_approval_id"])
    await announce(
        act,
        await current_passage(act.matter, "vote"),
        kind=kind,
        old_on=local_date(old).isoformat(),
        new_on=local_date(new).isoformat(),
        old_at=old.isoformat(),
        new_at=new.isoformat(),
    )
    act.record(old=stamp(old), new=stamp(new))


EXTEND = Dangerous(_extend_reasons, _extend)
END_EARLY = Dangerous(_early_reasons, _end_early)
