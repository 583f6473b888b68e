import asyncio
from datetime import date, timedelta

import pytest
from tortoise.exceptions import IntegrityError

from deliberation.acting import Forbidden, Refused
from deliberation.log.models import Entry, broken
from deliberation.matters.models import Matter, Passage, PlanItem
from deliberation.stages.implementation import actions, evaluations, ledger
from deliberation.stages.implementation.facts import facts
from deliberation.stages.implementation.models import Evaluation, Milestone, Spending, Variation
from deliberation.stages.implementation.progress import progress
from deliberation.stages.notices.models import Notice
from deliberation.stages.vote.models import Question, Vote
from tests.cast import matter_at, plan_of, unguarded
from tests.queries import counted

pytestmark = pytest.mark.anyio
DAY = date(2026, 3, 1)


async def works(world, stage="implementation"):
    """(the clerk, a matter in the works, its two items)."""
    matter = await matter_at(world, stage)
    plan = await plan_of(matter)
    return await world.actor("张经办"), matter, await PlanItem.filter(plan=plan)


def entry(**changes) -> ledger.Entry:
    values = {"kind": "payment", "amount": 100, "paid_on": DAY, "voucher": "付-1"}
    values["payer"] = "treasury" if changes.get("kind", "payment") == "payment" else ""
    return ledger.Entry(**values | changes)


def change(**changes) -> actions.Change:
    values = {"kind": "changed", "change": "换管径", "reason": "现场不符", "difference": 0}
    return actions.Change(**values | {"payer": "", "beyond": False} | changes)


async def finish(world, clerk, matter, item, title="竣工验收", planned_on=DAY):
    await actions.plan_milestone(
        clerk, item, matter, title=title, planned_on=planned_on, now=world.now
    )
    step = await Milestone.get(item=item, title=title)
    await actions.report(
        clerk, item, matter, milestone=step.id, done_on=DAY, report="已验收", now=world.now
    )


async def test_the_matter_may_leave_once_every_item_is_done_and_settled(world):
    clerk, matter, items = await works(world)
    before = await facts(matter, "implementation")
    assert before.undone == before.unsettled == ("更换排水主管", "更换楼道灯")
    for item in items:
        await finish(world, clerk, matter, item)
        await ledger.spend(clerk, item, matter, entry(kind="settlement"), world.now)
    after = await facts(matter, "implementation")
    assert (after.undone, after.unsettled, after.beyond) == ((), (), 0)


async def test_an_item_is_done_with_the_step_planned_last_whatever_the_order_of_recording(world):
    clerk, matter, items = await works(world)
    late = DAY + timedelta(days=30)
    await finish(world, clerk, matter, items[0], "竣工验收", late)
    await actions.plan_milestone(
        clerk, items[0], matter, title="开工", planned_on=DAY, now=world.now
    )
    assert (await facts(matter, "implementation")).undone == ("更换楼道灯",)
    await actions.plan_milestone(
        clerk, items[0], matter, title="返工", planned_on=late, now=world.now
    )
    assert (await facts(matter, "implementation")).undone == ("更换排水主管", "更换楼道灯")


async def test_a_reversed_settlement_does_not_settle(world):
    clerk, matter, items = await works(world)
    row = await ledger.spend(clerk, items[1], matter, entry(kind="settlement"), world.now)
    assert (await facts(matter, "implementation")).unsettled == ("更换排水主管",)
    await ledger.reverse(
        clerk, items[1], matter, spending=row.id, reason="审定书看错", now=world.now
    )
    assert (await facts(matter, "implementation")).unsettled == ("更换排水主管", "更换楼道灯")


async def test_an_entry_is_taken_back_once_and_a_reversal_never(world):
    clerk, matter, items = await works(world)
    row = await ledger.spend(clerk, items[0], matter, entry(), world.now)
    take_back = {"reason": "记错", "now": world.now}
    await ledger.reverse(clerk, items[0], matter, spending=row.id, **take_back)
    reversal = await Spending.get(reverses=row)
    assert (reversal.amount, reversal.payer) == (-100, "treasury")
    for again in (row.id, reversal.id):
        with pytest.raises(Refused, match="不能冲销"):
            await ledger.reverse(clerk, items[0], matter, spending=again, **take_back)
    with pytest.raises(IntegrityError):
        await Spending.create(
            item=items[0],
            kind="payment",
            amount=-1,
            paid_on=DAY,
            reverses=row,
            recorded_at=world.now,
        )
    assert (await progress(matter)).balance.paid == 0
    await ledger.spend(clerk, items[0], matter, entry(), world.now)
    assert (await progress(matter)).balance.paid == 100


async def test_the_database_keeps_an_amount_of_a_hundred_billion_yuan(world):
    clerk, matter, items = await works(world)
    await ledger.spend(clerk, items[0], matter, entry(amount=10**13), world.now)
    assert (await progress(matter)).balance.paid == 10**13


