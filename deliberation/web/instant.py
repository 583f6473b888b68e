"""An instant that remembers how long what it answered stays true.

A page asks the time little: whether a deadline has passed, which day it is. Such an answer holds
until an instant that is known, the deadline or midnight. Whatever else is asked, such as a second,
a span or a text for the database, is taken to change at once. What a page is made with an `Instant`
therefore comes out the same, as far as time goes, until `Holds.until`.
"""

import inspect
from datetime import UTC, date, datetime, time, timedelta
from types import GetSetDescriptorType, MethodDescriptorType, WrapperDescriptorType

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)


class Holds:
    """From `since` until `until` (exclusive; None: for good) what was answered holds."""

    def __init__(self, since: datetime):
        self.since, self.until = since, None

    def ends(self, at: datetime) -> None:
        """What was answered holds until `at` at the most."""
        if at > self.since:
            self.until = min(at, self.until or at)
        else:
            self.until = self.since

    def at(self, now: datetime) -> bool:
        return self.since <= now and (self.until is None or now < self.until)


class Instant(datetime):
    """The time `at`, aware, which goes on while `holds` is asked; `ahead` of it by a fixed span."""

    def __new__(cls, at: datetime, holds: Holds, ahead: timedelta = timedelta(0)) -> "Instant":
        parts = (at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond)
        made = super().__new__(cls, *parts, at.tzinfo, fold=at.fold)
        made._at, made._holds, made._ahead = at, holds, ahead
        return made

    def _until(self, at: datetime) -> None:
        self._holds.ends(at - self._ahead)

    def _changes(self) -> None:
        self._holds.ends(self._holds.since)

    def astimezone(self, tz=None) -> "Instant":
        return Instant(self._at.astimezone(tz), self._holds, self._ahead)

    def __add__(self, span: timedelta) -> "Instant":
        return Instant(self._at + span, self._holds, self._ahead + span)

    __radd__ = __add__

    def __sub__(self, other):
        if isinstance(other, timedelta):
            return self + -other
        self._changes()
        return self._at - other

    def __rsub__(self, other: datetime) -> timedelta:
        self._changes()
        return other - self._at

    def date(self) -> date:
        day = self._at.date()
        self._until(datetime.combine(day + _DAY, time(), self._at.tzinfo))
        return day

    year = property(lambda self: self.date().year)
    month = property(lambda self: self.date().month)
    day = property(lambda self: self.date().day)

    def weekday(self) -> int:
        return self.date().weekday()

    def _to_the_minute(self) -> datetime:
        self._until(self._at.astimezone(UTC).replace(second=0, microsecond=0) + _MINUTE)
        return self._at

    hour = property(lambda self: self._to_the_minute().hour)
    minute = property(lambda self: self._to_the_minute().minute)

    def __conform__(self, protocol) -> str:
        """What SQLite is given, as for every datetime."""
        return self.isoformat(" ")


def _compared(compare):
    def method(self: Instant, other):
        if not isinstance(other, datetime):
            return compare(self._at, other)
        found = compare(self._at, other)
        if found is NotImplemented or isinstance(other, Instant) and other._holds is self._holds:
            return found
        if other.tzinfo is not None and other < self._at:
            return found  # time does not go back
        self._until(other) if other.tzinfo is not None and other > self._at else self._changes()
        return found

    return method


def _opaque(asked):
    def method(self: Instant, *values, **named):
        self._changes()
        return asked.__get__(self._at)(*values, **named)

    return method


def _seen(asked):
    def value(self: Instant):
        self._changes()
        return asked.__get__(self._at)

    return property(value)


_COMPARISONS = ("__lt__", "__le__", "__gt__", "__ge__", "__eq__", "__ne__")
# What has nothing to do with the time it is, and how Python itself makes and reads an object.
_TIMELESS = {"tzinfo", "fold", "__class__", "__getattribute__", "__setattr__", "__delattr__"}
_TIMELESS |= {"__init__", "__dir__", "__sizeof__", "__getstate__", "__init_subclass__"}

for _name in _COMPARISONS:
    setattr(Instant, _name, _compared(getattr(datetime, _name)))
for _name in set(dir(datetime)) - set(vars(Instant)) - _TIMELESS:
    _asked = inspect.getattr_static(datetime, _name)
    if isinstance(_asked, MethodDescriptorType | WrapperDescriptorType):
        setattr(Instant, _name, _opaque(_asked))
    elif isinstance(_asked, GetSetDescriptorType):
        setattr(Instant, _name, _seen(_asked))
