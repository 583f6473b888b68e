from datetime import UTC, date, datetime, timedelta

import pytest

from deliberation.boards.rules import (
    GAP,
    Evidence,
    Report,
    Span,
    gaps,
    merged,
    missing_proof,
    reports,
    too_early,
)
from deliberation.calendar import end_of
from deliberation.procedures import COMMUNITY_WIDE, PROCEDURES

NINE = datetime(2026, 3, 2, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def span(first: int, last: int) -> Span:
    """From and to in minutes after nine."""
    return Span(NINE + first * MINUTE, NINE + last * MINUTE)


def test_a_silence_of_exactly_the_gap_is_none_and_a_second_more_is_one():
    length = int(GAP / MINUTE)
    assert gaps([span(0, 10), span(10 + length, 60)], NINE, NINE + 60 * MINUTE) == []
    late = Span(NINE + 10 * MINUTE + GAP + timedelta(seconds=1), NINE + 60 * MINUTE)
    assert gaps([span(0, 10), late], NINE, NINE + 60 * MINUTE) == [
        Span(NINE + 10 * MINUTE, late.first)
    ]


def test_what_is_missing_at_the_beginning_and_at_the_end_is_a_gap_too():
    found = gaps([span(30, 60)], NINE, NINE + 120 * MINUTE)
    assert found == [span(0, 30), span(60, 120)]
    assert gaps([], NINE, NINE + 120 * MINUTE) == [span(0, 120)]
    assert gaps([span(-60, 500)], NINE, NINE + 120 * MINUTE) == []
    assert gaps([span(200, 300)], NINE, NINE + 120 * MINUTE) == [span(0, 120)]


def test_stretches_that_overlap_are_one():
    assert merged([span(5, 40), span(0, 10), span(200, 210)]) == [span(0, 40), span(200, 210)]
    assert merged([span(0, 90), span(10, 20)]) == [span(0, 90)]


def test_a_stretch_names_its_day_once():
    assert span(0, 510).words == "2026年3月2日9:00至17:30"
    assert span(0, 1440).words == "2026年3月2日9:00至2026年3月3日9:00"
    assert span(-60, 20 * 1440).words == "2026年3月2日8:00至2026年3月22日9:00"


def test_a_screen_proves_the_posting_by_the_first_day_and_the_end_on_the_last():
    first, last = date(2026, 3, 3), date(2026, 3, 9)
    second = timedelta(seconds=1)
    in_time = Evidence(served=(Span(end_of(first) - second, end_of(first)),))
    late = Evidence(served=(Span(end_of(first), end_of(first)),))
    assert in_time.is_posted(first) and not late.is_posted(first)
    eve = end_of(last) - timedelta(days=1)
    assert Evidence(served=(Span(NINE, eve),)).is_ended(last)
    assert not Evidence(served=(Span(NINE, eve - second),)).is_ended(last)


def test_a_photo_proves_the_moment_it_is_of():
    first, last = date(2026, 3, 3), date(2026, 3, 9)
    one = Evidence(moments=frozenset({"posted"}))
    assert one.is_posted(first) and not one.is_ended(last)
    both = Evidence(moments=frozenset({"posted", "end"}))
    assert both.is_posted(first) and both.is_ended(last)


def test_the_norm_says_how_many_boards_must_prove_it():
    last = date(2026, 3, 9)
    now = end_of(last) - timedelta(days=1)
    assert missing_proof(0, 0, 0, last, now) == []
    assert missing_proof(2, 2, 2, last, now) == []
    posted, ended = missing_proof(2, 1, 0, last, now)
    assert posted.startswith("张贴证明还差1处") and ended.startswith("期满证明还差2处")
    assert missing_proof(2, 1, 0, last, now - timedelta(seconds=1)) == [posted]
    demanded = {key: item.norms.boards_proof for key, item in PROCEDURES.items()}
    assert demanded == {"one-three-two": 0, "four-two": 0, COMMUNITY_WIDE.key: 1}


def test_the_end_is_photographed_from_the_last_day_on():
    last = date(2026, 3, 9)
    midnight = end_of(last) - timedelta(days=1)
    assert too_early("end", last, midnight) == []
    assert too_early("end", last, midnight - timedelta(seconds=1))
    assert too_early("posted", last, NINE) == []
    assert too_early("posted", None, NINE)


def test_a_report_is_read_line_by_line():
    second = timedelta(seconds=1)
    assert reports("ABCDEFGHJK 2 90 30\nABCDEFGHJL 1 5 0") == [
        Report("ABCDEFGHJK", 2, 90 * second, 30 * second),
        Report("ABCDEFGHJL", 1, 5 * second, 0 * second),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "A 1 2",
        "A 1 2 1 0",
        "A x 2 1",
        "A 1 1 2",  # ended before it began
        "A 1 1 -1",  # in the future
        "A 0 1 1",
        "A 1000 1 1",
        "A 1 604801 1",  # older than a screen may keep
        "A 1 99999999999999999999 1",
        "A 1 5 0\n" * 300,
    ],
)
def test_anything_else_is_no_report(text):
    with pytest.raises(ValueError):
        reports(text)
