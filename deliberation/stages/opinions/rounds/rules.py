"""The doors of an entrance: in which state, in which order, which are left. Pure.

Source: procedure of 一征: two visitors go to every household; a door is 未访, 已访, 家中无人, 拒访
or 空置, per building and entrance. Coverage counts households, not knocks, and only ever warns.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from deliberation.places.rules import counted
from deliberation.stages.opinions.breakdown import floor_of

STATES = {
    "open": "未访",
    "visited": "已访",
    "nobody": "家中无人",
    "refused": "拒访",
    "vacant": "空置",
}
KNOCKED = {key: name for key, name in STATES.items() if key != "open"}
MOST_AGO = 60 * 24 * 3600  # seconds: how long a phone may have kept an entry
MOST_NAMED = 5


@dataclass(frozen=True)
class Door:
    """One household's door. `id` is the household, `place` its entrance (or building without one).

    `knocks` are the states it was found in, oldest first. `spoken`: the household was heard, in
    whatever way.
    """

    id: int
    place: int
    room: str
    state: str
    spoken: bool
    knocks: Sequence[str] = ()

    @property
    def attempts(self) -> int:
        """How often nobody was at home."""
        return sum(state == "nobody" for state in self.knocks)

    @property
    def left(self) -> bool:
        """Whether somebody should still go there."""
        return not self.spoken and self.state in ("open", "nobody")


@dataclass(frozen=True)
class Count:
    """Doors: all of them, those heard, those left to go to, and how many in each state."""

    households: int
    spoken: int
    left: int
    states: dict[str, int]


def state_of(knocks: Sequence[str], *, told: bool, vacant: bool) -> str:
    """A key of STATES. `told`: a visit was written down with its words only, without a knock;
    `vacant`: so says the roll."""
    if knocks:
        return knocks[-1]
    return "visited" if told else "vacant" if vacant else "open"


def walked(doors: Iterable[Door]) -> list[Door]:
    """The doors floor by floor, as one walks up; where the floor is unknown, at the end."""
    return sorted(doors, key=lambda door: (_floor(door), counted(door.room), door.id))


def storeys(doors: Iterable[Door]) -> list[tuple[str, list[Door]]]:
    """The doors as one sees the house: the top floor first, each with its name."""
    floors = [(number, list(found)) for number, found in groupby(walked(doors), _floor)]
    known = [(f"{number}层", found) for number, found in reversed(floors) if number < _UNKNOWN]
    return known + [("楼层不明", found) for number, found in floors if number == _UNKNOWN]


_UNKNOWN = 1000


def _floor(door: Door) -> int:
    return floor_of(door.room) or _UNKNOWN


def following(doors: Sequence[Door], id: int) -> Door | None:
    """The next door that nobody was at yet, after the door of a household."""
    ids = [door.id for door in doors]
    later = doors[ids.index(id) + 1 :] if id in ids else []
    return next((door for door in later if door.left and door.state == "open"), None)


def count(doors: Sequence[Door]) -> Count:
    states = Counter(door.state for door in doors)
    return Count(
        households=len(doors),
        spoken=sum(door.spoken for door in doors),
        left=sum(door.left for door in doors),
        states={state: states[state] for state in STATES},
    )


def knock_reasons(state: str, text: str, stance: str) -> list[str]:
    """Whether a state goes with words: only who opened the door said something."""
    if state != "visited" and (text or stance):
        return [f"写了说的话，就不能记“{KNOCKED[state]}”；请记“已访”，或者把写的删去"]
    return []


def needed(households: int, target: Fraction) -> int:
    """The least number of households that meets the target."""
    return -(-households * target.numerator // target.denominator)


def warnings(left: Sequence[tuple[str, int]], heard: int, all: int, target: Fraction) -> list[str]:
    """Below the target: the entrances where most doors are left. `left`: (where, how many)."""
    if heard >= needed(all, target):
        return []
    most = sorted((row for row in left if row[1]), key=lambda row: -row[1])[:MOST_NAMED]
    return [f"{where}还有{number}户没有访到" for where, number in most]