async def test_a_report_is_not_dated_tomorrow_nor_made_twice(world):
    clerk, matter, items = await works(world)
    await actions.plan_milestone(
        clerk, items[0], matter, title="开工", planned_on=DAY, now=world.now
    )
    step = await Milestone.get()

    async def report(day):
        await actions.report(
            clerk, items[0], matter, milestone=step.id, done_on=day, report="开工", now=world.now
        )

    with pytest.raises(Refused, match="完成日期不能晚于今天"):
        await report(date(2026, 3, 3))
    await report(date(2026, 3, 2))
    with pytest.raises(Refused, match="已经登记完成"):
        await report(date(2026, 3, 1))


async def test_savings_of_a_payer_may_be_used_elsewhere_up_to_the_last_fen(world):
    clerk, matter, items = await works(world)
    saved = change(difference=-500, payer="treasury")
    await actions.vary(clerk, items[0], matter, saved, world.now)
    used = change(difference=500, payer="treasury")
    assert not (await actions.vary(clerk, items[1], matter, used, world.now)).beyond_by_rule
    more = change(difference=1, payer="treasury")
    assert (await actions.vary(clerk, items[1], matter, more, world.now)).beyond_by_rule
    other = change(difference=1, payer="residents")
    assert (await actions.vary(clerk, items[1], matter, other, world.now)).beyond_by_rule


async def test_a_variation_beyond_the_resolution_blocks_until_the_matter_went_back(world):
    clerk, matter, items = await works(world)
    secretary = await world.actor("李书记")
    with pytest.raises(Refused, match="没有超出决议的变更"):
        await actions.send_back(secretary, matter, to="vote", reason="变更", now=world.now)
    beyond = change(difference=12345, payer="treasury", beyond=True)
    await actions.vary(clerk, items[0], matter, beyond, world.now)
    with pytest.raises(Refused, match="已经登记过"):
        await actions.vary(clerk, items[0], matter, beyond, world.now)
    assert (await facts(matter, "implementation")).beyond == 1
    with pytest.raises(Forbidden):
        await actions.send_back(clerk, matter, to="vote", reason="变更", now=world.now)
    await actions.send_back(secretary, matter, to="consultation", reason="变更", now=world.now)
    assert (await Matter.get(id=matter.id)).stage == "consultation"
    notice = await Notice.get(matter=matter, kind="E")
    assert notice.figures["outcome"] == "varied"
    [printed] = notice.figures["variations"]
    assert (printed["item"], printed["payer"]) == ("更换排水主管", "财政资金")
    assert (printed["change"], printed["difference"]) == ("换管径", 12345)
    assert await broken(f"matter/{matter.id}") is None


async def test_after_a_new_plan_the_records_go_on_under_the_same_name_and_none_disappears(world):
    clerk, matter, old = await works(world)
    for item in old:
        await ledger.spend(clerk, item, matter, entry(), world.now)
        await finish(world, clerk, matter, item)
    saved = change(difference=-700, payer="treasury")
    await actions.vary(clerk, old[0], matter, saved, world.now)
    plan = await plan_of(matter, version=2)
    await PlanItem.filter(plan=plan, name="更换楼道灯").update(name="太阳能楼道灯")
    found = await progress(matter)
    assert [row.item.name for row in found.items] == ["更换排水主管", "太阳能楼道灯"]
    assert [row.item.name for row in found.history] == ["更换楼道灯"]
    assert [row.done for row in found.items] == [True, False]
    assert [row.balance.paid for row in found.every] == [100, 0, 100]
    assert found.balance.paid == 200
    assert found.balance.resolved == 51600050
    assert found.varied("treasury") == 0, "a new resolution starts from its own amounts"
    with pytest.raises(Refused, match="方案已经有了新的版本"):
        await ledger.spend(clerk, old[0], matter, entry(voucher="付-2"), world.now)
    row = await Spending.get(item=old[1])
    await ledger.reverse(clerk, old[1], matter, spending=row.id, reason="记错", now=world.now)
    assert (await progress(matter)).balance.paid == 100


async def test_an_item_that_the_vote_refused_is_not_to_be_carried_out(world):
    _, matter, items = await works(world)
    await unguarded()
    vote = await Vote.create(
        matter=matter,
        passage=await Passage.get(matter=matter, stage="vote"),
        profile={},
        form="items",
        status="certified",
        drafted_at=world.now,
        result={
            "questions": [
                {"number": 1, "kind": "item", "outcome": "passed"},
                {"number": 2, "kind": "item", "outcome": "not_passed"},
            ]
        },
    )
    for number, item in enumerate(items, 1):
        await Question.create(
            vote=vote, number=number, kind="item", text=item.name, options=[], item=item
        )
    found = await progress(matter)
    assert [row.item.name for row in found.items] == ["更换排水主管"]
    assert found.history == []
    assert found.balance.resolved == 48000000
    assert (await facts(matter, "implementation")).undone == ("更换排水主管",)


