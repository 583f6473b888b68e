"""What the two committees have done so far: their meeting and the plan."""

from deliberation.matters.facts import current_meeting, meeting_facts
from deliberation.matters.items import items_of, newest
from deliberation.matters.models import Matter
from deliberation.stages.proposal.rules import Facts


async def facts(matter: Matter, stage: str) -> Facts:
    plan = await newest(matter)
    items = await items_of(plan)
    return Facts(
        meeting=await meeting_facts(await current_meeting(matter, stage)),
        items=len(items),
        unfunded=sum(not item.estimate for item in items),
        frozen=bool(plan and plan.frozen_at),
    )
