import pytest

from deliberation.procedure import Norms
from deliberation.stages.consultation.rules import Facts, blockers
from tests.cast import NOW

DONE = {
    "invited": 6,
    "waiting": (),
    "empty_seats": (),
    "open_conditions": 0,
    "minutes_confirmed": True,
    "frozen": True,
}


def test_nothing_is_missing_once_everyone_answered_and_the_plan_is_frozen():
    assert blockers(Facts(**DONE), Norms(), NOW) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"invited": 0}, "还没有邀请相关单位"),
        ({"waiting": ("供水公司", "供电公司")}, "还在等2家单位的书面意见：供水公司、供电公司"),
        ({"empty_seats": ("法律顾问",)}, "这些席位没有人，也没有说明原因：法律顾问"),
        ({"open_conditions": 1}, "还有1个条件没有回应"),
        ({"minutes_confirmed": False}, "商议会纪要还没有确认"),
        ({"frozen": False}, "最终方案还没有定稿"),
    ],
)
def test_each_thing_that_is_missing_is_named(changes, sentence):
    assert blockers(Facts(**DONE | changes), Norms(), NOW) == [sentence]
