"""What my home seconded or differed on, and where each of these groups stands now. Reads only."""

from dataclasses import dataclass

from deliberation.acting import Actor
from deliberation.database.plain import by_id
from deliberation.matters.models import Matter
from deliberation.stages.opinions.telling import Stood, stood
from deliberation.tracing.where import Where, groups_whereabouts


@dataclass(frozen=True)
class OwnStand:
    stood: Stood
    matter: Matter
    where: Where


async def own_stands(actor: Actor) -> list[OwnStand]:
    """The newest first."""
    rows = await stood(actor)
    if not rows:
        return []
    matters = await by_id(Matter, {row.matter for row in rows})
    where = await groups_whereabouts({row.group: (row.matter, row.answer) for row in rows})
    return [OwnStand(row, matters[row.matter], where[row.group]) for row in rows]
