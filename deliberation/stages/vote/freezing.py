"""Freezing a vote: its manifest and roll, proposed by one person and approved by another.

From then on the database refuses every change of them (`guards.py`). The approval is bound to the
manifest's hash, so whatever changes between the two voids the proposal.
"""

from datetime import datetime

from deliberation import procedures
from deliberation.acting import Act
from deliberation.approvals.actions import Dangerous
from deliberation.approvals.models import Approval
from deliberation.calendar import local_date
from deliberation.matters.models import Matter
from deliberation.stages.vote.evidence.manifest import manifest, manifest_digest
from deliberation.stages.vote.facts import facts, meeting_of, profile_of
from deliberation.stages.vote.models import Vote
from deliberation.stages.vote.rules import freeze_blockers, lead_blockers, times_blockers


def times(payload: dict) -> tuple[datetime, datetime]:
    """When ballots open and close, as proposed."""
    return datetime.fromisoformat(payload["opens_at"]), datetime.fromisoformat(payload["closes_at"])


def payload_of(opens_at: datetime | None, closes_at: datetime, now: datetime) -> dict:
    return {"opens_at": (opens_at or now).isoformat(), "closes_at": closes_at.isoformat()}


async def reasons(matter: Matter, vote: Vote, payload: dict, now: datetime) -> list[str]:
    """Why the vote may not be frozen with these times."""
    opens_at, closes_at = times(payload)
    found = await roll_reasons(matter, vote, now)
    meeting = await meeting_of(matter, vote)
    # A proposal waits for its second person: a beginning that has passed meanwhile is no fault.
    found += times_blockers(opens_at, closes_at, min(now, opens_at), meeting and meeting.held_at)
    if now >= closes_at:
        found.append("截止时间已经过了，请重新提出")
    if meeting is None and vote.posted_at:
        posted, opens = local_date(vote.posted_at), local_date(opens_at)
        found += lead_blockers(profile_of(vote).notice_days, posted, opens)
    return found


async def roll_reasons(matter: Matter, vote: Vote, now: datetime) -> list[str]:
    """Why the roll may not be frozen yet, whatever the times."""
    if vote.status != "posted":
        return ["名册还没有公示，或者已经冻结"]
    norms = procedures.get(matter.procedure).norms
    return freeze_blockers(await facts(matter, "vote"), norms, now)


async def _digest(matter: Matter, vote: Vote, name: str, payload: dict) -> str:
    return manifest_digest(await manifest(matter, vote, *times(payload)))


async def _freeze(act: Act, vote: Vote, approval: Approval) -> None:
    opens_at, closes_at = times(approval.payload)
    vote.manifest = await manifest(act.matter, vote, opens_at, closes_at)
    vote.manifest_digest = manifest_digest(vote.manifest)
    vote.opens_at, vote.closes_at = opens_at, closes_at
    vote.status, vote.frozen_at, vote.frozen_by = "frozen", act.now, act.actor.account_id
    await vote.save()
    roll = vote.manifest["roll"]
    act.record(manifest=vote.manifest_digest, root=roll["root"], voters=roll["voters"])


FREEZE = Dangerous(reasons, _freeze, _digest)
