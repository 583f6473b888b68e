from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deliberation.acting import Forbidden, Refused
from deliberation.documents.uploads import Upload
from deliberation.log.models import Entry
from deliberation.matters import drawings, plans
from deliberation.matters.differences import changes, money
from deliberation.matters.items import Item, by_payer, items_of, newest, plan_digest, total
from deliberation.matters.models import Funding, Passage, Plan, PlanItem
from deliberation.matters.owners import owners
from deliberation.matters.rules import PAYERS
from deliberation.stages.opinions.models import Opinion
from tests.cast import matter_at, plan_of

pytestmark = pytest.mark.anyio
LAMPS = Item("更换楼道灯", "improving", funding={"treasury": 3600050})


async def heard_from(matter) -> Opinion:
    return await Opinion.create(
        matter=matter, channel="online", text="灯太暗", said_on=date(2026, 2, 1),
        received_at=matter.registered_at,
    )  # fmt: skip


async def again(world, matter, stage: str) -> None:
    """The matter stands at `stage` once more, from now on."""
    await Passage.filter(matter=matter, left_at__isnull=True).update(
        left_at=world.now, outcome="sent_back"
    )
    await Passage.create(matter=matter, stage=stage, entered_at=world.now)
    matter.stage = stage
    await matter.save()


words = st.text("甲乙丙丁", max_size=3)
made = st.builds(
    Item,
    name=words,
    category=st.sampled_from(["basic", "improving", "raising"]),
    quantity=words,
    responsible=words,
    upkeep=words,
    ends_on=st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 3)),
    owners_reason=st.sampled_from(["", "maintenance", "rebuild"]),
    funding=st.dictionaries(st.sampled_from(list(PAYERS)), st.integers(1, 10**13)),
    opinions=st.frozensets(st.integers(1, 3)),
)
versions = st.dictionaries(st.integers(1, 6), made, max_size=6).map(
    lambda found: [replace(item, number=number) for number, item in sorted(found.items())]
)
quickly = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quickly
@given(versions)
def test_sums_by_payer_and_by_item_always_come_to_the_same_total(items):
    assert sum(by_payer(items).values()) == total(items) == sum(item.estimate for item in items)
    assert all(by_payer(items).values())


@quickly
@given(versions, versions)
def test_the_difference_of_two_versions_names_every_item_and_adds_up(before, after):
    found, paid = changes(before, after), money(before, after)
    old = {item.number: item for item in before}
    new = {item.number: item for item in after}
    differs = {n for n in old.keys() | new.keys() if old.get(n) != new.get(n)}
    assert [change.number for change in found] == sorted(differs)
    assert all(change.fields for change in found if change.kind == "修改")
    assert all(was != now for change in found for _, was, now in change.fields)
    assert paid[-1].difference == sum(row.difference for row in paid[:-1])
    assert paid[-1].difference == sum(change.after - change.before for change in found)
    assert paid[-1].after == total(after)
    assert (plan_digest(before) == plan_digest(after)) == (
        not [c for c in found if c.kind != "修改" or {f[0] for f in c.fields} - {"回应的意见"}]
    )


async def test_the_first_version_starts_empty_and_starting_again_gives_the_same(world):
    matter, clerk = await matter_at(world, "proposal"), await world.actor("张经办")
    plan = await plans.start(clerk, matter, world.now)
    assert (await plans.start(clerk, matter, world.now)).id == plan.id
    assert plan.version == 1
    assert await items_of(plan) == []


async def test_an_item_is_added_changed_and_removed_with_its_money_and_opinions(world):
    matter, clerk = await matter_at(world, "proposal"), await world.actor("张经办")
    opinion = await heard_from(matter)
    plan = await plans.start(clerk, matter, world.now)
    item = replace(LAMPS, opinions=frozenset({opinion.id}), ends_on=date(2026, 6, 30))
    assert await plans.add(clerk, matter, 1, item, world.now) == 1
    assert await items_of(plan) == [replace(item, number=1)]

    changed = replace(LAMPS, name="更换路灯", funding={"common": 1, "donation": 2})
    await plans.change(clerk, matter, 1, 1, changed, world.now)
    assert await items_of(plan) == [replace(changed, number=1)]

    await plans.remove(clerk, matter, 1, 1, world.now)
    assert await items_of(plan) == []
    assert await Funding.all().count() == 0


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"starts_on": date(2026, 6, 2), "ends_on": date(2026, 6, 1)}, "完工日期不能早于开工日期"),
        ({"funding": {"treasury": -1}}, "金额不能是负数"),
        ({"opinions": frozenset({999})}, "有的意见不属于本议题"),
        ({"responsible": "张工19900001234"}, "手机号.*这里会公开"),
        ({"upkeep": "由3号楼2单元301室管护"}, "门牌号.*这里会公开"),
    ],
)
async def test_a_wrong_item_is_refused_whole(world, changed, sentence):
    matter, clerk = await matter_at(world, "proposal"), await world.actor("张经办")
    await plans.start(clerk, matter, world.now)
    with pytest.raises(Refused, match=sentence):
        await plans.add(clerk, matter, 1, replace(LAMPS, **changed), world.now)
    assert await PlanItem.all().count() == 0


