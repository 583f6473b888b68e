from dataclasses import replace
from datetime import date, timedelta

import pytest

from deliberation.acting import Refused
from deliberation.calendar import end_of
from deliberation.log.models import Entry
from deliberation.matters import plans
from deliberation.matters.facts import current_passage
from deliberation.matters.items import items_of
from deliberation.matters.models import Passage, Plan
from deliberation.stages.consultation import actions, invitations, positions
from deliberation.stages.consultation.facts import facts
from deliberation.stages.consultation.models import Condition, Organisation, Position
from deliberation.stages.consultation.rules import SEATS
from deliberation.stages.consultation.table import table
from tests.cast import matter_at, plan_of

pytestmark = pytest.mark.anyio
DUE = date(2026, 3, 9)


async def invite(world, matter, name="示例供水公司", seat="x", sent=False, **changes):
    """Asks an organisation; `sent` with its link."""
    call = {"organisation": None, "name": name, "contact": "", "phone": "", "seat": seat}
    clerk = await world.actor("张经办")
    call |= {"due_on": DUE} | changes
    row = await invitations.invite(clerk, matter, **call, now=world.now)
    if sent:
        await invitations.issue(clerk, matter, row.id, due_on=DUE, now=world.now)
    return row


async def record(world, matter, invitation, stance="agree", **changes):
    clerk = await world.actor("张经办")
    said = positions.Said(stance, **changes)
    await positions.record(clerk, matter, invitation.id, said, now=world.now)


async def seen(matter):
    return await facts(matter, "consultation")


async def test_a_new_organisation_joins_the_communitys_list_and_is_found_again_by_name(world):
    matter, other = await matter_at(world, "consultation"), await matter_at(world, "consultation")
    first, second = await invite(world, matter), await invite(world, other)
    assert first.organisation_id == second.organisation_id
    assert await Organisation.all().count() == 1
    with pytest.raises(Refused, match="已经邀请过示例供水公司"):
        await invite(world, matter, seat="partner")


async def test_an_organisation_of_another_community_cannot_be_invited(world):
    matter = await matter_at(world, "consultation")
    far = await Organisation.create(community_id=world.people["陈先生"].place_id, name="望河物业")
    with pytest.raises(Refused, match="没有这个单位"):
        await invite(world, matter, organisation=far.id)
    with pytest.raises(Refused, match="请选一个单位"):
        await invite(world, matter, name="")


async def test_an_organisation_gets_at_least_until_tomorrow(world):
    matter = await matter_at(world, "consultation")
    today = date(2026, 3, 2)
    with pytest.raises(Refused, match="至少到明天"):
        await invite(world, matter, due_on=today)
    await invite(world, matter, due_on=today + timedelta(days=1))


async def test_an_organisation_is_recorded_absent_by_the_clock_from_the_end_of_its_due_day(world):
    matter = await matter_at(world, "consultation")
    await invite(world, matter, sent=True)
    await record(world, matter, await invite(world, matter, name="示例供电公司", sent=True))
    await invitations.lapse(end_of(DUE) - timedelta(microseconds=1))
    assert (await seen(matter)).waiting == ("示例供水公司",)
    for _ in range(2):
        await invitations.lapse(end_of(DUE))
    assert (await seen(matter)).waiting == ()
    absent = await Entry.filter(act="consultation.absent")
    assert [(row.body["invitation"], row.account_id) for row in absent] == [(1, None)]


async def test_a_deadline_of_a_stage_that_was_left_passes_unnoticed(world):
    matter = await matter_at(world, "consultation")
    await invite(world, matter)
    await Passage.filter(matter=matter, left_at__isnull=True).update(left_at=world.now)
    matter.stage = "vote"
    await matter.save()
    await invitations.lapse(end_of(DUE))
    assert await Entry.filter(act="consultation.absent").count() == 0


async def test_a_late_answer_still_counts_and_takes_the_place_of_the_absence(world):
    matter = await matter_at(world, "consultation")
    invitation = await invite(world, matter)
    await invitations.lapse(end_of(DUE))
    await record(world, matter, invitation)
    entry = (await table(await current_passage(matter, "consultation"))).answered[0]
    assert not entry.absent
    assert entry.position.stance == "agree"


@pytest.mark.parametrize(
    ("stance", "said", "sentence"),
    [
        ("conditional", {"reason": "可以"}, "请逐条写明条件"),
        ("agree", {"conditions": ("夜间不施工",)}, "不填条件"),
        ("disagree", {"reason": "不行", "conditions": ("夜间不施工",)}, "不填条件"),
        ("disagree", {}, "请写明理由"),
        ("conditional", {"conditions": ("夜间不施工",)}, "请写明理由"),
    ],
)
async def test_a_position_that_says_two_things_is_refused(world, stance, said, sentence):
    matter = await matter_at(world, "consultation")
    invitation = await invite(world, matter)
    with pytest.raises(Refused, match=sentence):
        await record(world, matter, invitation, stance, **said)
    assert await Position.all().count() == 0


