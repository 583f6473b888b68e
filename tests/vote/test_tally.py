"""Results at the exact threshold: every worked case, one vote on either side."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.stages.vote.count.tally import Count, majority_need, quorum_need, result
from deliberation.stages.vote.profiles import PROFILES, Base
from deliberation.stages.vote.roll.electorate import Weights

P1, P6, P7, P8 = (PROFILES[key] for key in ("P1", "P6", "P7", "P8"))
M2 = 100  # areas are hundredths of m²


def vote(profile, entitled, present, for_, against=0, abstain=0, invalid=0):
    """A vote by heads; whoever of the present is not named returned no ballot."""
    rest = present - for_ - against - abstain - invalid
    answers = (for_, against, abstain, invalid, rest)
    return result(profile, Weights(entitled), Weights(present), Count(*map(Weights, answers)))


NINETY = Weights(90, 9000 * M2)


def owners(profile, took_part, agreed, entitled=NINETY):
    """An owners' vote in which whoever took part and did not agree was against."""
    return result(profile, entitled, took_part, Count(agreed, took_part - agreed))


@pytest.mark.parametrize(
    ("key", "entitled", "need"),
    [("P1", 51, 34), ("P1", 50, 34), ("P1", 52, 35), ("P1", 1, 1), ("P2", 3, 2), ("P6", 31, 21)]
    + [("P3", 50, 26), ("P3", 51, 26), ("P4", 382, 192), ("P5", 2, 2)]
    + [("P7", 90, 60), ("P8", 9000 * M2, 6000 * M2), ("P8", 9000 * M2 + 1, 6000 * M2 + 1)],
)
def test_how_many_must_take_part(key, entitled, need):
    assert quorum_need(PROFILES[key], entitled) == need


@pytest.mark.parametrize(
    ("key", "base", "need"),
    [("P1", 34, 18), ("P1", 35, 18), ("P1", 36, 19), ("P6", 31, 16), ("P1", 1, 1)]
    + [("P7", 60, 31), ("P7", 6000 * M2, 3000 * M2 + 1)]
    + [("P8", 60, 45), ("P8", 61, 46), ("P8", 6000 * M2, 4500 * M2)],
)
def test_how_many_must_agree(key, base, need):
    assert majority_need(PROFILES[key], base) == need


def test_33_of_51_are_inquorate_whatever_they_want():
    inquorate = vote(P1, 51, 33, for_=33)
    assert inquorate.outcome == "inquorate"
    assert inquorate.sums == ("应到51人的三分之二以上即34人,实到33人,不符合规定,流会",)


def test_34_of_51_are_enough_and_18_of_them_decide():
    assert vote(P1, 51, 34, for_=18, against=16).outcome == "passed"
    split = vote(P1, 51, 34, for_=17, against=17)
    assert split.outcome == "not_passed"
    assert split.sums == (
        "应到51人的三分之二以上即34人,实到34人,符合规定",
        "实到34人的过半数即18人,同意17人,未通过",
    )


def test_the_notice_reads_as_communities_post_it():
    assert vote(P1, 51, 42, for_=22).quorum_sums == (
        "应到51人的三分之二以上即34人,实到42人,符合规定",
    )
    assert vote(P1, 51, 36, for_=19).majority_sums == ("实到36人的过半数即19人,同意19人,通过",)


def test_who_signed_in_and_returned_nothing_stays_in_the_base():
    # 36 signed in, 34 ballots: 18 would be a majority of the ballots and is none of the present.
    assert vote(P1, 51, 36, for_=18, against=16).outcome == "not_passed"
    passed = vote(P1, 51, 36, for_=19, against=15)
    assert passed.outcome == "passed"
    assert (passed.base.heads, passed.majority_need.heads) == (36, 19)


@pytest.mark.parametrize("kind", ["against", "abstain", "invalid"])
def test_what_is_not_agreement_stays_in_the_base_and_never_helps(kind):
    assert vote(P1, 51, 36, for_=18, **{kind: 18}).outcome == "not_passed"
    assert vote(P1, 51, 36, for_=19, **{kind: 17}).outcome == "passed"


def test_the_party_meeting_needs_half_of_all_its_members_not_of_those_present():
    assert vote(P6, 31, 20, for_=20).outcome == "inquorate"
    failed = vote(P6, 31, 21, for_=15, against=6)
    assert failed.outcome == "not_passed"
    assert failed.majority_sums == ("应到31人的过半数即16人,同意15人,未通过",)
    assert vote(P6, 31, 21, for_=16, against=5).outcome == "passed"


def test_households_are_counted_as_households():
    assert vote(PROFILES["P4"], 382, 192, for_=97).sums == (
        "应到382户的过半数即192户,实到192户,符合规定",
        "实到192户的过半数即97户,同意97户,通过",
    )
    assert vote(PROFILES["P4"], 382, 191, for_=191).outcome == "inquorate"


def test_owners_need_two_thirds_of_heads_and_of_area():
    enough = Weights(60, 6000 * M2)
    assert owners(P7, enough, enough).outcome == "passed"
    too_few = owners(P7, Weights(59, 6000 * M2), Weights(59, 6000 * M2))
    assert too_few.outcome == "inquorate"
    assert too_few.sums == (
        "业主90人的三分之二以上即60人,参与表决59人,不符合规定",
        "专有部分面积9,000.00㎡的三分之二以上即6,000.00㎡,参与表决6,000.00㎡,符合规定",
        "人数不符合规定,面积符合规定,流会",
    )
    too_small = owners(P7, Weights(60, 6000 * M2 - 1), Weights(60, 6000 * M2 - 1))
    assert too_small.outcome == "inquorate"
    assert too_small.sums[1].endswith("参与表决5,999.99㎡,不符合规定")
    assert too_small.sums[2] == "人数符合规定,面积不符合规定,流会"


