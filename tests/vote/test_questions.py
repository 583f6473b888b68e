"""What a ballot may say, and how line items and choices between schemes are decided."""

from dataclasses import replace

import pytest

from deliberation.stages.vote.count.tally import Question, add_up, check_choices, count, decide
from deliberation.stages.vote.profiles import PROFILES
from deliberation.stages.vote.roll.electorate import Weights

P1, P8 = PROFILES["P1"], PROFILES["P8"]
PLAN = Question("1", "东风里小区改造方案")
LIFT = Question("2", "加装电梯")
SCHEME = Question("3", "停车方案", (("a", "方案一"), ("b", "方案二"), ("c", "方案三")))


def heads(**given):
    return {answer.rstrip("_"): Weights(number) for answer, number in given.items()}


def decided(question, given, present=36, profile=P1):
    return decide(profile, question, given, Weights(51), Weights(present))


def test_a_complete_ballot_has_nothing_against_it():
    choices = {"1": "for", "2": "abstain", "3": "b"}
    assert check_choices([PLAN, LIFT, SCHEME], choices) == []
    assert check_choices([SCHEME], {"3": "abstain"}) == []


@pytest.mark.parametrize(
    ("choices", "reason"),
    [
        ({}, "“东风里小区改造方案”还没有选择"),
        ({"1": ""}, "“东风里小区改造方案”还没有选择"),
        ({"1": None}, "“东风里小区改造方案”还没有选择"),
        ({"1": "a"}, "不在选项之内"),
        ({"1": "For"}, "不在选项之内"),
        ({"1": ["for"]}, "不在选项之内"),
        ({"1": True}, "不在选项之内"),
        ({"1": "for", "2": "for"}, "与本次表决的问题不一致"),
        ({"1": "for", 2: "for"}, "与本次表决的问题不一致"),
        (None, "与本次表决的问题不一致"),
        (["1", "for"], "与本次表决的问题不一致"),
    ],
)
def test_a_malformed_choice_is_named(choices, reason):
    (said,) = check_choices([PLAN], choices)
    assert reason in said


def test_every_unanswered_question_is_named_at_once():
    said = check_choices([PLAN, LIFT], {})
    assert ["改造方案" in said[0], "加装电梯" in said[1]] == [True, True]


def test_only_a_paper_can_be_invalid():
    assert check_choices([PLAN], {"1": "invalid"}, paper=True) == []
    assert "不在选项之内" in check_choices([PLAN], {"1": "invalid"})[0]


@pytest.mark.parametrize(
    "options",
    [
        (),
        (("a", "方案一"),),
        (("a", "方案一"), ("abstain", "弃权")),
        (("a", "方案一"), ("b", "方案一")),
        (("a", "方案一"), ("a", "方案二")),
        (("a", "方案一"), ("against", "反对")),
        (("a", "方案一"), ("invalid", "方案二"), ("c", "方案三")),
    ],
)
def test_a_choice_needs_two_different_options(options):
    with pytest.raises(ValueError, match="至少要有两个且各不相同"):
        Question("3", "停车方案", options)


def test_ballots_and_batches_add_up_and_the_rest_returned_nothing():
    ballots = [("for", Weights(1, 8317)), ("for", Weights(1, 1)), ("invalid", Weights(1, 5))]
    batch = [("against", Weights(7)), ("abstain", Weights(2))]
    counted = count("for", add_up(ballots + batch), Weights(15, 10_000))
    assert counted.for_ == Weights(2, 8318)
    assert counted.against == Weights(7)
    assert counted.abstain == Weights(2)
    assert counted.invalid == Weights(1, 5)
    assert counted.not_returned == Weights(3, 1677)


def test_more_ballots_than_people_present_are_refused():
    assert decided(PLAN, heads(for_=36)).outcome == "passed"
    with pytest.raises(ValueError, match="多于实到人数"):
        decided(PLAN, heads(for_=36, against=1))


def test_two_schemes_make_a_choice_and_every_kind_of_answer_is_counted():
    two = Question("4", "停车方案", (("a", "方案一"), ("b", "方案二")))
    assert decided(two, heads(a=19, b=15, abstain=1, invalid=1)).winner == "a"


def test_an_answer_from_elsewhere_is_refused():
    with pytest.raises(ValueError, match="选项以外"):
        decided(PLAN, heads(for_=30, a=1))


def test_each_line_item_is_decided_by_itself():
    assert decided(PLAN, heads(for_=19, against=17)).outcome == "passed"
    assert decided(LIFT, heads(for_=18, against=16, invalid=2)).outcome == "not_passed"


def test_an_option_wins_with_the_majority_of_the_profile_exactly():
    won = decided(SCHEME, heads(b=19, a=15, c=1))
    assert (won.outcome, won.winner) == ("passed", "b")
    assert won.sums == (
        "应到51人的三分之二以上即34人,实到36人,符合规定",
        "“方案一”:实到36人的过半数即19人,同意15人,未通过",
        "“方案二”:实到36人的过半数即19人,同意19人,通过",
        "“方案三”:实到36人的过半数即19人,同意1人,未通过",
    )


def test_the_most_votes_are_not_enough_without_the_majority():
    nobody = decided(SCHEME, heads(b=18, a=10, abstain=8))
    assert (nobody.outcome, nobody.winner) == ("not_passed", None)
    assert nobody.sums[-1] == "没有一个选项单独达到规定票数,未通过"


def test_a_choice_without_quorum_is_inquorate():
    inquorate = decided(SCHEME, heads(b=33), present=33)
    assert (inquorate.outcome, inquorate.winner) == ("inquorate", None)
    assert inquorate.majority_sums == ()


def test_owners_choose_by_heads_and_area_and_the_page_says_which_failed():
    entitled = present = Weights(90, 900_000)
    given = {"a": Weights(44, 450_000), "b": Weights(16, 150_000)}
    failed = decide(P8, SCHEME, given, entitled, present)
    assert failed.outcome == "not_passed"
    assert "“方案一”:人数不符合规定,面积符合规定,未通过" in failed.sums
    given = {"a": Weights(45, 450_000), "b": Weights(15, 150_000)}
    assert decide(P8, SCHEME, given, entitled, present).winner == "a"


def test_where_a_local_rule_lets_two_options_pass_neither_is_chosen():
    half = replace(P1, majority_includes=True)
    tie = decided(SCHEME, heads(a=18, b=18), profile=half)
    assert (tie.outcome, tie.winner) == ("not_passed", None)
