"""Coverage: how many of the households in scope have spoken, building by building. Reads only.

It counts households, not opinions, in integers.
"""

from collections import Counter
from dataclasses import dataclass
from functools import reduce
from operator import or_

from tortoise.expressions import Q

from deliberation.database.plain import found, refer, rows
from deliberation.matters.facts import scope_paths
from deliberation.matters.models import Matter
from deliberation.places.models import Place
from deliberation.places.rules import counted
from deliberation.stages.opinions.models import HEARD

_INSIDE = (
    "EXISTS (SELECT 1 FROM matter_scope s JOIN place p ON p.id = s.place_id "
    "WHERE s.matter_id = $1 AND {}.path LIKE p.path || '%')"
)
_BUILDINGS = f"WHERE x.kind = 'building' AND {_INSIDE.format('x')}"
_HOMES = (
    "SELECT h.path, COUNT(*), SUM(CASE WHEN h.id IN (SELECT x.household_id FROM opinion x "
    f"WHERE x.matter_id = $1 AND {HEARD}) THEN 1 ELSE 0 END) "
    f"FROM household h WHERE {_INSIDE.format('h')} GROUP BY h.path"
)


@dataclass(frozen=True)
class Covered:
    """One building: its households in scope, and those that spoke at least once."""

    building: str
    households: int
    covered: int


async def in_scope(matter: Matter) -> Q:
    """The filter by `path` for what lies in the matter's scope; nothing without a scope."""
    paths = await scope_paths(matter)
    return reduce(or_, (Q(path__startswith=path) for path in paths), Q(id=0))


async def buildings_of(matter: Matter) -> list[Place]:
    """The buildings in scope with their compounds, in the order people count them."""
    every = await refer(await found(Place, _BUILDINGS, matter.id), "parent")
    return sorted(every, key=lambda place: (place.parent.path, counted(place.name), place.id))


def names_of(buildings: list[Place]) -> dict[int, str]:
    """Their names by id, with the compound's in front where there are several compounds."""
    several = len({place.parent_id for place in buildings}) > 1
    return {p.id: f"{p.parent.name}{p.name}" if several else p.name for p in buildings}


async def coverage(matter: Matter) -> list[Covered]:
    """Every building in scope, also those where nobody spoke yet."""
    names = names_of(await buildings_of(matter))
    households, covered = Counter(), Counter()
    # A household's place is its entrance, or its building without one.
    for path, homes, spoke in await rows(_HOMES, matter.id):
        for part in map(int, path.strip("/").split("/")):
            households[part] += homes
            covered[part] += spoke
    return [Covered(name, households[id], covered[id]) for id, name in names.items()]
