"""The first half of what takes two people at the paper desk."""

from datetime import datetime

from deliberation.acting import Actor, Refused
from deliberation.approvals.models import Approval
from deliberation.matters.models import Matter
from deliberation.stages.vote import dangerous
from deliberation.stages.vote.paper.desk import proposed


async def propose(
    actor: Actor, matter: Matter, name: str, numbers: list[int], now: datetime
) -> Approval:
    """Hands papers out (`vote.issue_paper`) or takes them back (`vote.hand_back`), once approved.
    Raises Refused with a sentence per number, also for numbers that wait already."""
    reasons = await proposed(actor, matter, name, numbers)
    if reasons:
        raise Refused(*reasons)
    return await dangerous.propose(actor, matter, name, {"numbers": numbers}, now)
