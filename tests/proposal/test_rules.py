from fractions import Fraction

import pytest

from deliberation.matters.minutes import failure, not_concluded, open_points, why
from deliberation.matters.rules import MeetingFacts
from deliberation.procedure import Norms, Outcome
from deliberation.stages.proposal.rules import Facts, blockers
from tests.cast import NOW

SHARES = {"quorum": Fraction(2, 3), "majority": Fraction(1, 2)}


def meeting(entitled=9, present=6, for_=5, **changes) -> MeetingFacts:
    """A confirmed meeting in which whoever did not agree was against."""
    base = {
        "entitled": entitled,
        "present": present,
        "unexplained": 0,
        "for_": for_,
        "against": present - for_ if for_ is not None else None,
        "abstain": 0 if for_ is not None else None,
        "confirmed": True,
    }
    return MeetingFacts(**base | changes)


def reasons(facts: MeetingFacts | None) -> list[str]:
    return blockers(Facts(facts, items=1, unfunded=0, frozen=True), Norms(), NOW)


@pytest.mark.parametrize(
    ("entitled", "present", "for_", "outcome"),
    [
        (9, 6, 5, None),  # exactly two thirds came, just over half of all nine agreed
        (9, 5, 5, Outcome.INQUORATE),
        (9, 6, 4, Outcome.NOT_PASSED),  # two thirds of those present, but 4 of 9 is no majority
        (8, 6, 4, Outcome.NOT_PASSED),  # exactly half is not more than half
        (8, 6, 5, None),
        (3, 2, 2, None),
        (3, 1, None, Outcome.INQUORATE),
        (1, 1, 1, None),
    ],
)
def test_two_thirds_must_come_and_more_than_half_of_all_members_agree(
    entitled, present, for_, outcome
):
    facts = meeting(entitled, present, for_)
    assert failure(facts, **SHARES) is outcome
    assert (reasons(facts) == []) == (outcome is None)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (meeting(9, 5, 5), "“两委”会议应到9人，至少6人到会，实到5人"),
        (meeting(9, 5, None), "“两委”会议应到9人，至少6人到会，实到5人"),
        (meeting(9, 6, 4), "“两委”会议应到9人，至少5人同意，实际4人同意"),
    ],
)
def test_the_announcement_says_the_rule_and_the_figures_of_what_failed(facts, sentence):
    assert why(facts, name="“两委”会议", **SHARES) == sentence


def test_a_count_that_carries_or_is_not_confirmed_cannot_be_concluded_as_a_failure():
    assert not_concluded(meeting(), **SHARES) == ["会议已经通过，请办完这一步"]
    wait = ["会议纪要确认以后才能办理结果"]
    assert not_concluded(meeting(for_=4, confirmed=False), **SHARES) == wait
    assert not_concluded(None, **SHARES) == wait
    assert not_concluded(meeting(for_=4), **SHARES) == []


@pytest.mark.parametrize(
    ("facts", "points", "expected"),
    [
        (meeting(), "讨论了方案", []),
        (meeting(), " \n", ["还没有登记会议内容"]),
        (meeting(unexplained=2), "讨论", ["还有2人没有登记到会，也没有写明缺席原因"]),
        (meeting(against=0), "讨论", ["同意、反对、弃权合计5人，与实到6人不符"]),
        (meeting(abstain=None), "讨论", ["还没有登记同意、反对、弃权的人数"]),
        (meeting(present=5, for_=None), "人不够，散会", []),
    ],
)
def test_minutes_are_confirmed_only_when_complete(facts, points, expected):
    assert open_points(facts, points, Fraction(2, 3)) == expected


def test_a_meeting_that_counts_no_heads_needs_no_count():
    assert open_points(meeting(for_=None), "各单位发言", None) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"items": 0}, "方案里还没有改造内容"),
        ({"unfunded": 2}, "还有2项改造内容没有写明资金来源和金额"),
        ({"frozen": False}, "方案还没有定稿"),
    ],
)
def test_the_stage_waits_for_a_funded_frozen_plan(changes, sentence):
    facts = Facts(**{"meeting": meeting(), "items": 1, "unfunded": 0, "frozen": True} | changes)
    assert blockers(facts, Norms(), NOW) == [sentence]