async def test_an_item_sent_twice_is_one_item(world):
    matter, clerk = await matter_at(world, "proposal"), await world.actor("张经办")
    await plans.start(clerk, matter, world.now)
    await plans.add(clerk, matter, 1, LAMPS, world.now)
    with pytest.raises(Refused, match="方案里已经有“更换楼道灯”"):
        await plans.add(clerk, matter, 1, LAMPS, world.now)
    await plans.change(clerk, matter, 1, 1, replace(LAMPS, quantity="60盏"), world.now)
    assert await PlanItem.all().count() == 1


async def test_an_item_may_start_and_end_on_one_day(world):
    matter, clerk = await matter_at(world, "proposal"), await world.actor("张经办")
    await plans.start(clerk, matter, world.now)
    day = date(2026, 6, 1)
    await plans.add(clerk, matter, 1, replace(LAMPS, starts_on=day, ends_on=day), world.now)


async def test_an_opinion_of_another_matter_is_no_opinion_of_this_plan(world):
    matter, other = await matter_at(world, "proposal"), await matter_at(world, "proposal")
    clerk, opinion = await world.actor("张经办"), await heard_from(other)
    await plans.start(clerk, matter, world.now)
    with pytest.raises(Refused, match="不属于本议题"):
        item = replace(LAMPS, opinions=frozenset({opinion.id}))
        await plans.add(clerk, matter, 1, item, world.now)


async def test_an_item_paid_from_the_maintenance_fund_is_for_the_owners_to_decide(world):
    matter, clerk = await matter_at(world, "proposal"), await world.actor("张经办")
    plan = await plans.start(clerk, matter, world.now)
    await plans.add(clerk, matter, 1, replace(LAMPS, funding={"maintenance": 1}), world.now)
    await plans.add(clerk, matter, 1, replace(LAMPS, name="增设路灯"), world.now)
    first, second = await items_of(plan)
    assert first.owners_note == "依法须由业主共同决定（使用维修资金）"
    assert second.owners_note == ""


async def test_a_plan_is_frozen_by_the_secretary_once_every_item_is_funded(world):
    matter, clerk = await matter_at(world, "proposal"), await world.actor("张经办")
    secretary = await world.actor("李书记")
    plan = await plans.start(clerk, matter, world.now)
    with pytest.raises(Refused, match="方案里还没有改造内容"):
        await plans.freeze(secretary, matter, 1, world.now)
    await plans.add(clerk, matter, 1, replace(LAMPS, funding={}), world.now)
    with pytest.raises(Refused, match="第1项“更换楼道灯”没有写明资金来源和金额"):
        await plans.freeze(secretary, matter, 1, world.now)
    await plans.change(clerk, matter, 1, 1, LAMPS, world.now)
    with pytest.raises(Forbidden):
        await plans.freeze(clerk, matter, 1, world.now)
    await plans.freeze(secretary, matter, 1, world.now)
    row = await Plan.get(id=plan.id)
    assert (row.frozen_at, row.frozen_by) == (world.now, world.accounts["李书记"].id)
    body = (await Entry.get(act="plan.freeze")).body
    assert body["digest"] == plan_digest(await items_of(plan))


@pytest.mark.parametrize("stage", ["proposal", "consultation"])
@pytest.mark.parametrize(
    "edit",
    [
        lambda who, matter, at: plans.add(who, matter, 1, LAMPS, at),
        lambda who, matter, at: plans.change(who, matter, 1, 1, LAMPS, at),
        lambda who, matter, at: plans.remove(who, matter, 1, 1, at),
        lambda who, matter, at: plans.freeze(who, matter, 1, at),
    ],
    ids=["add", "change", "remove", "freeze"],
)
async def test_a_frozen_version_never_changes(world, stage, edit):
    matter = await matter_at(world, stage)
    plan = await plan_of(matter)
    before, frozen_at = await items_of(plan), plan.frozen_at
    with pytest.raises(Refused, match="第1版已经定稿"):
        await edit(await world.actor("李书记"), matter, world.later(days=1))
    await plans.start(await world.actor("李书记"), matter, world.now)
    with pytest.raises(Refused, match="不是方案的最新版本"):
        await edit(await world.actor("李书记"), matter, world.now)
    assert await items_of(plan) == before
    assert (await Plan.get(id=plan.id)).frozen_at == frozen_at


async def test_a_new_version_is_a_copy_whose_items_keep_their_numbers(world):
    matter, clerk = await matter_at(world, "consultation"), await world.actor("张经办")
    first = await plan_of(matter)
    second = await plans.start(clerk, matter, world.now)
    assert second.version == 2
    assert await items_of(second) == await items_of(first)
    await plans.remove(clerk, matter, 2, 2, world.now)
    assert await plans.add(clerk, matter, 2, LAMPS, world.now) == 3
    dearer = replace((await items_of(first))[0], funding={"treasury": 50000000})
    await plans.change(clerk, matter, 2, 1, dearer, world.now)
    found = changes(await items_of(first), await items_of(second))
    assert [(item.kind, item.number, item.before, item.after) for item in found] == [
        ("修改", 1, 48000000, 50000000),
        ("取消", 2, 3600050, 0),
        ("新增", 3, 0, 3600050),
    ]
    assert found[0].fields == (
        ("财政资金", "400,000.00元", "500,000.00元"),
        ("居民出资", "80,000.00元", "0.00元"),
    )
    paid = money(await items_of(first), await items_of(second))
    assert [(row.payer, row.before, row.after, row.difference) for row in paid] == [
        ("财政资金", 43600050, 53600050, 10000000),
        ("居民出资", 8000000, 0, -8000000),
        ("合计", 51600050, 53600050, 2000000),
    ]


