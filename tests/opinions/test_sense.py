"""Like opinions suggested, counts that expose nobody, and what is personal in the sample."""

import itertools

import pytest

from deliberation.people import private
from deliberation.stages.opinions import likeness, menu
from deliberation.stages.opinions.breakdown import (
    ACCORD,
    CONFLICT,
    LEAST,
    accord,
    band,
    mostly,
    shown,
)
from tests.opinions.sample import SECRETS, TEXTS, TRAPS


def together(texts, level=float(likeness.USUAL)) -> list[set[str]]:
    return [{texts[n] for n in one.members} for one in likeness.alike(texts, level)]


def test_the_sample_is_always_grouped_alike():
    assert len(TEXTS) == 73
    first = likeness.alike(TEXTS)
    assert likeness.alike(TEXTS) == first
    taken = [n for one in first for n in one.members]
    assert len(taken) == len(set(taken))
    assert len(taken) > 40, "most of the sample is like something else"
    assert likeness.alike(TEXTS[::-1]) != [], "the other way round, too"


def test_a_suggestion_says_which_words_and_which_topic_it_is_for():
    texts = ["盼着加装电梯，老人下不了楼", "电梯能不能加装", "垃圾桶太少，夏天发臭"]
    (one,) = likeness.alike(texts)
    assert one.members == (0, 1)
    assert "电梯" in one.words
    assert "加装" in one.words
    assert one.topic == "lift"
    assert not one.against


def test_opinions_without_a_word_in_common_meet_by_their_topic():
    assert together(["厨房下水道堵了", "化粪池一年没有掏", "想跳舞没有地方"]) == [
        {"厨房下水道堵了", "化粪池一年没有掏"}
    ]


def test_who_wants_something_is_never_suggested_with_who_does_not():
    wants = ["六楼住着老人，盼电梯", "加装电梯我们出钱"]
    refuses = ["一楼不同意装电梯，挡光", "反对加装电梯，太吵"]
    found = likeness.alike([*wants, *refuses])
    assert [(one.members, one.against) for one in found] == [((0, 1), False), ((2, 3), True)]
    for one in likeness.alike(TEXTS):
        assert {likeness.is_against(TEXTS[n]) for n in one.members} == {one.against}


def test_a_stricter_level_never_suggests_more():
    sizes = [sum(map(len, together(TEXTS, float(level)))) for level in likeness.LEVELS]
    assert sizes == sorted(sizes)
    assert together([]) == together(["只有一条"]) == []


def test_a_household_that_says_it_again_is_marked_and_others_are_not():
    said = [
        (1, "楼道灯坏了半年没人管"),
        (2, "楼道灯坏了半年没人管"),
        (1, "楼道灯坏了，半年都没人管"),
        (1, "垃圾桶太少"),
        (None, "楼道灯坏了半年没人管"),
    ]
    assert likeness.repeated(said) == {2: 0}


def test_the_menu_names_what_a_text_is_about():
    assert menu.WHOLE.needs("水压不够，垃圾也没人收") == ["water", "waste"]
    assert menu.WHOLE.needs("没什么意见") == []
    assert {need.kind for need in menu.MENU.values()} == set(menu.KINDS)


@pytest.mark.parametrize(
    ("cells", "seen"),
    [
        ([5, 5], [5, 5]),
        ([5, 4], None),
        ([4, 4], None),
        ([9, 4, 4], None),
        ([9, 4, 2, 0], [9, None, None, None]),
        ([9, 0, 0], None),
        ([9, 2, 9], [None, None, 9]),
        ([9], [9]),
        ([4], None),
        ([], None),
    ],
)
def test_nothing_under_five_households_is_broken_down(cells, seen):
    assert shown(cells, [40] * len(cells)) == seen


def test_a_place_with_hardly_any_homes_is_no_cover_for_another():
    assert shown([3, 1, 2, 9], [40, 40, 40, 40]) == [None, None, None, 9]
    assert shown([3, 1, 2, 9], [40, 1, 2, 40]) is None


@pytest.mark.parametrize(("places", "most"), [(2, 12), (3, 9), (4, 6)])
def test_subtraction_never_reveals_a_small_cell(places, most):
    """Whoever knows the rule tries every table that would have been shown the same way."""
    alike: dict[tuple, list[tuple]] = {}
    for cells in itertools.product(range(most + 1), repeat=places):
        seen = shown(cells, [most] * places)
        if seen:
            alike.setdefault((sum(cells), tuple(seen)), []).append(cells)
    hiding = {key: tables for key, tables in alike.items() if None in key[1]}
    assert places == 2 or hiding
    for (_, seen), tables in hiding.items():
        for place in [n for n, cell in enumerate(seen) if cell is None]:
            possible = {cells[place] for cells in tables}
            assert len(possible) > 1 or not 0 < possible.pop() < LEAST, (seen, place)
        hidden = sum(tables[0]) - sum(cell for cell in seen if cell is not None)
        assert hidden >= LEAST


@pytest.mark.parametrize(
    ("cells", "place"),
    [([0, 2, 8], 2), ([9, 0, 0], None), ([5, 5], None), ([6, 4], 0), ([10, 0], 0), ([], None)],
)
def test_where_most_live_is_said_of_ten_or_more(cells, place):
    assert mostly(cells, [40] * len(cells)) == place


def test_it_is_not_said_where_not_all_of_them_could_live():
    assert mostly([4, 4, 12], [40, 40, 20]) == 2
    assert mostly([4, 4, 12], [40, 40, 19]) is None


def test_saying_where_most_live_settles_no_small_cell():
    alike: dict[tuple, list[tuple]] = {}
    for cells in itertools.product(range(17), repeat=3):
        place = mostly(cells, [16] * 3)
        if shown(cells, [16] * 3) is None and place is not None:
            alike.setdefault((sum(cells), place), []).append(cells)
    assert alike
    for tables in alike.values():
        for place in range(3):
            possible = {cells[place] for cells in tables}
            assert len(possible) > 1 or not 0 < possible.pop() < LEAST, tables


@pytest.mark.parametrize(
    ("wanting", "against", "found"),
    [
        (5, 5, CONFLICT),
        (15, 5, CONFLICT),
        (16, 5, ""),
        (5, 15, CONFLICT),
        (40, 4, ACCORD),
        (39, 4, ""),
        (5, 0, ACCORD),
        (4, 0, ""),
        (0, 9, ""),
    ],
)
def test_conflict_is_where_both_sides_are_many(wanting, against, found):
    assert accord(wanting, against) == found


@pytest.mark.parametrize(
    ("room", "place"),
    [
        ("101", 0),
        ("2-301", 1),
        ("４０１室", 2),
        ("1203", 2),
        ("0101", 0),
        ("地下室", None),
        ("12", None),
        ("001", None),
        ("", None),
    ],
)
def test_the_floor_is_read_off_the_room(room, place):
    assert band(room) == place


def test_the_traps_of_the_sample_are_found_and_hidden():
    kinds = {row.kind for text in TEXTS for row in private.found(text)}
    assert kinds == {
        private.MOBILE,
        private.LANDLINE,
        private.IDENTITY,
        private.CARD,
        private.ROOM,
        private.NAMED,
    }
    public = "\n".join(map(private.hide, TEXTS))
    for secret in SECRETS:
        assert any(secret in text for text in TEXTS)
        assert secret not in public
    assert [text for text in TEXTS if private.hide(text) != text] == list(TRAPS)
