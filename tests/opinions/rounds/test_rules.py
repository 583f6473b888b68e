from fractions import Fraction

import pytest

from deliberation.stages.opinions.rounds import rules
from deliberation.stages.opinions.rounds.rules import Door


def door(id: int, room: str, state: str = "open", *, spoken: bool = False, **more) -> Door:
    return Door(id, 1, room, state, spoken, **more)


def test_one_walks_up_floor_by_floor_and_sees_the_house_from_the_top():
    doors = [door(n, room) for n, room in enumerate(["1002", "商铺", "201", "102", "1001", "101"])]
    rooms = [one.room for one in rules.walked(doors)]
    assert rooms == ["101", "102", "201", "1001", "1002", "商铺"]
    assert [(name, len(row)) for name, row in rules.storeys(doors)] == [
        ("10层", 2),
        ("2层", 1),
        ("1层", 2),
        ("楼层不明", 1),
    ]


def test_the_next_door_is_the_next_where_nobody_was_and_nobody_was_heard():
    doors = [door(1, "101"), door(2, "102", "nobody"), door(3, "103", spoken=True), door(4, "104")]
    assert rules.following(doors, 1).id == 4
    assert rules.following(doors, 4) is None
    assert rules.following(doors, 99) is None


@pytest.mark.parametrize(
    ("knocks", "told", "vacant", "state"),
    [
        ([], False, False, "open"),
        ([], False, True, "vacant"),
        ([], True, True, "visited"),
        (["visited", "nobody"], True, True, "nobody"),
    ],
)
def test_the_newest_knock_counts_before_words_and_words_before_the_roll(
    knocks, told, vacant, state
):
    assert rules.state_of(knocks, told=told, vacant=vacant) == state


def test_a_door_is_left_until_it_was_answered_or_its_people_were_heard():
    twice = ("nobody", "nobody")
    doors = [
        door(1, "101", "nobody", knocks=twice),
        door(2, "102", "nobody", spoken=True),
        door(3, "103", "refused"),
        door(4, "104", "vacant"),
        door(5, "105"),
    ]
    found = rules.count(doors)
    assert (found.households, found.spoken, found.left) == (5, 1, 2)
    assert found.states == {"open": 1, "visited": 0, "nobody": 2, "refused": 1, "vacant": 1}
    assert doors[0].attempts == 2


def test_only_who_opened_the_door_said_something():
    assert rules.knock_reasons("visited", "路灯坏了", "agree") == []
    assert rules.knock_reasons("nobody", "", "") == []
    for state in ("nobody", "refused", "vacant"):
        for said in (("路灯坏了", ""), ("", "agree")):
            (reason,) = rules.knock_reasons(state, *said)
            assert rules.STATES[state] in reason


def test_the_entrances_with_most_doors_left_are_named_only_below_the_target():
    left = [(f"{n}单元", n) for n in range(8)]
    target = Fraction(3, 4)
    assert [rules.needed(n, target) for n in (0, 4, 5, 382)] == [0, 3, 4, 287]
    assert rules.warnings(left, 3, 4, target) == []
    found = rules.warnings(left, 2, 4, target)
    assert found == [f"{n}单元还有{n}户没有访到" for n in (7, 6, 5, 4, 3)]
    assert rules.warnings([("1单元", 0)], 0, 4, target) == []
