"""Who counts as a voter and with what weight: owners' heads and areas, and the age of 18.

Sources: Civil Code 278 and the Supreme People's Court's reading of it (one unit is one head;
one buyer of several units, and the developer with all it has not sold, is one head each),
Civil Code 17 and 202 for the age. Areas are hundredths of m².
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum


@dataclass(frozen=True)
class Weights:
    """Heads and area of some voters; area stays 0 where a vote does not weigh it."""

    heads: int
    area: int = 0

    def __add__(self, other: "Weights") -> "Weights":
        return Weights(self.heads + other.heads, self.area + other.area)

    def __sub__(self, other: "Weights") -> "Weights":
        return Weights(self.heads - other.heads, self.area - other.area)

    def reaches(self, need: "Weights") -> bool:
        """Whether heads and area both suffice."""
        return self.heads >= need.heads and self.area >= need.area


NOBODY = Weights(0)


def total(weights: Iterable[Weights]) -> Weights:
    """All of them together."""
    return sum(weights, NOBODY)


@dataclass(frozen=True)
class Unit:
    """A home, shop or other unit with its own area; `owners` are the ids of all who own it.

    No owners and not `unsold` means that its owner is not registered yet.
    """

    number: str
    area: int
    owners: frozenset[str] = frozenset()
    unsold: bool = False


@dataclass(frozen=True)
class Head:
    """One vote of the owners: the units it stands for, and whether anyone can cast it.

    Entitled are all heads together, those that cannot vote included.
    """

    units: tuple[str, ...]
    owners: frozenset[str]
    weight: Weights
    may_vote: bool


def merge_owners(units: Iterable[Unit]) -> list[Head]:
    """The heads behind the units, in the order met; ValueError when a unit has no area.

    The same owners of several units are one head with the areas added, so is the developer with
    everything unsold; a co-owned home is one vote. A unit whose owner is not registered is a
    head of its own: it counts in every denominator and cannot vote.
    """
    groups: dict[object, list[Unit]] = {}
    for unit in units:
        if unit.area <= 0:
            raise ValueError(f"{unit.number}没有专有部分面积，请补录面积后再生成业主名册。")
        key = "unsold" if unit.unsold else unit.owners or ("unregistered", unit.number)
        groups.setdefault(key, []).append(unit)
    return [
        Head(
            units=tuple(unit.number for unit in group),
            owners=frozenset().union(*(unit.owners for unit in group)),
            weight=Weights(1, sum(unit.area for unit in group)),
            may_vote=group[0].unsold or bool(group[0].owners),
        )
        for group in groups.values()
    ]


class Age(Enum):
    """Whether a person is 18: computed, to be decided by a clerk, or to be asked for."""

    ADULT = "adult"
    MINOR = "minor"
    DECIDE = "decide"
    MISSING = "missing"


def adult(birth_date: date | None, birth_year: int | None, on: date) -> Age:
    """Whether a person is 18 `on` a day; the full date, where known, goes before the year.

    With a year only, who turns 18 that year is the clerk's to decide; nothing is assumed.
    """
    if birth_date is not None:
        return Age.ADULT if _eighteenth_birthday(birth_date) <= on else Age.MINOR
    if birth_year is None:
        return Age.MISSING
    turning = on.year - birth_year
    if turning == 18:
        return Age.DECIDE
    return Age.ADULT if turning > 18 else Age.MINOR


def _eighteenth_birthday(born: date) -> date:
    try:
        return born.replace(year=born.year + 18)
    except ValueError:
        # Born on 29 February: 18 years later there is none, and a period that misses its day
        # ends on the last day of that month (Civil Code 202).
        return date(born.year + 18, 2, 28)
