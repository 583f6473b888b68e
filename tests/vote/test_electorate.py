"""Owners' heads and areas, and who is 18, at the exact edge."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.stages.vote.roll.electorate import Age, Unit, Weights, adult, merge_owners, total


def owned(number, area, *owners):
    return Unit(number, area, frozenset(owners))


def entitled(units):
    return total(head.weight for head in merge_owners(units))


def test_one_unit_is_one_head():
    heads = merge_owners([owned("1-101", 8317, "chen"), owned("1-102", 9000, "zhao")])
    assert [(head.units, head.weight) for head in heads] == [
        (("1-101",), Weights(1, 8317)),
        (("1-102",), Weights(1, 9000)),
    ]


def test_one_buyer_of_several_units_is_one_head_with_the_areas_added():
    units = [owned("1-101", 8317, "chen"), owned("1-102", 9000, "zhao"), owned("2-1", 1, "chen")]
    first = merge_owners(units)[0]
    assert (first.units, first.weight, first.may_vote) == (("1-101", "2-1"), Weights(1, 8318), True)
    assert entitled(units) == Weights(2, 17318)


def test_all_unsold_units_together_are_one_head_that_votes():
    units = [Unit("3-1", 5000, unsold=True), owned("1-1", 10, "chen"), Unit("3-2", 1, unsold=True)]
    developer = merge_owners(units)[0]
    assert developer.units == ("3-1", "3-2")
    assert (developer.weight, developer.may_vote) == (Weights(1, 5001), True)
    assert entitled(units) == Weights(2, 5011)


def test_a_co_owned_home_is_one_vote():
    (head,) = merge_owners([owned("1-101", 8317, "chen", "zhao")])
    assert head.weight == Weights(1, 8317)
    assert head.owners == {"chen", "zhao"}


def test_a_home_owned_alone_and_one_owned_with_another_are_two_heads():
    units = [owned("1-101", 8317, "chen"), owned("1-102", 9000, "chen", "zhao")]
    assert entitled(units) == Weights(2, 17317)


def test_units_without_a_registered_owner_count_one_by_one_and_cannot_vote():
    units = [Unit("1-101", 8000), Unit("1-102", 9000), owned("1-103", 1, "chen")]
    assert entitled(units) == Weights(3, 17001)
    assert [head.may_vote for head in merge_owners(units)] == [False, False, True]


def test_a_unit_without_area_is_asked_for_by_its_number():
    with pytest.raises(ValueError, match="2-301没有专有部分面积"):
        merge_owners([owned("1-101", 8000, "chen"), owned("2-301", 0, "zhao")])


@given(
    st.lists(
        st.tuples(st.integers(1, 50_000), st.frozensets(st.sampled_from("abcd")), st.booleans())
    )
)
def test_merging_keeps_every_unit_and_every_hundredth_of_area(rows):
    units = [Unit(str(n), area, owners, unsold) for n, (area, owners, unsold) in enumerate(rows)]
    heads = merge_owners(units)
    assert sorted(number for head in heads for number in head.units) == sorted(
        unit.number for unit in units
    )
    assert entitled(units) == Weights(len(heads), sum(unit.area for unit in units))


TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("born", "year", "age"),
    [
        (date(2008, 11, 23), None, Age.ADULT),
        (date(2008, 11, 24), None, Age.MINOR),
        # The full date goes before the year, even where the year alone would be for the clerk.
        (date(2008, 11, 24), 2008, Age.MINOR),
        (date(2008, 1, 1), 2008, Age.ADULT),
        (None, 2007, Age.ADULT),
        (None, 2008, Age.DECIDE),
        (None, 2009, Age.MINOR),
        (None, None, Age.MISSING),
    ],
)
def test_eighteen_is_computed_decided_by_a_clerk_or_asked_for(born, year, age):
    assert adult(born, year, TODAY) is age


def test_who_was_born_on_29_february_is_18_at_the_end_of_that_month():
    born = date(2008, 2, 29)
    assert adult(born, None, date(2026, 2, 27)) is Age.MINOR
    assert adult(born, None, date(2026, 2, 28)) is Age.ADULT
