"""The lists by which staff go to, or call, the homes that no message reaches.

A list holds where to knock and how to address people (王先生), no full name and no phone: whoever
finds it learns little. It is for the staff, and destroyed after use. A long one comes as several
documents, since a table of thousands of rows takes minutes and gigabytes to set.
"""

from tortoise.expressions import Q, Subquery

from deliberation.matters.models import Matter
from deliberation.people.models import Member
from deliberation.people.rules import address_of
from deliberation.places.models import Household, PlaceKind
from deliberation.places.rules import counted
from deliberation.stages.opinions.coverage import buildings_of, in_scope, names_of
from deliberation.stages.opinions.models import Opinion, heard

ROWS = 300  # homes in one document

Row = tuple[str, str]  # room, how to address who lives there


async def phoneless(matter: Matter) -> list[dict]:
    """Homes in scope where nobody has a phone on the roll."""
    reached = Member.filter(person__phone_hash__not="").values("household_id")
    return await _parts(matter, Q(id__not_in=Subquery(reached)), phones=False)


async def unheard(matter: Matter) -> list[dict]:
    """Homes in scope that have not said anything."""
    spoke = Opinion.filter(heard(), matter=matter, household_id__isnull=False)
    return await _parts(matter, Q(id__not_in=Subquery(spoke.values("household_id"))), phones=True)


async def _parts(matter: Matter, which: Q, *, phones: bool) -> list[dict]:
    """What each document is made from: {part, of, homes, phones, buildings: [(name, rows)]};
    `phones`: whether some of them have one."""
    rows = await _rows(matter, which)
    cut = [rows[at : at + ROWS] for at in range(0, len(rows), ROWS)]
    return [
        {
            "part": n,
            "of": len(cut),
            "homes": len(part),
            "phones": phones,
            "buildings": _by_building(part),
        }
        for n, part in enumerate(cut, 1)
    ]


async def _rows(matter: Matter, which: Q) -> list[tuple[str, Row]]:
    """(building, row) as one walks past the doors. Plain values: there may be thousands."""
    buildings = await buildings_of(matter)
    names, order = names_of(buildings), [place.id for place in buildings]
    homes = Household.filter(await in_scope(matter), which, vacant=False)
    called = await _called(homes)
    found = []
    for id, path, room, place, kind in await homes.values_list(
        "id", "path", "room", "place__name", "place__kind"
    ):
        building = next(n for n, one in enumerate(order) if f"/{one}/" in path)
        entrance = place if kind == PlaceKind.ENTRANCE else ""
        row = (f"{entrance}{room}", called.get(id, "名册上没有人"))
        key = (building, counted(entrance), counted(room), id)
        found.append((key, names[order[building]], row))
    return [(name, row) for _, name, row in sorted(found, key=lambda one: one[0])]


async def _called(homes) -> dict[int, str]:
    """How to address the head of each home, or whoever stands first on its list."""
    rows = Member.filter(household_id__in=Subquery(homes.values("id"))).order_by("-is_head", "id")
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
