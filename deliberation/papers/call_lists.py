"""The lists by which staff go to, or call, the homes that no message reaches.

A list holds where to knock and how to address people (王先生), no full name and no phone: whoever
finds it learns little. It is for the staff, and destroyed after use. A long one comes as several
documents, since a table of thousands of rows takes minutes and gigabytes to set.
"""

from tortoise.expressions import Q, Subquery

from deliberation.matters.models import Matter
from deliberation.people.models import Member
from deliberation.people.rules import address_of
from deliberation.places.models import Household, Place, PlaceKind
from deliberation.places.rules import counted
from deliberation.stages.opinions.coverage import buildings_of, in_scope, names_of
from deliberation.stages.opinions.models import Opinion, heard

ROWS = 300  # homes in one document

Row = tuple[str, str]  # room, how to address who lives there


async def phoneless(matter: Matter) -> list[dict]:
    """Homes in scope where nobody has a phone on the roll."""
    reached = Member.filter(person__phone_hash__not="").values("household_id")
    return await _parts(matter, Q(id__not_in=Subquery(reached)))


async def unheard(matter: Matter) -> list[dict]:
    """Homes in scope that have not said anything."""
    spoke = Opinion.filter(heard(), matter=matter, household_id__isnull=False)
    return await _parts(matter, Q(id__not_in=Subquery(spoke.values("household_id"))))


async def _parts(matter: Matter, which: Q) -> list[dict]:
    """What each document is made from: {part, of, homes, buildings: [(name, rows)]}."""
    rows = await _rows(matter, which)
    cut = [rows[at : at + ROWS] for at in range(0, len(rows), ROWS)]
    return [
        {"part": n, "of": len(cut), "homes": len(part), "buildings": _by_building(part)}
        for n, part in enumerate(cut, 1)
    ]


async def _rows(matter: Matter, which: Q) -> list[tuple[str, Row]]:
    """(building, row) as one walks past the doors."""
    buildings = await buildings_of(matter)
    names, order = names_of(buildings), [place.id for place in buildings]
    homes = await Household.filter(await in_scope(matter), which, vacant=False).select_related(
        "place"
    )
    inside = {home.id: next(id for id in order if f"/{id}/" in home.path) for home in homes}
    homes.sort(key=lambda home: (order.index(inside[home.id]), *_door(home)))
    called = await _called(homes)
    return [(names[inside[h.id]], (_room(h), called.get(h.id, "名册上没有人"))) for h in homes]


def _door(home: Household) -> tuple:
    return (counted(home.place.name), counted(home.room), home.id)


def _room(home: Household) -> str:
    entrance: Place = home.place
    return f"{entrance.name if entrance.kind == PlaceKind.ENTRANCE else ''}{home.room}"


async def _called(homes: list[Household]) -> dict[int, str]:
    """How to address the head of each home, or whoever stands first on its list."""
    rows = Member.filter(household_id__in=[home.id for home in homes]).order_by("-is_head", "id")
    first: dict[int, str] = {}
    for home, name, gender in await rows.values_list(
        "household_id", "person__name", "person__gender"
    ):
        first.setdefault(home, address_of(name, gender))
    return first


def _by_building(rows: list[tuple[str, Row]]) -> list[tuple[str, list[Row]]]:
    found: dict[str, list[Row]] = {}
    for building, row in rows:
        found.setdefault(building, []).append(row)
    return list(found.items())
