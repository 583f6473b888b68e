"""Days and periods as Chinese law counts them, and how they are printed.

Sources: Civil Code 201 and 203 (the day of posting is not counted, a period ends at 24:00 of
its last day, a last day that is a holiday moves to the next working day) and the State
Council's yearly holiday notice with its working weekends (调休). Everything is pure: days come
in as `date` in Shanghai, instants as aware `datetime`; the clock is never read here.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)


class Unit(StrEnum):
    """How the days of a period are counted; the value is the printed word."""

    NATURAL = "自然日"
    WORKING = "工作日"


class NoTable(ValueError):
    """A day fell into a year whose holidays nobody has entered yet."""

    def __init__(self, year: int):
        self.year = year
        super().__init__(
            f"还没有{year}年的放假安排表，无法推算期限；请系统管理员录入该年的表（每年11月公布后录入）。"
        )


@dataclass(frozen=True)
class YearTable:
    """One year's deviations from Monday-to-Friday: days off, and weekend days worked (调休).

    Only days of that year: when a New Year's holiday begins in December, those December days
    belong into the older year's table, which the administrator amends.
    """

    holidays: frozenset[date]
    workdays: frozenset[date]


@dataclass(frozen=True)
class Period:
    """A counted period; `first` to `last` is the printed window, both ends included."""

    posted: date
    first: date
    last: date
    days: int
    unit: Unit

    @property
    def ends_at(self) -> datetime:
        """The first instant (UTC) that is too late."""
        return end_of(self.last)


@dataclass(frozen=True)
class Calendar:
    """Working days of the years whose tables are known, keyed by year."""

    tables: Mapping[int, YearTable]

    def is_working(self, day: date) -> bool:
        """Whether offices work on `day`; NoTable rather than a guess for an unknown year."""
        table = self.tables.get(day.year)
        if table is None:
            raise NoTable(day.year)
        if day in table.workdays:
            return True
        return day not in table.holidays and day.weekday() < 5

    def count(self, posted: date, days: int, unit: Unit) -> Period:
        """The period of `days` after the day of posting; ValueError below 1, NoTable."""
        if days < 1:
            raise ValueError("期限至少为1天，请重新填写天数。")
        if unit is Unit.WORKING:
            first = last = self.working_from(posted + ONE_DAY)
            for _ in range(days - 1):
                last = self.working_from(last + ONE_DAY)
        else:
            first = posted + ONE_DAY
            last = self.working_from(posted + timedelta(days=days))
        return Period(posted, first, last, days, unit)

    def working_from(self, day: date) -> date:
        """`day` itself, or the next working day where it is one of rest (Civil Code 203)."""
        while not self.is_working(day):
            day += ONE_DAY
        return day


def full_days_between(notice: date, meeting: date) -> int:
    """Whole days strictly between notice and meeting: “at least 3 days before” needs 3."""
    return max(0, (meeting - notice).days - 1)


def local_date(moment: datetime) -> date:
    """The day in Shanghai of an aware instant."""
    return _in_shanghai(moment).date()


def end_of(day: date) -> datetime:
    """24:00 in Shanghai of `day`, as an aware UTC instant."""
    return datetime.combine(day + ONE_DAY, time(), SHANGHAI).astimezone(UTC)


def day_text(day: date) -> str:
    """2026年1月5日, without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def moment_text(moment: datetime) -> str:
    """2026年11月23日(星期一)9:00, in Shanghai time."""
    local = _in_shanghai(moment)
    weekday = "一二三四五六日"[local.weekday()]
    return f"{day_text(local.date())}(星期{weekday}){local.hour}:{local.minute:02d}"


def _in_shanghai(moment: datetime) -> datetime:
    # A naive value would silently be read in the server's own zone.
    if moment.tzinfo is None:
        raise ValueError("a naive datetime has no place; pass an aware one")
    return moment.astimezone(SHANGHAI)


def parse_table(year: int, holidays: str, workdays: str) -> YearTable:
    """An administrator's table: holidays “1/1-1/3, 2/15-2/23”, working weekends “1/4, 2/14”.

    Days are month/day, ranges include both ends, entries are separated by commas, 、 or line
    breaks; full-width characters are accepted. ValueError with a sentence to show.
    """
    off, on = _days(year, holidays), _days(year, workdays)
    if not off:
        raise ValueError(f"{year}年的放假日期是空的，请按“1/1-1/3, 2/15-2/23”的格式填写。")
    if both := sorted(off & on):
        raise ValueError(f"{day_text(both[0])}既填成放假又填成上班，请只保留一处。")
    if weekdays := sorted(day for day in on if day.weekday() < 5):
        raise ValueError(
            f"{day_text(weekdays[0])}不是星期六或星期日，不是调休上班日，请核对后重新填写。"
        )
    return YearTable(holidays=off, workdays=on)


def _days(year: int, text: str) -> frozenset[date]:
    normal = re.sub("[–—~至]", "-", unicodedata.normalize("NFKC", text))
    normal = re.sub(r"\s*([-/])\s*", r"\1", normal)
    days: set[date] = set()
    for entry in re.split(r"[,、;;\s]+", normal):
        if entry:
            first, last = _range(year, entry)
            days.update(first + n * ONE_DAY for n in range((last - first).days + 1))
    return frozenset(days)


def _range(year: int, entry: str) -> tuple[date, date]:
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})(?:-(\d{1,2})/(\d{1,2}))?", entry)
    if match is None:
        raise ValueError(f"看不懂“{entry[:20]}”，请按“月/日”或“月/日-月/日”填写，例如“2/15-2/23”。")
    numbers = [int(group) for group in match.groups() if group]
    try:
        first, last = date(year, *numbers[:2]), date(year, *numbers[-2:])
    except ValueError:
        raise ValueError(f"{year}年没有“{entry}”这样的日期，请核对后重新填写。") from None
    if last < first:
        raise ValueError(f"“{entry}”的结束日早于开始日，请核对；这张表只填{year}年之内的日期。")
    return first, last


# The State Council's notice for 2026; later years are entered by an administrator.
CHINA_2026 = parse_table(
    2026,
    holidays="1/1-1/3, 2/15-2/23, 4/4-4/6, 5/1-5/5, 6/19-6/21, 9/25-9/27, 10/1-10/7",
    workdays="1/4, 2/14, 2/28, 5/9, 9/20, 10/10",
)
