from datetime import UTC, date, datetime

import pytest

from deliberation.procedure import Norms
from deliberation.stages.notices.done import satisfaction
from deliberation.stages.notices.rules import (
    Facts,
    decision_blockers,
    level_above,
    percent,
    phrases,
    result_blockers,
)
from deliberation.stages.notices.voted import question, wide

LAST = date(2026, 3, 9)
LATER = date(2026, 3, 10)
LAST_MOMENT = datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Shanghai
MIDNIGHT = datetime(2026, 3, 9, 16, 0, tzinfo=UTC)


def facts(**changes) -> Facts:
    common = {"published": True, "rendered": True, "last_on": LAST}
    return Facts(**common | {"open_objections": (), "upheld": 0, "evaluations": 1} | changes)


def test_the_period_holds_until_the_last_second_of_its_last_day():
    assert decision_blockers(facts(), Norms(), LAST_MOMENT) == ["公示到2026年3月9日24:00结束"]
    assert decision_blockers(facts(), Norms(), MIDNIGHT) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"published": False}, "公示还没有签发"),
        ({"rendered": False}, "公示文件还在生成"),
        ({"open_objections": (LAST, LAST)}, "还有2条异议没有答复，其中2条已经超期"),
        ({"open_objections": (LATER, LAST)}, "还有2条异议没有答复，其中1条已经超期"),
        ({"open_objections": (LATER,)}, "还有1条异议没有答复"),
        ({"upheld": 1}, "有异议成立，请办理“异议成立撤回”"),
        ({"owners": ("manager",)}, "涉及“选聘物业服务企业”，依法须由业主共同决定，请附上业主决定"),
        ({"residents_meeting_missing": True}, "方案有居民出资，请附上居民会议讨论的记录"),
    ],
)
def test_each_missing_thing_alone_keeps_the_decision_notice_open(change, reason):
    assert decision_blockers(facts(**change), Norms(), MIDNIGHT) == [reason]


def test_the_result_also_needs_the_supervisors_and_one_household():
    assert result_blockers(facts(), Norms(), MIDNIGHT) == []
    missing = facts(supervisors_opinion=False, evaluations=0)
    assert result_blockers(missing, Norms(), MIDNIGHT) == [
        "居务监督委员会还没有写监督意见",
        "还没有请居民评议满意不满意",
    ]


def test_objections_go_up_twice_and_no_further():
    assert level_above("committee") == "party"
    assert level_above("party") == "subdistrict"
    assert level_above("subdistrict") is None


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [
        (2, 3, "66.7"),
        (1, 3, "33.3"),
        (1, 2000, "0.1"),
        (1, 2001, "0.0"),
        (0, 7, "0.0"),
        (7, 7, "100.0"),
    ],
)
def test_percentages_are_rounded_half_up_from_integers(part, whole, printed):
    assert percent(part, whole) == printed


def test_satisfaction_counts_satisfied_and_fair_of_those_who_answered():
    rate = satisfaction({"satisfied": 2, "fair": 2, "dissatisfied": 2}, asked=382)
    assert (rate["asked"], rate["answered"], rate["content"]) == (382, 6, 4)
    assert rate["percent"] == "66.7"
    few = satisfaction({"satisfied": 3, "dissatisfied": 1}, asked=382)
    assert few == {"asked": 382, "answered": 4, "least": 5, "counts": []}


def test_a_title_breaks_between_the_matter_and_what_is_told_of_it():
    assert phrases("关于东风里小区老旧管网改造决议内容的公示") == [
        "关于东风里小区老旧管网改造",
        "决议内容的公示",
    ]
    long = phrases("关于向阳社区东风里小区老旧管网和电动自行车充电改造异议成立、撤回决议的公告")
    assert long == [
        "关于向阳社区",
        "东风里小区老旧管网和电动自行车充电改造",
        "异议成立、撤回决议的公告",
    ]
    assert phrases("表决公告说明") == ["表决公告说明"]


def test_sums_are_printed_with_full_width_punctuation_and_keep_their_thousands():
    sum_ = "专有部分面积9,000.00㎡的三分之二以上即6,000.00㎡,参与表决6,000.00㎡,符合规定"
    assert wide(sum_) == (
        "专有部分面积9,000.00㎡的三分之二以上即6,000.00㎡，参与表决6,000.00㎡，符合规定"
    )


def test_a_choice_prints_its_options_and_the_winner():
    row = {
        "number": 1,
        "text": "选哪个方案",
        "outcome": "passed",
        "winner": "b",
        "counts": {"a": 3, "b": 30, "abstain": 1, "invalid": 0, "not_returned": 2},
        "area": {},
        "sums": ["“乙”:过半数,通过"],
    }
    shown = question(row, {"a": "甲", "b": "乙"}, by_area=False)
    assert shown["columns"] == ["甲", "乙", "弃权", "无效", "未交票"]
    assert shown["heads"] == [3, 30, 1, 0, 2]
    assert (shown["winner"], shown["outcome"]) == ("乙", "通过")
