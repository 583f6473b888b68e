"""A task as people read it, what is pressing about it, and how a list is divided. Pure.

Whoever asks sees first what is theirs and late or due today, then what comes due, then what
others have to do before they can go on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from deliberation.calendar import day_text, end_of, local_date, moment_text

READ = "opinions.see"  # answers to look at: nothing is missed by it
_INSTANT = timedelta(microseconds=1)  # 24:00 belongs to the day that it ends


def ends_text(until: datetime) -> str:
    """An end as people say it: 2026年3月9日24:00, and not 0:00 of the day after."""
    day = local_date(until - _INSTANT)
    return f"{day_text(day)}24:00" if until == end_of(day) else moment_text(until)


@dataclass(frozen=True)
class Task:
    """`what` is to be done about `matter` (None for what is of no matter), at `url` by the button
    `label`, before the instant `until`.

    `who` names whom it waits for; '' when that is whoever asks. `done`: they did it already and
    may still come back. `act` is what removes it; a task told by a stage takes the place of the
    `Reason` with the act `instead` (by default the same). What waits for a second person says who
    did the first half (`first_by`, an account) and when.
    """

    what: str
    url: str = ""
    label: str = "去看看"
    matter: object | None = None
    until: datetime | None = None
    who: str = ""
    done: bool = False
    act: str = ""
    instead: str = ""
    first_by: int | None = None
    first_at: datetime | None = None

    @property
    def mine(self) -> bool:
        return not self.who

    @property
    def rank(self) -> tuple:
        """Sorts what waits before what is done, what is mine before others' tasks, what is to be
        done before what is only to be read, and what ends first before the rest."""
        return (self.done, not self.mine, self.act == READ, self.until is None, self.until)

    def late(self, now: datetime) -> bool:
        return self.until is not None and now >= self.until

    def days_left(self, now: datetime) -> int | None:
        """Days from today to the last day; 0 is today, None without one."""
        if self.until is None:
            return None
        return (local_date(self.until - _INSTANT) - local_date(now)).days

    def mark(self, now: datetime) -> str:
        """How near its date is, in a word; '' without one."""
        if self.until is None or self.done:
            return ""
        if self.late(now):
            return "已经过期"
        left = self.days_left(now)
        return {0: "今天到期", 1: "明天到期"}.get(left, f"还有{left}天")

    @property
    def date(self) -> str:
        """Until when, where `what` does not say it itself."""
        if self.until is None:
            return ""
        day = day_text(local_date(self.until - _INSTANT))
        if day in self.what:
            return ""
        return f"{ends_text(self.until)}以前"


Grouped = list[tuple[object | None, list[Task]]]  # each matter with its tasks


def by_matter(tasks: Iterable[Task]) -> Grouped:
    """Tasks under their matters, in the order in which each matter comes first."""
    found: dict[int | None, tuple[object | None, list[Task]]] = {}
    for task in tasks:
        key = task.matter.id if task.matter else None
        found.setdefault(key, (task.matter, []))[1].append(task)
    return list(found.values())


@dataclass(frozen=True)
class Divided:
    """The tasks of one person as the desk shows them."""

    second: list[Task]
    today: list[Task]
    soon: list[Task]
    others: list[Task]


def divided(tasks: Iterable[Task], now: datetime) -> Divided:
    """Mine as the second person; mine that can be done at any time or are due by tonight; mine
    with a later date; others'."""
    open_ = [task for task in tasks if not task.done]
    second = [task for task in open_ if task.mine and task.first_at]
    mine = [task for task in open_ if task.mine and not task.first_at]
    today = [task for task in mine if (task.days_left(now) or 0) <= 0]
    soon = [task for task in mine if (task.days_left(now) or 0) > 0]
    return Divided(second, today, soon, [task for task in open_ if not task.mine])