def test_under_p8_exactly_three_quarters_of_heads_and_area_pass():
    passed = owners(P8, Weights(60, 6000 * M2), Weights(45, 4500 * M2))
    assert passed.outcome == "passed"
    assert passed.quorum_sums[-1] == "人数和面积均符合规定,表决有效"
    assert passed.majority_sums == (
        "参与表决60人的四分之三以上即45人,同意45人,符合规定",
        "参与表决面积6,000.00㎡的四分之三以上即4,500.00㎡,同意4,500.00㎡,符合规定",
        "人数和面积均符合规定,通过",
    )


@pytest.mark.parametrize(
    ("agreed", "why"),
    [
        (Weights(44, 4500 * M2), "人数不符合规定,面积符合规定,未通过"),
        (Weights(45, 4500 * M2 - 1), "人数符合规定,面积不符合规定,未通过"),
        (Weights(44, 4500 * M2 - 1), "人数和面积均不符合规定,未通过"),
    ],
)
def test_under_p8_one_vote_or_one_hundredth_less_fails_and_says_which(agreed, why):
    failed = owners(P8, Weights(60, 6000 * M2), agreed)
    assert failed.outcome == "not_passed"
    assert failed.sums[-1] == why


def test_under_p7_half_is_no_majority_of_owners():
    both = Weights(60, 6000 * M2)
    assert owners(P7, both, Weights(31, 3000 * M2 + 1)).outcome == "passed"
    assert owners(P7, both, Weights(30, 3000 * M2 + 1)).outcome == "not_passed"
    assert owners(P7, both, Weights(31, 3000 * M2)).outcome == "not_passed"


def test_an_owner_takes_part_by_a_ballot_not_by_signing_in():
    entitled = present = Weights(90, 9000 * M2)
    cast, silent = Weights(59, 6000 * M2), Weights(31, 3000 * M2)
    signed_in = result(P7, entitled, present, Count(for_=cast, not_returned=silent))
    assert signed_in.outcome == "inquorate"
    one_more = Weights(1, 1)
    blank = Count(for_=cast, abstain=one_more, not_returned=silent - one_more)
    quorate = result(P7, entitled, present, blank)
    assert (quorate.outcome, quorate.base) == ("passed", Weights(60, 6000 * M2 + 1))


def test_an_empty_roll_and_a_roll_without_areas_decide_nothing():
    assert vote(P1, 0, 0, for_=0).outcome == "inquorate"
    assert owners(P8, Weights(60), Weights(60), entitled=Weights(90)).outcome == "inquorate"


def test_counts_that_do_not_add_up_are_refused():
    with pytest.raises(ValueError, match="与实到人数不符"):
        result(P1, Weights(51), Weights(36), Count(for_=Weights(35)))
    with pytest.raises(ValueError, match="实到人数多于应到人数"):
        vote(P1, 51, 52, for_=52)


sizes = st.integers(1, 10**9)
profiles = st.sampled_from(list(PROFILES.values()))


def holds(share, includes, part, whole):
    """The rule as the law words it, by cross-multiplication."""
    left, right = share.denominator * part, share.numerator * whole
    return left >= right if includes else left > right


@given(profiles, sizes)
def test_every_need_is_the_least_that_satisfies_the_rule(profile, whole):
    quorum, majority = quorum_need(profile, whole), majority_need(profile, whole)
    assert type(quorum) is type(majority) is int
    assert holds(profile.quorum, profile.quorum_includes, quorum, whole)
    assert not holds(profile.quorum, profile.quorum_includes, quorum - 1, whole)
    assert holds(profile.majority, profile.majority_includes, majority, whole)
    assert not holds(profile.majority, profile.majority_includes, majority - 1, whole)
    assert quorum <= whole and majority <= whole


@given(profiles, sizes, sizes)
def test_a_larger_whole_never_needs_less(profile, one, other):
    small, large = sorted((one, other))
    assert quorum_need(profile, small) <= quorum_need(profile, large)
    assert majority_need(profile, small) <= majority_need(profile, large)


@given(profiles, st.tuples(*[st.integers(0, 40)] * 6).filter(any))
def test_the_outcome_is_what_the_words_of_the_rule_say(profile, numbers):
    by_heads = replace(profile, by_area=False)
    answers = numbers[:5]  # the sixth stayed away
    for_, entitled, present = answers[0], sum(numbers), sum(answers)
    turnout = sum(answers[:4]) if profile.base is Base.PARTICIPATING else present
    base = entitled if profile.base is Base.ENTITLED else turnout
    if not holds(profile.quorum, profile.quorum_includes, turnout, entitled):
        expected = "inquorate"
    elif holds(profile.majority, profile.majority_includes, for_, base):
        expected = "passed"
    else:
        expected = "not_passed"
    assert vote(by_heads, entitled, present, *answers[:4]).outcome == expected


def test_a_local_share_is_computed_exactly():
    # 0.07 * 100 is 7.000000000000001 in floating point, and would ask for 8.
    local = replace(P1, quorum=Fraction(7, 100), majority=Fraction(7, 100), majority_includes=True)
    assert quorum_need(local, 100) == majority_need(local, 100) == 7
