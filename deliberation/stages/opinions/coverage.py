"""Coverage: how many of the households in scope have spoken, building by building. Reads only.

It counts households, not opinions, in integers.
"""

from dataclasses import dataclass
from functools import reduce
from operator import or_

from tortoise.expressions import Q, Subquery
from tortoise.functions import Count

from deliberation.matters.facts import scope_paths
from deliberation.matters.models import Matter
from deliberation.places.models import Household, Place, PlaceKind
from deliberation.places.rules import counted
from deliberation.stages.opinions.models import Opinion, heard


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
    scope = await in_scope(matter)
    rows = await Place.filter(scope, kind=PlaceKind.BUILDING).select_related("parent")
    return sorted(rows, key=lambda place: (place.parent.path, counted(place.name), place.id))


def names_of(buildings: list[Place]) -> dict[int, str]:
    """Their names by id, with the compound's in front where there are several compounds."""
    several = len({place.parent_id for place in buildings}) > 1
    return {p.id: f"{p.parent.name}{p.name}" if several else p.name for p in buildings}


async def coverage(matter: Matter) -> list[Covered]:
    """Every building in scope, also those where nobody spoke yet."""
    scope = await in_scope(matter)
    buildings = await buildings_of(matter)
    spoke = Opinion.filter(heard(), matter=matter, household_id__isnull=False)
    homes = Q(id__in=Subquery(spoke.values("household_id")))
    households = await _by_building(buildings, Household.filter(scope))
    covered = await _by_building(buildings, Household.filter(scope, homes))
    return [
        Covered(name, households.get(id, 0), covered.get(id, 0))
        for id, name in names_of(buildings).items()
    ]


async def _by_building(buildings: list[Place], homes) -> dict[int, int]:
    """Counts by building; a household's place is its entrance, or its building without one."""
    rows = homes.annotate(n=Count("id")).group_by("path").order_by("path")
    counts: dict[int, int] = {}
    known = {place.id for place in buildings}
    for path, number in await rows.values_list("path", "n"):
        for part in map(int, path.strip("/").split("/")):
            if part in known:
                counts[part] = counts.get(part, 0) + number
    return counts
