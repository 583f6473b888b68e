"""What must be true before each step of a vote, at the exact instant or number."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from deliberation.calendar import end_of
from deliberation.procedure import Norms
from deliberation.stages.vote.rules import (
    GRACE,
    Facts,
    blockers,
    close_blockers,
    freeze_blockers,
    is_casting,
    lead_blockers,
    notice_blockers,
    phone_blockers,
    scrutineer_blockers,
    times_blockers,
)

NORMS = Norms()
OPENS = datetime(2026, 3, 9, 1, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=2)
TICK = timedelta(microseconds=1)
POSTED = Facts(
    status="posted",
    posting_last_on=date(2026, 3, 5),
    open_objections=0,
    opens_at=None,
    closes_at=None,
    scrutineers=2,
    unconfirmed_paper=0,
    certified=0,
    outcome="",
)
OPEN = replace(POSTED, status="open", opens_at=OPENS, closes_at=CLOSES)


def test_a_roll_is_frozen_from_24_00_of_its_last_day_on():
    end = end_of(date(2026, 3, 5))
    assert freeze_blockers(POSTED, NORMS, end - TICK) == ["名册公示到2026年3月5日24:00结束"]
    assert freeze_blockers(POSTED, NORMS, end) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"posting_last_on": None}, "名册还没有公示"),
        ({"open_objections": 1}, "还有1条对名册的异议没有答复"),
        ({"rebuild_due": True}, "重新生成名册"),
        ({"scrutineers": 1}, "监票人至少2名，已登记1名"),
    ],
)
def test_each_thing_missing_before_the_freeze_is_said(changes, reason):
    (said,) = freeze_blockers(replace(POSTED, **changes), NORMS, OPENS)
    assert reason in said


def test_two_scrutineers_are_enough():
    assert scrutineer_blockers(2, NORMS) == []
    assert scrutineer_blockers(1, NORMS)
    assert scrutineer_blockers(2, replace(NORMS, scrutineers=3))


@pytest.mark.parametrize(("days", "held"), [(3, 6), (10, 13), (15, 18)])
def test_days_of_notice_are_full_days_between_the_posting_and_the_meeting(days, held):
    assert notice_blockers(days, date(2026, 3, 2), date(2026, 3, held)) == []
    assert notice_blockers(days, date(2026, 3, 2), date(2026, 3, held - 1))


@pytest.mark.parametrize(("days", "opens"), [(3, 6), (10, 13), (15, 18)])
def test_a_vote_without_a_meeting_is_announced_as_long_before(days, opens):
    assert lead_blockers(days, date(2026, 3, 2), date(2026, 3, opens)) == []
    assert lead_blockers(days, date(2026, 3, 2), date(2026, 3, opens - 1))


def test_a_ballot_counts_from_the_opening_instant_to_just_before_the_closing_one():
    assert not is_casting("open", OPENS, CLOSES, OPENS - TICK)
    assert is_casting("open", OPENS, CLOSES, OPENS)
    assert is_casting("open", OPENS, CLOSES, CLOSES - TICK)
    assert not is_casting("open", OPENS, CLOSES, CLOSES)
    assert not is_casting("frozen", OPENS, CLOSES, OPENS)


def test_a_vote_opens_now_or_later_and_ends_after_it_opened():
    assert times_blockers(OPENS, OPENS + TICK, OPENS) == []
    assert times_blockers(OPENS, OPENS, OPENS) == ["截止时间要晚于开始时间"]
    assert times_blockers(OPENS - TICK, CLOSES, OPENS) == ["开始时间不能早于现在"]


def test_a_vote_at_a_meeting_is_open_while_it_is_held():
    held = OPENS + timedelta(hours=5)
    assert times_blockers(OPENS, held + TICK, OPENS, held) == []
    assert times_blockers(OPENS, held, OPENS, held)
    assert times_blockers(held + timedelta(days=1), CLOSES, OPENS, held)


def test_a_vote_is_closed_at_its_end_once_all_paper_is_confirmed():
    assert close_blockers(OPEN, NORMS, CLOSES - TICK)
    assert "过半分钟" in close_blockers(OPEN, NORMS, CLOSES + GRACE - TICK)[0]
    assert close_blockers(OPEN, NORMS, CLOSES + GRACE) == []
    waiting = replace(OPEN, unconfirmed_paper=2)
    assert close_blockers(waiting, NORMS, CLOSES + GRACE) == ["还有2份纸质票没有经第二人核对"]


def test_only_a_secret_vote_of_few_is_kept_off_the_phone():
    assert phone_blockers(True, 10) == []
    assert phone_blockers(True, 9)
    assert phone_blockers(False, 1) == []


@pytest.mark.parametrize(
    ("facts", "left"),
    [
        (None, 1),
        (replace(POSTED, status="draft"), 1),
        (POSTED, 1),
        (replace(POSTED, status="frozen"), 1),
        (OPEN, 1),
        (replace(OPEN, status="closed", outcome="passed", certified=1), 1),
        (replace(OPEN, status="certified", outcome="passed", certified=2), 0),
        (replace(OPEN, status="certified", outcome="not_passed", certified=2), 1),
        (replace(OPEN, status="certified", outcome="inquorate", certified=2), 1),
        (replace(OPEN, status="void"), 1),
    ],
)
def test_only_a_certified_vote_that_passed_leads_on(facts, left):
    assert len(blockers(facts, NORMS, CLOSES)) == left
