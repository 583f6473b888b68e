"""The doors in a matter's scope, entrance by entrance, with how each stands. Reads only."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from deliberation.matters.models import Matter
from deliberation.places.models import Household, Place
from deliberation.places.rules import counted
from deliberation.stages.opinions.coverage import buildings_of, in_scope, names_of
from deliberation.stages.opinions.models import Opinion, heard
from deliberation.stages.opinions.rounds.models import Visit, standing
from deliberation.stages.opinions.rounds.rules import Count, Door, count, state_of, walked


@dataclass(frozen=True)
class Entrance:
    """`id` is the place its homes are in: an entrance, or a building that has none.

    `doors` are in no order; empty where only the places were asked for.
    """

    id: int
    building: int
    building_name: str
    name: str
    doors: list[Door]

    @property
    def where(self) -> str:
        return self.building_name + self.name

    @cached_property
    def walked(self) -> list[Door]:
        return walked(self.doors)

    @cached_property
    def count(self) -> Count:
        return count(self.doors)


async def entrances(matter: Matter, building: int | None = None) -> list[Entrance]:
    """Every entrance in scope (or in one building of it) that has homes, as people count them,
    with its doors."""
    by_place = defaultdict(list)
    for door in await _doors(matter, building):
        by_place[door.place].append(door)
    return [
        Entrance(*place, by_place[place[0]])
        for place in await _places(matter)
        if place[0] in by_place
    ]


async def entrance(matter: Matter, id: int) -> tuple[Entrance, list[Entrance]] | None:
    """One entrance with its doors, and all entrances of its building without them."""
    places = await _places(matter)
    found = next((place for place in places if place[0] == id), None)
    if found is None:
        return None
    doors = [door for door in await _doors(matter, id) if door.place == id]
    beside = [Entrance(*place, []) for place in places if place[1] == found[1]]
    return Entrance(*found, doors), beside


async def history(matter: Matter, place: int) -> dict[int, list[Visit]]:
    """The knocks that stand at the doors of one place, oldest first, by household."""
    rows = Visit.filter(standing(), matter=matter, household__place_id=place)
    found = defaultdict(list)
    for visit in await rows.order_by("at_door", "id"):
        found[visit.household_id].append(visit)
    return found


async def home_of(matter: Matter, id: int) -> Household | None:
    """A household in scope."""
    return await Household.filter(await in_scope(matter)).get_or_none(id=id)


def by_building(found: list[Entrance]) -> list[tuple[int, str, list[Entrance]]]:
    """(building, its name, its entrances) of entrances in order."""
    grouped = groupby(found, lambda one: (one.building, one.building_name))
    return [(*building, list(within)) for building, within in grouped]


async def _places(matter: Matter) -> list[tuple[int, int, str, str]]:
    """(place, building, its name, the entrance's name) of all places in scope that have homes."""
    names = names_of(await buildings_of(matter))
    rows = Place.filter(id__in=await _inhabited(matter)).values_list("id", "parent_id", "name")
    places = [
        (id, id, names[id], "") if id in names else (id, parent, names[parent], name)
        for id, parent, name in await rows
        if id in names or parent in names
    ]
    order = list(names)
    return sorted(places, key=lambda place: (order.index(place[1]), counted(place[3]), place[0]))


async def _inhabited(matter: Matter) -> list[int]:
    homes = Household.filter(await in_scope(matter)).distinct()
    return await homes.order_by("place_id").values_list("place_id", flat=True)


async def _doors(matter: Matter, place: int | None = None) -> list[Door]:
    """The doors in one place or in the whole scope, in no order."""
    homes = Household.filter(await in_scope(matter))
    said = Opinion.filter(heard(), matter=matter, household_id__isnull=False)
    visits = Visit.filter(standing(), matter=matter)
    if place is not None:
        within = f"/{place}/"
        homes = homes.filter(path__contains=within)
        said = said.filter(household__path__contains=within)
        visits = visits.filter(household__path__contains=within)
    knocks = defaultdict(list)
    for home, state in await visits.order_by("at_door", "id").values_list("household_id", "state"):
        knocks[home].append(state)
    channels = set(await said.values_list("household_id", "channel"))
    spoken = {home for home, _ in channels}
    return [
        Door(
            id,
            where,
            room,
            state_of(knocks[id], told=(id, "visit") in channels, vacant=vacant),
            id in spoken,
            knocks[id],
        )
        for id, where, room, vacant in await homes.values_list("id", "place_id", "room", "vacant")
    ]