async def test_money_that_residents_refused_in_the_vote_was_not_resolved(world):
    _, matter, _ = await works(world)
    await unguarded()
    await Vote.create(
        matter=matter,
        passage=await Passage.get(matter=matter, stage="vote"),
        profile={},
        form="plan",
        status="certified",
        drafted_at=world.now,
        result={
            "questions": [
                {"number": 1, "kind": "plan", "outcome": "passed"},
                {"number": 2, "kind": "funds", "outcome": "not_passed"},
            ]
        },
    )
    assert (await progress(matter)).balance.resolved == 51600050 - 8000000


async def test_a_draft_of_the_plan_counts_for_nothing(world):
    _, matter, _ = await works(world)
    await plan_of(matter, version=2, frozen=False)
    found = await progress(matter)
    assert found.items[0].item.plan.version == 1
    assert found.balance.resolved == 51600050


async def test_the_number_of_queries_does_not_grow_with_the_items(world):
    clerk, matter, items = await works(world)
    with counted() as few:
        await progress(matter)
    for item in items:
        await finish(world, clerk, matter, item)
    for number in range(3, 20):
        item = await PlanItem.create(
            plan_id=items[0].plan_id, number=number, name=f"项目{number}", category="basic"
        )
        await Milestone.create(item=item, title="开工", planned_on=DAY, recorded_at=world.now)
    with counted() as many:
        assert len((await progress(matter)).items) == 19
    assert 0 < len(few) == len(many)


async def test_only_the_last_verdict_of_a_household_counts_and_its_own_beats_the_staff(world):
    clerk, matter, _ = await works(world)
    neighbour = await world.actor("赵大妈")
    place = {"place": world.buildings[1].id, "room": "101", "channel": "visit", "now": world.now}
    for verdict in ("dissatisfied", "fair"):
        await evaluations.record(clerk, matter, evaluations.Verdict(verdict), **place)
    assert await evaluations.counts(matter) == {"satisfied": 0, "fair": 1, "dissatisfied": 0}
    await evaluations.evaluate(neighbour, matter, evaluations.Verdict("satisfied"), world.now)
    with pytest.raises(Refused, match="已经自己评议过"):
        await evaluations.record(clerk, matter, evaluations.Verdict("fair"), **place)
    assert await evaluations.counts(matter) == {"satisfied": 1, "fair": 0, "dissatisfied": 0}
    assert await Evaluation.all().count() == 1


async def test_two_people_of_one_household_have_one_verdict(world):
    _, matter, _ = await works(world)
    for name, verdict in (("卫师傅", "fair"), ("蒋同学", "dissatisfied")):
        actor = await world.actor(name)
        await evaluations.evaluate(actor, matter, evaluations.Verdict(verdict), world.now)
    assert (await Evaluation.get()).verdict == "dissatisfied"


async def test_the_public_log_names_neither_the_household_nor_its_verdict(world):
    _, matter, _ = await works(world)
    neighbour = await world.actor("赵大妈")
    await evaluations.evaluate(neighbour, matter, evaluations.Verdict("fair"), world.now)
    body = (await Entry.get(act="implementation.evaluate")).body
    assert body == {"channel": "web"}


async def test_a_home_outside_the_scope_or_community_is_not_asked(world):
    clerk, matter, _ = await works(world)
    verdict = evaluations.Verdict("fair")
    with pytest.raises(Forbidden):
        await evaluations.evaluate(await world.actor("陈先生"), matter, verdict, world.now)
    await matter.scopes.all().update(place_id=world.buildings[1].id)
    with pytest.raises(Refused, match="不在本议题涉及"):
        await evaluations.evaluate(await world.actor("褚阿姨"), matter, verdict, world.now)
    with pytest.raises(Refused, match="名册上没有"):
        await evaluations.record(
            clerk,
            matter,
            verdict,
            place=world.buildings[2].id,
            room="101",
            channel="paper",
            now=world.now,
        )
    assert await Evaluation.all().count() == 0


async def test_nothing_is_recorded_before_the_works_begin(world):
    clerk, matter, items = await works(world, "decision_notice")
    with pytest.raises(Forbidden, match="决议公开"):
        await ledger.spend(clerk, items[0], matter, entry(), world.now)
    assert await Spending.all().count() == 0
    assert await Variation.all().count() == 0


async def test_the_same_payment_sent_twice_at_once_counts_once(world):
    clerk, matter, items = await works(world)
    copies = [await Matter.get(id=matter.id) for _ in range(4)]
    results = await asyncio.gather(
        *[ledger.spend(clerk, items[0], copy, entry(), world.now) for copy in copies],
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["Refused"] * 3 + ["Spending"]
    assert (await progress(matter)).balance.paid == 100
    assert await broken(f"matter/{matter.id}") is None