async def test_an_unchanged_plan_is_confirmed_as_final_by_an_identical_frozen_version(world):
    matter, secretary = await matter_at(world, "proposal"), await world.actor("李书记")
    first = await plan_of(matter)
    world.later(days=1)
    await again(world, matter, "consultation")
    with pytest.raises(Forbidden):
        await plans.keep(await world.actor("张经办"), matter, 1, world.now)
    await plans.keep(secretary, matter, 1, world.now)
    second = await newest(matter)
    assert (second.version, second.frozen_at, second.note) == (2, world.now, "与第1版相同")
    assert changes(await items_of(first), await items_of(second)) == []
    with pytest.raises(Refused, match="已经定稿"):
        await plans.keep(secretary, matter, 2, world.now)
    assert await Plan.filter(matter=matter).count() == 2


async def test_a_plan_under_change_is_not_confirmed_as_unchanged(world):
    matter, secretary = await matter_at(world, "proposal"), await world.actor("李书记")
    await plan_of(matter)
    world.later(days=1)
    await again(world, matter, "consultation")
    await plans.start(secretary, matter, world.now)
    for version in (1, 2, 3):
        with pytest.raises(Refused, match="方案正在修改"):
            await plans.keep(secretary, matter, version, world.now)


@pytest.mark.parametrize("stage", ["matters", "opinions", "vote", "implementation"])
async def test_no_stage_but_proposal_and_consultation_writes_the_plan(world, stage):
    matter, secretary = await matter_at(world, stage), await world.actor("李书记")
    with pytest.raises(Forbidden):
        await plans.start(secretary, matter, world.now)


def drawing(name: str) -> Upload:
    return Upload(name[-1] * 64, name, "application/pdf", 9)


async def test_drawings_belong_to_an_item_and_go_on_into_the_next_version(world):
    matter, clerk = await matter_at(world, "proposal"), await world.actor("张经办")
    secretary = await world.actor("李书记")
    plan = await plan_of(matter, frozen=False)
    for _ in range(2):
        sheets = (drawing("管线图a"), drawing("断面图b"))
        await drawings.attach(clerk, matter, 1, 1, sheets, world.now)
    first = (await items_of(plan))[0]
    assert [file.name for file in first.files] == ["管线图a", "断面图b"]
    await plans.change(clerk, matter, 1, 1, replace(first, files=(), quantity="3栋"), world.now)
    assert len((await items_of(plan))[0].files) == 2, "the item's form leaves them alone"
    with pytest.raises(Refused, match="最多放10个文件"):
        many = tuple(drawing(f"图{letter}") for letter in "cdefghijk")
        await drawings.attach(clerk, matter, 1, 1, many, world.now)
    await plans.freeze(secretary, matter, 1, world.now)
    with pytest.raises(Refused, match="已经定稿"):
        await drawings.attach(clerk, matter, 1, 1, (drawing("图c"),), world.now)
    second = await plans.start(clerk, matter, world.now)
    before = await items_of(plan)
    assert await items_of(second) == before
    await drawings.detach(clerk, matter, 2, 1, before[0].files[0].id, world.now)
    with pytest.raises(Refused, match="没有这个文件"):
        await drawings.detach(clerk, matter, 2, 1, before[0].files[0].id, world.now)
    found = changes(before, await items_of(second))
    assert found[0].fields == (
        ("附件", "管线图a（aaaaaaaa）、断面图b（bbbbbbbb）", "断面图b（bbbbbbbb）"),
    )
    assert plan_digest(before) != plan_digest(await items_of(second))
    await plans.remove(clerk, matter, 2, 1, world.now)
    assert [item.number for item in await items_of(second)] == [2]


def test_who_must_decide_is_named_with_the_profiles_of_the_law():
    items = [
        Item(
            "屋面防水", "basic", owners_reason="maintenance", funding={"maintenance": 1}, number=1
        ),
        Item("加装电梯", "improving", owners_reason="rebuild", number=2),
        Item("增设停车位", "improving", funding={"residents": 5}, number=3),
        Item("换灯", "basic", funding={"residents": 2}, number=4),
    ]
    found = owners(items)
    assert [(item.number, reason, keys) for item, reason, keys in found.due] == [
        (1, "使用维修资金", ("P7", "P8")),
        (2, "改建、重建建筑物及其附属设施", ("P8",)),
    ]
    assert [(item.number, reason) for item, reason in found.perhaps] == [
        (3, "改变共有部分用途或利用共有部分经营")
    ]
    assert found.residents == 7
