"""What is wanted, by how many households, where and on which floors; and where people differ.

Groups count as staff sorted them, and ticks of the menu. A household wants what it said, seconded
or ticked last; it is against what it differs from, and the other way round in a group of people who
do not want something. Who did both stands on neither side. What households answered to a question
is counted, too. Source: the house's rule on small counts, see `breakdown`.
"""

from collections import Counter
from collections.abc import Callable, Container
from dataclasses import dataclass

from deliberation.matters.models import Matter
from deliberation.places.models import Household
from deliberation.stages.opinions.breakdown import BANDS, LEAST, accord, band, mostly, shown
from deliberation.stages.opinions.coverage import buildings_of, in_scope, names_of
from deliberation.stages.opinions.models import Group, Opinion, Second, heard
from deliberation.stages.opinions.survey.facts import (
    Homes,
    asked_in,
    latest_answers,
    latest_wants,
    spoke,
)
from deliberation.stages.opinions.survey.rules import COLUMNS, QUESTIONS, STANCE

UNKNOWN = "楼层不明"
Cells = list[int | None] | None


@dataclass(frozen=True)
class Side:
    """Households that want an item, or that do not: how many, by building and by floor.

    `floor` is where more than half of them live, when the floors cannot be shown; else ''.
    """

    count: int
    buildings: Cells
    floors: Cells
    floor: str


@dataclass(frozen=True)
class Wish:
    """One item of the menu. `discussed`: in a group, from which one may differ; a tick says
    nothing of those who did not tick. `accord` is breakdown.CONFLICT, breakdown.ACCORD or ''."""

    key: str
    name: str
    kind: str
    wanting: Side
    against: Side
    discussed: bool

    @property
    def accord(self) -> str:
        return accord(self.wanting.count, self.against.count) if self.discussed else ""


@dataclass(frozen=True)
class Willing:
    """How many households answered a question; `answers` are how many yes, no and perhaps, None
    where the households are too few to be told apart."""

    name: str
    count: int
    answers: tuple[int, ...] | None


@dataclass(frozen=True)
class Demand:
    """`wishes` most wanted first; `buildings` and `floors` are the heads of their cells."""

    wishes: list[Wish]
    willing: list[Willing]
    buildings: list[str]
    floors: list[str]


async def demand(matter: Matter) -> Demand:
    rows = await Household.filter(await in_scope(matter)).values_list("id", "path", "room")
    names = names_of(await buildings_of(matter))
    building = {id: _building(path, names) for id, path, _ in rows}
    floor = {id: _floor(room) for id, _, room in rows}
    heads = [list(names.values()), [*BANDS, UNKNOWN][: max(floor.values(), default=0) + 1]]
    by_building = _splitter(building, len(heads[0]), shown)
    by_floor = _splitter(floor, len(heads[1]), shown)
    main_floor = _splitter(floor, len(heads[1]), mostly)

    def side(homes: set[int]) -> Side:
        inside = homes & building.keys()
        floors = by_floor(inside)
        main = main_floor(inside) if floors is None else None
        known = "" if main is None else heads[1][main]
        return Side(len(inside), by_building(inside), floors, known)

    menu = (await asked_in(matter)).menu
    groups = await Group.filter(matter=matter, category__in=[*menu.items])
    said, about = await spoke(matter), {group.category for group in groups}
    sides = await _sides(groups, await latest_wants(matter, said))
    wishes = [
        Wish(key, need.name, need.kind, side(want - no), side(no - want), key in about)
        for key, need in menu.items.items()
        for want, no in [sides.get(key, (set(), set()))]
    ]
    told = [wish for wish in wishes if wish.wanting.count + wish.against.count]
    willing = _willing(await latest_answers(matter, said), building.keys())
    return Demand(sorted(told, key=lambda wish: -wish.wanting.count), willing, *heads)


def _willing(answers: Homes, inside: Container[int]) -> list[Willing]:
    """The questions that anybody answered, each household `inside` once."""
    found = []
    for key, question in {"stance": STANCE, **QUESTIONS}.items():
        given = [answer for home, answer in answers.get(key, {}).items() if home in inside]
        split = tuple(sum(one in same for one in given) for same in COLUMNS.items())
        if given:
            found.append(Willing(question.name, len(given), split if len(given) >= LEAST else None))
    return found


def _building(path: str, names: dict[int, str]) -> int | None:
    """The place of a home's building among the names."""
    parts = {int(part) for part in path.strip("/").split("/")}
    return next((place for place, id in enumerate(names) if id in parts), None)


def _floor(room: str) -> int:
    found = band(room)
    return len(BANDS) if found is None else found


def _splitter(where: dict[int, int | None], size: int, rule: Callable) -> Callable:
    """What a rule of `breakdown` says of households split into cells.

    Homes in no building are nowhere in the cells: then nothing is split.
    """
    whole = Counter(where.values())
    most = [whole[place] for place in range(size)]

    def split(homes: set[int]):
        counted = Counter(where[home] for home in homes)
        return None if counted[None] else rule([counted[place] for place in range(size)], most)

    return split


async def _sides(
    rows: list[Group], ticked: dict[str, set[int]]
) -> dict[str, tuple[set[int], set[int]]]:
    """By item of the menu: households that want it, households that do not."""
    groups = {group.id: group for group in rows}
    said = Opinion.filter(heard(), group_id__in=list(groups), household_id__isnull=False)
    voices = [(*row, True) for row in await said.values_list("group_id", "household_id")]
    stood = Second.filter(group_id__in=list(groups), stand__not="")
    rows = await stood.values_list("group_id", "household_id", "stand")
    voices += [(group, home, stand == "second") for group, home, stand in rows]
    sides: dict[str, tuple[set[int], set[int]]] = {
        key: (homes, set()) for key, homes in ticked.items()
    }
    for id, home, agrees in voices:
        want, against = sides.setdefault(groups[id].category, (set(), set()))
        (against if agrees == groups[id].against else want).add(home)
    return sides
