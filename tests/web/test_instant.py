"""What an instant answered holds until the time it says, whatever was asked."""

import operator
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deliberation.calendar import end_of, local_date, moment_text
from deliberation.tasks.rules import Task
from deliberation.web.instant import _TIMELESS, Holds, Instant

NOW = datetime(2026, 3, 2, 1, 30, 12, 500, tzinfo=UTC)
TICK = timedelta(microseconds=1)
SPANS = st.timedeltas(min_value=timedelta(days=-3), max_value=timedelta(days=3)) | st.sampled_from(
    [timedelta(0), TICK, -TICK, timedelta(hours=14, minutes=29, seconds=47, microseconds=999500)]
)
SIGNS = st.sampled_from([getattr(operator, name) for name in ("lt", "le", "gt", "ge", "eq", "ne")])


def compared(sign, span: timedelta, ahead: timedelta):
    """`now` moved by a span, on either side of a comparison."""
    return lambda now: (sign(now + ahead, NOW + span), sign(NOW + span, now - ahead))


ASKED = st.one_of(
    st.builds(compared, SIGNS, SPANS, SPANS),
    st.sampled_from(
        [
            local_date,
            moment_text,
            lambda now: (now.year, now.month, now.day, now.weekday(), now.hour, now.minute),
            lambda now: Task("说", until=NOW + timedelta(hours=20)).mark(now),
            lambda now: max(now, end_of(local_date(now))) - now,
            lambda now: (now - NOW, NOW - now, now.timestamp(), str(now), now.isoformat()),
            lambda now: (hash(now), f"{now:%S}", now.replace(hour=1), now.second, {now: 1}),
        ]
    ),
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ASKED, max_size=4))
def test_what_it_answered_comes_out_the_same_until_then(asked):
    holds = Holds(NOW)
    answers = [ask(Instant(NOW, holds)) for ask in asked]
    assert answers == [ask(NOW) for ask in asked]
    if holds.at(NOW):
        last = holds.until - TICK if holds.until else NOW + timedelta(days=40)
        assert [ask(last) for ask in asked] == answers


def until(ask) -> datetime | None:
    holds = Holds(NOW)
    ask(Instant(NOW, holds))
    return holds.until


def test_a_deadline_or_a_midnight_is_how_long_it_holds():
    over, to_come = NOW - TICK, NOW + timedelta(days=9)
    assert until(lambda now: now < over) is None, "it is over for good"
    assert until(lambda now: (now >= to_come, to_come <= now, now > over)) == to_come
    assert until(lambda now: now + timedelta(days=2) > to_come) == to_come - timedelta(days=2)
    assert until(local_date) == end_of(local_date(NOW))
    assert until(moment_text) == NOW.replace(second=0, microsecond=0) + timedelta(minutes=1)
    assert until(lambda now: now - over) == NOW, "a span is another one at once"
    assert not Holds(NOW).at(over), "nor was it so before"


def test_nothing_can_be_asked_of_it_unnoticed():
    """A later Python may give a datetime something new."""
    told = {name for name in dir(datetime) if callable(getattr(datetime, name))}
    made = {"now", "utcnow", "today", "combine", "strptime", "__new__", "__subclasshook__"}
    made |= {name for name in dir(datetime) if name.startswith(("from", "utcfrom"))}
    assert told - made - _TIMELESS <= set(vars(Instant))
