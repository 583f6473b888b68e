"""Voiding a vote without a result, by two people, until it is certified; a new one may follow."""

from datetime import datetime

from deliberation.acting import Act
from deliberation.approvals.actions import Dangerous
from deliberation.approvals.models import Approval
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter
from deliberation.people.rules import personal_data
from deliberation.stages.notices.announcements import VOIDED, announce
from deliberation.stages.notices.models import Notice
from deliberation.stages.vote.casting import secrecy
from deliberation.stages.vote.limits import void_blockers
from deliberation.stages.vote.models import Vote


async def reasons(matter: Matter, vote: Vote, payload: dict, now: datetime) -> list[str]:
    found = [f"{one}，这里会公开，请删去" for one in personal_data(payload["reason"])]
    return void_blockers(vote.status) + found


async def _void(act: Act, vote: Vote, approval: Approval) -> None:
    """Whoever was called to vote is told by an announcement."""
    reason, passage = approval.payload["reason"], await current_passage(act.matter, "vote")
    if vote.secret:
        await secrecy.unlink(act, vote)
    vote.status, vote.void_reason = "void", reason
    await vote.save(update_fields=["status", "void_reason"])
    if await Notice.filter(passage=passage, kind="D", published_at__gte=vote.drafted_at).exists():
        await announce(act, passage, kind=VOIDED, reason=reason)


VOID = Dangerous(reasons, _void)
