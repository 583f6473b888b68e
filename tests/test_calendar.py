"""Periods and working days: every worked case, the holidays of 2026, and both their edges."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.calendar import (
    CHINA_2026,
    Calendar,
    NoTable,
    Unit,
    YearTable,
    day_text,
    end_of,
    full_days_between,
    local_date,
    moment_text,
    parse_table,
)

CALENDAR = Calendar({2026: CHINA_2026})
NATURAL, WORKING = Unit.NATURAL, Unit.WORKING


def in_2026(month, day):
    return date(2026, month, day)


@pytest.mark.parametrize(
    ("posted", "days", "unit", "first", "last"),
    [
        # Counted 2/9 to 2/15; 2/15 opens the Spring Festival, which lasts to 2/23.
        ((2, 8), 7, NATURAL, (2, 9), (2, 24)),
        ((11, 23), 7, NATURAL, (11, 24), (11, 30)),
        ((11, 20), 3, WORKING, (11, 23), (11, 25)),
        # A Saturday worked in exchange for a holiday is a last day like any other.
        ((2, 7), 7, NATURAL, (2, 8), (2, 14)),
        ((2, 26), 2, WORKING, (2, 27), (2, 28)),
        # Ordinary weekend: Saturday and Sunday both move to Monday.
        ((11, 20), 1, NATURAL, (11, 21), (11, 23)),
        ((11, 20), 2, NATURAL, (11, 21), (11, 23)),
        # A holiday inside the period neither lengthens natural days nor counts as a working day.
        ((4, 30), 7, NATURAL, (5, 1), (5, 7)),
        ((4, 30), 3, WORKING, (5, 6), (5, 8)),
        ((9, 24), 1, WORKING, (9, 28), (9, 28)),
        ((12, 24), 7, NATURAL, (12, 25), (12, 31)),
        ((12, 28), 3, WORKING, (12, 29), (12, 31)),
    ],
)
def test_the_posting_day_is_not_counted_and_a_last_day_off_moves(posted, days, unit, first, last):
    period = CALENDAR.count(in_2026(*posted), days, unit)
    assert (period.first, period.last) == (in_2026(*first), in_2026(*last))
    assert (period.posted, period.days, period.unit) == (in_2026(*posted), days, unit)


def test_a_period_ends_at_midnight_in_shanghai_after_its_last_day():
    period = CALENDAR.count(in_2026(11, 23), 7, NATURAL)
    assert period.ends_at == datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    assert period.ends_at.utcoffset() == timedelta(0)
    assert local_date(period.ends_at - timedelta(microseconds=1)) == in_2026(11, 30)
    assert local_date(period.ends_at) == in_2026(12, 1)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ((1, 1), (1, 3)),
        ((2, 15), (2, 23)),
        ((4, 4), (4, 6)),
        ((5, 1), (5, 5)),
        ((6, 19), (6, 21)),
        ((9, 25), (9, 27)),
        ((10, 1), (10, 7)),
    ],
)
def test_every_holiday_of_2026_is_off_from_its_first_to_its_last_day(first, last):
    day = in_2026(*first)
    while day <= in_2026(*last):
        assert not CALENDAR.is_working(day)
        day += timedelta(days=1)


@pytest.mark.parametrize("day", [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)])
def test_the_weekend_days_of_2026_that_are_worked(day):
    assert in_2026(*day).weekday() >= 5
    assert CALENDAR.is_working(in_2026(*day))


def test_2026_has_as_many_working_days_as_the_law_leaves():
    # 365 days less 104 weekend days and 13 statutory holidays: exchanged weekends cancel out.
    days = [in_2026(1, 1) + timedelta(days=n) for n in range(365)]
    assert sum(map(CALENDAR.is_working, days)) == 365 - 104 - 13


@pytest.mark.parametrize(
    ("posted", "days", "unit"),
    [((12, 25), 7, NATURAL), ((12, 29), 3, WORKING)],
)
def test_a_period_reaching_into_a_year_without_table_says_so(posted, days, unit):
    with pytest.raises(NoTable, match="2027年.*系统管理员.*每年11月") as caught:
        CALENDAR.count(in_2026(*posted), days, unit)
    assert caught.value.year == 2027


def test_a_last_day_pushed_over_new_year_needs_the_next_table():
    table = YearTable(CHINA_2026.holidays | {in_2026(12, 31)}, CHINA_2026.workdays)
    with pytest.raises(NoTable, match="2027年"):
        Calendar({2026: table}).count(in_2026(12, 24), 7, NATURAL)


def test_with_next_years_table_the_period_crosses_new_year():
    tables = {2026: CHINA_2026, 2027: parse_table(2027, "1/1-1/3", "")}
    assert Calendar(tables).count(in_2026(12, 29), 3, WORKING).last == date(2027, 1, 4)


@pytest.mark.parametrize("days", [0, -1])
def test_a_period_has_at_least_one_day(days):
    with pytest.raises(ValueError, match="至少为1天"):
        CALENDAR.count(in_2026(11, 23), days, NATURAL)


@given(st.dates(in_2026(1, 1), in_2026(10, 1)), st.integers(1, 40), st.sampled_from(Unit))
def test_every_period_ends_on_a_working_day_and_is_never_shorter_than_counted(posted, days, unit):
    period = CALENDAR.count(posted, days, unit)
    assert CALENDAR.is_working(period.last)
    window = [
        period.first + timedelta(days=n) for n in range((period.last - period.first).days + 1)
    ]
    if unit is WORKING:
        assert sum(map(CALENDAR.is_working, window)) == days
        assert CALENDAR.is_working(period.first)
    else:
        assert period.first == posted + timedelta(days=1)
        assert not any(map(CALENDAR.is_working, window[days - 1 : -1]))


@pytest.mark.parametrize(
    ("notice", "meeting", "full"),
    [((11, 20), (11, 24), 3), ((11, 20), (11, 23), 2), ((11, 20), (11, 21), 0)]
    + [((11, 20), (11, 20), 0), ((11, 20), (11, 19), 0), ((2, 14), (2, 18), 3)],
)
def test_days_before_a_meeting_are_full_days_between_and_never_move(notice, meeting, full):
    assert full_days_between(in_2026(*notice), in_2026(*meeting)) == full


def test_days_and_moments_are_printed_without_leading_zeros():
    assert day_text(in_2026(1, 5)) == "2026年1月5日"
    moment = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert moment_text(moment) == "2026年11月23日(星期一)9:00"
    assert moment_text(datetime(2026, 11, 22, 4, 5, tzinfo=UTC)).endswith("(星期日)12:05")
    assert end_of(in_2026(11, 23)) == datetime(2026, 11, 23, 16, tzinfo=UTC)


def test_an_instant_belongs_to_its_day_in_shanghai_and_a_naive_one_to_none():
    assert local_date(datetime(2026, 11, 22, 15, 59, tzinfo=UTC)) == in_2026(11, 22)
    assert local_date(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) == in_2026(11, 23)
    with pytest.raises(ValueError, match="naive"):
        local_date(datetime(2026, 11, 22))


def test_an_administrators_table_is_read_as_typed_on_any_keyboard():
    expected = YearTable(
        frozenset({date(2027, 1, 1), date(2027, 1, 2), date(2027, 5, 1)}),
        frozenset({date(2027, 1, 9), date(2027, 1, 10)}),
    )
    assert parse_table(2027, "1/1-1/2, 5/1", "1/9, 1/10") == expected
    assert parse_table(2027, "1/1 – 1/2、05/01", "1/9\n1/10,") == expected
    assert parse_table(2027, "1/1至1/2;5/1", "1/9;1/10") == expected


@pytest.mark.parametrize(
    ("holidays", "workdays", "reason"),
    [
        ("", "1/4", "2026年的放假日期是空的"),
        ("元旦", "", "看不懂“元旦”"),
        ("1/1-3", "", "看不懂“1/1-3”"),
        ("2/30", "", "没有“2/30”"),
        ("13/1", "", "没有“13/1”"),
        ("1/3-1/1", "", "结束日早于开始日"),
        ("12/31-1/2", "", "只填2026年之内"),
        ("1/1-1/4", "1/4", "2026年1月4日既填成放假又填成上班"),
        ("1/1-1/3", "1/5", "2026年1月5日不是星期六或星期日"),
    ],
)
def test_a_wrong_table_is_refused_with_one_sentence(holidays, workdays, reason):
    with pytest.raises(ValueError, match=reason):
        parse_table(2026, holidays, workdays)
