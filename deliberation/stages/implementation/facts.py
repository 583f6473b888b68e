"""What stands between the works and the notice of the result."""

from deliberation.matters.models import Matter
from deliberation.stages.implementation.progress import progress
from deliberation.stages.implementation.rules import Facts


async def facts(matter: Matter, stage: str) -> Facts:
    found = await progress(matter)
    return Facts(
        undone=tuple(row.item.name for row in found.items if not row.done),
        unsettled=tuple(row.item.name for row in found.items if row.balance.settled is None),
        beyond=len(found.beyond),
        planned=bool(found.items),
    )
