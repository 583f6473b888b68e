"""The vote profiles, value by value: a change of any number must show in this file."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from deliberation.stages.vote.profiles import (
    PROFILES,
    Base,
    Electorate,
    as_json,
    from_json,
    share_text,
)

THIRDS, HALF, QUARTERS = Fraction(2, 3), Fraction(1, 2), Fraction(3, 4)
PRESENT, ENTITLED, PARTICIPATING = Base

# key: electorate, quorum, includes, majority, includes, base
SHARES = {
    "P1": (Electorate.PARTY_AND_REPRESENTATIVES, THIRDS, True, HALF, False, PRESENT),
    "P2": (Electorate.REPRESENTATIVES_AND_COMMITTEE, THIRDS, True, HALF, False, PRESENT),
    "P3": (Electorate.RESIDENTS, HALF, False, HALF, False, PRESENT),
    "P4": (Electorate.HOUSEHOLDS, HALF, False, HALF, False, PRESENT),
    "P5": (Electorate.GROUP_REPRESENTATIVES, HALF, False, HALF, False, PRESENT),
    "P6": (Electorate.PARTY, THIRDS, True, HALF, False, ENTITLED),
    "P7": (Electorate.OWNERS, THIRDS, True, HALF, False, PARTICIPATING),
    "P8": (Electorate.OWNERS, THIRDS, True, QUARTERS, True, PARTICIPATING),
}

# key: by area, notice days, may be secret, proxies, slip, verified, funds need a 居民会议
TERMS = {
    "P1": (False, 3, True, 0, "person", True, True),
    "P2": (False, 3, True, 0, "person", False, True),
    "P3": (False, 10, True, 0, "person", False, False),
    "P4": (False, 10, True, 3, "household", False, False),
    "P5": (False, 3, True, 0, "person", False, False),
    "P6": (False, 3, True, 0, "person", True, False),
    "P7": (True, 15, False, 3, "person", True, False),
    "P8": (True, 15, False, 3, "person", True, False),
}

WORDS = {
    "P1": "应到人数的三分之二以上到会,实到人数的过半数同意,方为通过",
    "P2": "应到人数的三分之二以上到会,实到人数的过半数同意,方为通过",
    "P3": "应到人数的过半数到会,实到人数的过半数同意,方为通过",
    "P4": "应到户数的过半数到会,实到户数的过半数同意,方为通过",
    "P5": "应到人数的过半数到会,实到人数的过半数同意,方为通过",
    "P6": "应到人数的三分之二以上到会,应到人数的过半数同意,方为通过",
    "P7": "业主人数的三分之二以上且专有部分面积的三分之二以上参与表决,"
    "参与表决人数的过半数且参与表决面积的过半数同意,方为通过",
    "P8": "业主人数的三分之二以上且专有部分面积的三分之二以上参与表决,"
    "参与表决人数的四分之三以上且参与表决面积的四分之三以上同意,方为通过",
}


def test_there_are_eight_profiles_and_each_is_filed_under_its_key():
    assert list(PROFILES) == [f"P{n}" for n in range(1, 9)]
    assert all(profile.key == key for key, profile in PROFILES.items())
    assert len({profile.name for profile in PROFILES.values()}) == 8


@pytest.mark.parametrize("key", PROFILES)
def test_who_votes_and_what_share_decides(key):
    one = PROFILES[key]
    assert SHARES[key] == (
        one.electorate,
        one.quorum,
        one.quorum_includes,
        one.majority,
        one.majority_includes,
        one.base,
    )


@pytest.mark.parametrize("key", PROFILES)
def test_on_what_terms_the_vote_is_held(key):
    one = PROFILES[key]
    assert TERMS[key] == (
        one.by_area,
        one.notice_days,
        one.secret_allowed,
        one.proxies,
        one.slip,
        one.verified,
        one.needs_residents_meeting_for_funds,
    )


@pytest.mark.parametrize("key", PROFILES)
def test_the_rule_reads_as_one_sentence(key):
    assert PROFILES[key].words == WORDS[key]


def test_an_unverified_basis_is_marked_until_somebody_checked_it():
    unverified = PROFILES["P3"]
    assert unverified.basis_text == "《城市居民委员会组织法》第九条(2018年文本)(依据待核对)"
    checked = replace(unverified, basis="《城市居民委员会组织法》第二十条", verified=True)
    assert checked.basis_text == "《城市居民委员会组织法》第二十条"
    assert "依据待核对" not in PROFILES["P8"].basis_text


def test_only_owners_decide_what_the_civil_code_leaves_to_owners():
    assert "使用维修资金" in PROFILES["P7"].items
    assert "选聘或者解聘物业服务企业" in PROFILES["P7"].items
    assert "筹集维修资金" in PROFILES["P8"].items
    assert "改建、重建" in PROFILES["P8"].items
    assert "改变共有部分用途" in PROFILES["P8"].items
    assert "利用共有部分从事经营活动" in PROFILES["P8"].items
    assert not any(PROFILES[key].items for key in ("P1", "P2", "P3", "P4", "P5", "P6"))


def test_a_share_says_whether_it_includes_its_number():
    assert share_text(THIRDS, True) == "三分之二以上"
    assert share_text(THIRDS, False) == "超过三分之二"
    assert share_text(HALF, False) == "过半数"
    assert share_text(HALF, True) == "二分之一以上"
    assert share_text(Fraction(7, 10), True) == "十分之七以上"
    assert share_text(Fraction(13, 20), True) == "20分之13以上"


@pytest.mark.parametrize("key", PROFILES)
def test_a_profile_survives_being_copied_into_a_vote(key):
    stored = json.loads(json.dumps(as_json(PROFILES[key])))
    assert from_json(stored) == PROFILES[key]
    assert stored["quorum"] == [PROFILES[key].quorum.numerator, PROFILES[key].quorum.denominator]
    assert not any(isinstance(value, float) for value in stored.values())


def test_values_that_are_no_profile_are_refused():
    stored = as_json(PROFILES["P1"])
    with pytest.raises(ValueError, match="nobody"):
        from_json(stored | {"electorate": "nobody"})
    with pytest.raises(TypeError):
        from_json(stored | {"quota": 5})
