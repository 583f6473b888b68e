"""What proves that a notice hung: stretches of time on screens, photos of paper boards. Pure.

Of a screen we know what was served to it and what it reported, never who saw it. The photos are
two: at posting and at the end of the period.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from deliberation.calendar import ONE_DAY, day_text, end_of, local_date, moment_text
from deliberation.procedure import Reason

KINDS = {"electronic": "电子屏", "paper": "纸质公示栏"}
MOMENTS = {"posted": "张贴时", "end": "期满时"}
PLACES = ("community", "compound", "building")  # what a board may hang in
TURN = 10  # seconds a page stays on a screen
GAP = timedelta(minutes=15)  # a longer silence ends a stretch
NOTED_EVERY = timedelta(minutes=2)  # how often a stretch that goes on is written down
OFFLINE = timedelta(minutes=10)  # a screen silent for longer is reported to the staff
CODE_LIVES = timedelta(minutes=5)
MOST_REPORTS, OLDEST_REPORT = 300, timedelta(days=7)
_PHOTO = ("boards.photograph", "/boards")
_WEEKDAY = re.compile(r"\(星期.\)")
_LINE = re.compile(r"([A-Z0-9]{1,16}) ([0-9]{1,3}) ([0-9]{1,6}) ([0-9]{1,6})")


@dataclass(frozen=True)
class Span:
    """A stretch of time in which something went on without a gap, as far as is proved."""

    first: datetime
    last: datetime

    @property
    def words(self) -> str:
        """2026年3月2日9:00至17:30, with the day of its end where that is another."""
        first, last = (_WEEKDAY.sub("", moment_text(one)) for one in (self.first, self.last))
        day = day_text(local_date(self.first))
        return f"{first}至{last.removeprefix(day)}"


@dataclass(frozen=True)
class Evidence:
    """What one board has to show for one notice: stretches served to a screen, `moments` of
    photos of a paper board."""

    served: tuple[Span, ...] = ()
    moments: frozenset[str] = frozenset()

    def is_posted(self, first_on: date) -> bool:
        """Whether it hung by the first day of the period."""
        began = any(span.first < end_of(first_on) for span in self.served)
        return began or "posted" in self.moments

    def is_ended(self, last_on: date) -> bool:
        """Whether it still hung on the last day."""
        lasted = any(span.last >= end_of(last_on) - ONE_DAY for span in self.served)
        return lasted or "end" in self.moments


@dataclass(frozen=True)
class Report:
    """What a screen says was on it, as ages before now: its own clock is not trusted."""

    code: str
    page: int
    first: timedelta
    last: timedelta


def missing_proof(need: int, posted: int, ended: int, last_on: date, now: datetime) -> list[str]:
    """Why a period is not proved yet; `posted` and `ended` count boards, `need` is the norm.

    The end is spoken of when it can be proved: from the last day on.
    """
    reasons = []
    if posted < need:
        text = f"张贴证明还差{need - posted}处：请在公示栏页面登记张贴时的照片"
        reasons.append(Reason(text, *_PHOTO, until=end_of(last_on)))
    if ended < need and not too_early("end", last_on, now):
        text = f"期满证明还差{need - ended}处：请在公示栏页面登记期满时的照片"
        reasons.append(Reason(text, *_PHOTO))
    return reasons


def too_early(moment: str, last_on: date | None, now: datetime) -> list[str]:
    """Why a photo of `moment` cannot be registered yet."""
    if last_on is None:
        return ["公告没有期限，不用拍照登记"]
    if moment == "end" and now < end_of(last_on) - ONE_DAY:
        return ["期满时的照片在公示期的最后一天或者以后登记"]
    return []


def merged(spans: Iterable[Span]) -> list[Span]:
    """Stretches in order, those that touch or overlap joined (one screen, two processes)."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: one.first):
        if found and span.first - found[-1].last <= GAP:
            found[-1] = Span(found[-1].first, max(found[-1].last, span.last))
        else:
            found.append(span)
    return found


def gaps(spans: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    """The silences longer than GAP between `start` and `end`."""
    found, since = [], start
    for span in merged(spans):
        if min(span.first, end) - since > GAP:
            found.append(Span(since, min(span.first, end)))
        since = max(since, span.last)
    if end - since > GAP:
        found.append(Span(since, end))
    return found


def reports(text: str) -> list[Report]:
    """A screen's report, a line each: code, page, seconds since first and since last shown.

    Raises ValueError for anything else, and for more or older ones than a screen may keep.
    """
    lines = text.split("\n")
    if len(lines) > MOST_REPORTS:
        raise ValueError("too many")
    return [_report(line) for line in lines]


def _report(line: str) -> Report:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(line)
    code, page, *ages = found.groups()
    first, last = (timedelta(seconds=int(age)) for age in ages)
    if last > first or first > OLDEST_REPORT or page == "0":
        raise ValueError(line)
    return Report(code, int(page), first, last)
