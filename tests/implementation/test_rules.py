from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.procedure import Norms
from deliberation.stages.implementation.rules import (
    Facts,
    Line,
    balance,
    beyond_resolution,
    blockers,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
READY = Facts(undone=(), unsettled=(), beyond=0)
PAYERS = ("treasury", "residents", "donation")


def missing(**changes) -> list[str]:
    return blockers(replace(READY, **changes), Norms(), NOW)


def test_works_that_are_done_and_settled_may_be_left():
    assert missing() == []


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"undone": ("排水", "路灯")}, "还没有完工：排水、路灯"),
        ({"unsettled": ("路灯",)}, "还没有登记结算价：路灯"),
        ({"beyond": 1}, "有超出决议的变更，请退回商议或表决"),
        ({"planned": False}, "没有定稿的方案，无法核对完工和结算"),
    ],
)
def test_each_missing_thing_is_named(changes, sentence):
    assert missing(**changes) == [sentence]


@pytest.mark.parametrize(
    "kind, difference, before, expected",
    [
        ("changed", 0, 0, False),
        ("changed", 1, 0, True),
        ("changed", -1, 0, False),
        ("changed", 100, -100, False),
        ("changed", 101, -100, True),
        ("changed", -1, 500, False),
        ("dropped", -100, 0, True),
        ("added", 0, -100, True),
    ],
)
def test_one_fen_above_the_resolved_amount_of_a_payer_is_beyond(kind, difference, before, expected):
    assert beyond_resolution(kind, difference, before) is expected


def test_a_contract_and_a_settlement_are_unknown_until_an_entry_stands():
    taken_back = [Line("settlement", "", 500, True), Line("settlement", "", -500, True)]
    assert balance([], taken_back).settled is None
    assert balance([], [*taken_back, Line("settlement", "", 0)]).settled == 0
    assert balance([], []).contract is None


def test_a_payer_who_was_never_resolved_shows_as_overspent():
    found = balance([("treasury", 100)], [Line("payment", "donation", 1)])
    assert found.payers == (("treasury", 100, 0, 100), ("donation", 0, 1, -1))
    assert found.left == 99


fen = st.integers(min_value=0, max_value=10**13)
fundings = st.lists(st.tuples(st.sampled_from(PAYERS), fen), max_size=8)
payments = st.lists(st.builds(Line, st.just("payment"), st.sampled_from(PAYERS), fen), max_size=12)


@given(fundings, payments)
def test_the_rows_of_the_payers_add_up_to_the_totals(resolved, lines):
    found = balance(resolved, lines)
    assert sum(row[1] for row in found.payers) == found.resolved == sum(a for _, a in resolved)
    assert sum(row[2] for row in found.payers) == found.paid == sum(line.amount for line in lines)
    assert sum(row[3] for row in found.payers) == found.left
    assert len({row[0] for row in found.payers}) == len(found.payers)


@given(fundings, payments, st.data())
def test_an_entry_and_its_reversal_leave_the_sums_as_they_were(resolved, lines, data):
    kind = data.draw(st.sampled_from(["payment", "contract", "settlement"]))
    payer = data.draw(st.sampled_from(PAYERS)) if kind == "payment" else ""
    amount = data.draw(fen)
    both = [Line(kind, payer, amount, True), Line(kind, payer, -amount, True)]
    before, after = balance(resolved, lines), balance(resolved, [*lines, *both])
    assert (after.paid, after.contract, after.settled, after.left) == (
        before.paid,
        before.contract,
        before.settled,
        before.left,
    )


@given(fundings, payments, fundings, payments)
def test_the_balance_of_a_plan_is_the_sum_of_its_items(one, paid_one, two, paid_two):
    whole = balance([*one, *two], [*paid_one, *paid_two])
    parts = balance(one, paid_one), balance(two, paid_two)
    assert whole.resolved == sum(part.resolved for part in parts)
    assert whole.paid == sum(part.paid for part in parts)