async def test_every_condition_of_the_newest_position_is_answered(world):
    matter = await matter_at(world, "consultation")
    await plan_of(matter)
    invitation, clerk = await invite(world, matter), await world.actor("张经办")
    reason = {"reason": "管线要避让"}
    await record(world, matter, invitation, "conditional", conditions=("甲", "乙"), **reason)
    assert (await seen(matter)).open_conditions == 2
    await positions.respond(clerk, matter, 1, met=True, item=1, answer="方案已改", now=world.now)
    await positions.respond(
        clerk, matter, 2, met=False, item=None, answer="费用太高", now=world.now
    )
    assert (await seen(matter)).open_conditions == 0

    await record(world, matter, invitation, "conditional", conditions=("丙",), **reason)
    assert (await seen(matter)).open_conditions == 1
    with pytest.raises(Refused, match="已经被单位新的意见替换"):
        await positions.respond(
            clerk, matter, 1, met=True, item=1, answer="方案已改", now=world.now
        )
    await record(world, matter, invitation, "agree")
    assert (await seen(matter)).open_conditions == 0
    assert await Condition.all().count() == 3


async def test_each_fixed_group_is_filled_or_its_absence_explained(world):
    matter, clerk = await matter_at(world, "consultation"), await world.actor("张经办")
    for number, seat in enumerate([*SEATS][:5]):
        await invite(world, matter, name=f"单位{number}", seat=seat)
    assert (await seen(matter)).empty_seats == ("居民代表",)
    with pytest.raises(Refused, match="社区两委席位已经邀请了单位"):
        await actions.explain(clerk, matter, seat="committee", reason="没有", now=world.now)
    for reason in ("正在推选", "还在推选"):
        await actions.explain(clerk, matter, seat="representatives", reason=reason, now=world.now)
    found = await table(await current_passage(matter, "consultation"))
    assert found.empty_seats == []
    assert "居民代表席位没有单位到位：还在推选" in found.warnings


async def test_a_group_whose_only_organisation_stayed_away_needs_an_explanation(world):
    matter, clerk = await matter_at(world, "consultation"), await world.actor("张经办")
    await invite(world, matter, name="示例物业", seat="property", sent=True)
    assert "物业公司" not in (await seen(matter)).empty_seats
    await invitations.lapse(end_of(DUE))
    assert "物业公司" in (await seen(matter)).empty_seats
    await actions.explain(clerk, matter, seat="property", reason="催过两次", now=end_of(DUE))
    assert "物业公司" not in (await seen(matter)).empty_seats


async def test_a_matter_that_comes_back_asks_the_organisations_anew(world):
    matter = await matter_at(world, "consultation")
    old = await invite(world, matter)
    await record(world, matter, old)
    await Passage.filter(matter=matter, left_at__isnull=True).update(
        left_at=world.now, outcome="sent_back"
    )
    await Passage.create(matter=matter, stage="consultation", entered_at=world.now)
    assert (await seen(matter)).invited == 0
    with pytest.raises(Refused, match="这一轮商议没有邀请"):
        await record(world, matter, old)
    new = await invite(world, matter, sent=True)
    assert (new.id, new.organisation_id) == (old.id + 1, old.organisation_id)
    assert (await seen(matter)).waiting == ("示例供水公司",)


async def test_the_final_plan_is_one_frozen_in_this_stay(world):
    matter = await matter_at(world, "consultation")
    plan = await plan_of(matter)
    for frozen_at, final in (
        (world.now - timedelta(microseconds=1), False),
        (world.now, True),
        (None, False),
    ):
        await Plan.filter(id=plan.id).update(frozen_at=frozen_at)
        assert (await seen(matter)).frozen is final
    await Plan.filter(id=plan.id).update(frozen_at=world.now)
    await plan_of(matter, version=2, frozen=False)
    assert (await seen(matter)).frozen is False


async def test_a_condition_that_is_met_shows_in_the_item_that_was_changed_for_it(world):
    matter = await matter_at(world, "consultation")
    plan = await plan_of(matter)
    await Plan.filter(id=plan.id).update(frozen_at=world.now - timedelta(days=1))
    invitation, clerk = await invite(world, matter), await world.actor("张经办")
    await record(world, matter, invitation, "conditional", reason="避让", conditions=("甲", "乙"))
    with pytest.raises(Refused, match="方案里没有这一项"):
        await positions.respond(clerk, matter, 1, met=True, item=3, answer="改", now=world.now)
    for condition, item in ((1, 1), (2, 2)):
        await positions.respond(
            clerk, matter, condition, met=True, item=item, answer="改", now=world.now
        )
    name = "示例供水公司"
    assert (await seen(matter)).unchanged == ((name, 1), (name, 2))
    second = await plans.start(clerk, matter, world.now)
    first, lamps = await items_of(second)
    await plans.change(clerk, matter, 2, 1, replace(first, quantity="3栋"), world.now)
    assert (await seen(matter)).unchanged == ((name, 2),)
    await plans.remove(clerk, matter, 2, 2, world.now)
    assert (await seen(matter)).unchanged == ()


async def test_a_condition_that_the_plan_meets_already_needs_no_change(world):
    matter, clerk = await matter_at(world, "consultation"), await world.actor("张经办")
    await plan_of(matter)
    invitation = await invite(world, matter)
    await record(world, matter, invitation, "conditional", reason="避让", conditions=("甲",))
    given = {"met": True, "item": None, "answer": "第1项已经写明", "now": world.now}
    await positions.respond(clerk, matter, 1, **given)
    found = await seen(matter)
    assert (found.open_conditions, found.unchanged) == (0, ())
