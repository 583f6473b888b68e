"""The figures of an area: matters by stage, what is late, what was taken up. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from deliberation.calendar import end_of, local_date
from deliberation.procedures import PROCEDURES

# The stages of all rule sets in one order: the longest one names the most.
_LONGEST = sorted(PROCEDURES.values(), key=lambda one: -len(one.stages))
STAGES = {stage.key: stage.name for one in _LONGEST for stage in one.stages}


@dataclass(frozen=True)
class Line:
    """A matter under way. `until` is when the period of its stage ends or its vote closes, None
    without one; `who` acts next."""

    id: int
    number: str
    title: str
    community: int
    stage: str
    since: datetime
    until: datetime | None
    who: str

    @property
    def last_on(self) -> date | None:
        """The last day: what ends at midnight ends with the day before."""
        return local_date(self.until - timedelta(microseconds=1)) if self.until else None

    def late(self, now: datetime) -> bool:
        """Whether the period is over and the matter stands where it stood."""
        return self.until is not None and now >= self.until

    def days_late(self, now: datetime) -> int:
        return (local_date(now) - self.last_on).days


@dataclass(frozen=True)
class Raised:
    """An objection that waits above the committees, or is late. `mine`: who asks decides it."""

    matter: int
    title: str
    community: int
    level: str
    due_on: date
    url: str
    mine: bool

    def late(self, now: datetime) -> bool:
        return now >= end_of(self.due_on)


@dataclass(frozen=True)
class Community:
    """`above` is the subdistrict; `ended` counts matters by how they ended."""

    id: int
    name: str
    above: str
    lines: tuple[Line, ...]
    raised: int
    ended: Counter = field(default_factory=Counter)

    @property
    def stages(self) -> Counter:
        return Counter(line.stage for line in self.lines)


@dataclass(frozen=True)
class Bar:
    """How many there are, and how many of them are late."""

    name: str
    count: int
    late: int


def by_stage(lines: Iterable[Line], now: datetime) -> list[Bar]:
    """One bar for every stage at which something stands, in the order of the line."""
    lines = list(lines)
    bars = [
        _bar(name, [one for one in lines if one.stage == key], now) for key, name in STAGES.items()
    ]
    return [bar for bar in bars if bar.count]


def by_community(communities: Iterable[Community], now: datetime) -> list[Bar]:
    """One bar for every community that has something under way."""
    return [_bar(one.name, one.lines, now) for one in communities if one.lines]


def _bar(name: str, lines: Iterable[Line], now: datetime) -> Bar:
    lines = list(lines)
    return Bar(name, len(lines), sum(line.late(now) for line in lines))
