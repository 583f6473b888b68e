"""From any word, item, promise or payment along the whole chain, for everybody, without persons."""

import re

import pytest

from deliberation.matters.items import items_of
from deliberation.matters.models import ItemOpinion, Passage, Plan, PlanItem
from deliberation.stages.consultation.models import Undertaking
from deliberation.stages.implementation.models import Evaluation, Spending
from deliberation.stages.implementation.progress import progress
from deliberation.stages.notices.models import Notice
from deliberation.stages.opinions.models import Answer, Group, Opinion
from deliberation.tracing.chains import trace
from tests.cast import matter_at, plan_of
from tests.queries import counted
from tests.tracing.record import PRIVATE, printed, tied

pytestmark = pytest.mark.anyio
# What every page of a thing in the chain of the pipes shows, whichever end one comes from.
CHAIN = (
    "排水",
    "列入方案第1项",
    "更换排水主管",
    "第1版：480,000.00元",
    "2栋 → 2栋，先定路由",
    "400,000.00元 → 400,000.01元",
    "示例供水公司",
    "写入第1项",
    "当月通水",
    "东风里小区老旧管网改造方案",
    "同意33人，通过",
    "竣工验收",
    "改用粗管",
    "决议内容的公示",
    "印的金额：480,000.01元，和方案一样",
)


def words(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.text))


async def test_each_thing_has_an_address_that_shows_its_chain_both_ways_without_persons(
    world, client
):
    matter = await tied(world)
    base, visitor = f"/matters/{matter.id}/trace", await client("visitor")
    group = await Group.get(matter=matter)
    promise = await Undertaking.filter(what="当月通水").get()
    payments = await Spending.filter(item__number=1).values_list("id", flat=True)
    own = [f"groups/{group.id}", "items/1", f"undertakings/{promise.id}"]
    own += [f"spendings/{id}" for id in payments]
    for path in own:
        page = await visitor.get(f"{base}/{path}")
        assert page.status_code == 200, path
        assert [text for text in CHAIN if text not in words(page)] == [], path
        links = set(re.findall(rf'href="{base}/([^"]+)"', page.text))
        assert set(own) - {path} <= links, path
        assert not [text for text in (*PRIVATE, "付-007", "收款人某") if text in page.text], path
    await Evaluation.filter(verdict="dissatisfied").delete()
    whole = await visitor.get(base)
    assert not [text for text in PRIVATE if text in whole.text]
    assert {"items/1", "items/2", f"groups/{group.id}"} <= set(
        re.findall(rf'href="{base}/([^"]+)"', whole.text)
    )
    assert 'id="item-1"' in whole.text
    assert "不到5户，不分开显示" in words(whole)


async def test_the_pages_people_read_lead_to_the_chain(world, client):
    matter = await tied(world, "implementation")
    base, visitor = f"/matters/{matter.id}", await client("visitor")
    group, notice = await Group.get(matter=matter), await Notice.get(matter=matter)
    promise = await Undertaking.filter(what="当月通水").get()
    single = await Opinion.get(matter=matter, group=None)
    for page, linked in (
        (base, [""]),
        (f"{base}/opinions", [f"/groups/{group.id}", f"/opinions/{single.id}"]),
        (f"{base}/plan/2", ["/items/1", "/items/2"]),
        (f"{base}/consultation", [f"/undertakings/{promise.id}"]),
        (f"{base}/implementation", ["/items/1", "/items/2"]),
        (f"/notices/{notice.code}", [""]),
    ):
        shown = (await visitor.get(page)).text
        for path in linked:
            assert f'href="{base}/trace{path}"' in shown, (page, path)
            assert (await visitor.get(f"{base}/trace{path}")).status_code == 200


async def test_what_has_not_happened_yet_is_said(world, client):
    matter = await matter_at(world, "proposal")
    base, visitor = f"/matters/{matter.id}/trace", await client("visitor")
    assert "方案还没有定稿" in words(await visitor.get(base))
    group = await Group.create(matter=matter, title="排水")
    opinion = await Opinion.create(
        matter=matter,
        group=group,
        household=world.households["1-101"],
        channel="online",
        text="常堵",
        said_on=world.now.date(),
        received_at=world.now,
    )
    page = words(await visitor.get(f"{base}/groups/{group.id}"))
    assert "现在：还没有答复" in page
    answer = await Answer.create(
        group=group, verdict="declined", reason="没有余钱", answered_at=world.now
    )
    await plan_of(matter)
    page = words(await visitor.get(f"{base}/groups/{group.id}"))
    assert "不采纳 没有余钱" in page and "现在：不采纳" in page
    assert "没有余钱" in words(await visitor.get(base)).split("没有列入方案的意见")[1]
    answer.verdict = "adopted"
    await answer.save()
    assert "还没有列入方案" in words(await visitor.get(f"{base}/groups/{group.id}"))
    page = words(await visitor.get(f"{base}/items/2"))
    for gap in (
        "没有对应的居民意见",
        "没有单位对这一项提条件",
        "还没有表决",
        "还没有施工",
        "还没有花钱",
        "还没有印在公示上",
        "还没有评议",
    ):
        assert gap in page
    # A single opinion in a group is nobody's page, nor is one without an answer.
    opinion.group = None
    await opinion.save()
    for path in (f"opinions/{opinion.id}", "items/9", "undertakings/1", "spendings/1"):
        assert (await visitor.get(f"{base}/{path}")).status_code == 404, path
    await Answer.create(opinion=opinion, verdict="referred", reason="转办", answered_at=world.now)
    page = words(await visitor.get(f"{base}/opinions/{opinion.id}"))
    assert "常堵" in page and "现在：已转办" in page


async def test_money_ties_up_with_plan_ledger_and_notices_to_the_last_fen(world, client):
    matter = await tied(world)
    await printed(world, matter, "result_notice", "B")
    found, ledger = await trace(matter), await progress(matter)
    items = await items_of(await Plan.get(matter=matter, version=2))
    assert [chain.item.estimate for chain in found.chains] == [item.estimate for item in items]
    assert found.planned == sum(item.estimate for item in items) == 51600051
    assert found.paid == ledger.balance.paid == 50200051
    decision, result = await Notice.filter(matter=matter).order_by("id")
    for chain, resolved in zip(found.chains, decision.figures["plan"]["items"], strict=True):
        record = next(row for row in ledger.items if row.item.number == chain.number)
        assert sum(amount for _, amount in resolved["payers"]) == chain.item.estimate
        assert sum(amount for _, amount in record.resolved) == chain.item.estimate
        assert [(row.code, row.amount, row.paid) for row in chain.printed] == [
            (decision.code, chain.item.estimate, None),
            (result.code, chain.item.estimate, record.balance.paid),
        ]
    entries = [row.id for chain in found.chains for one in chain.works for row in one.spendings]
    assert sorted(entries) == sorted(await Spending.all().values_list("id", flat=True))
    page = words(await (await client("visitor")).get(f"/matters/{matter.id}/trace/items/1"))
    for text in (
        "付款0.01元，社会捐助",
        "付款-0.01元",
        "冲销第",
        "已付¥466,000.51",
        "结余¥13,999.50",
    ):
        assert text in page, text


async def test_whoever_spoke_reads_where_it_went_and_finds_the_chain(world, client):
    matter = await tied(world)
    group = await Group.get(matter=matter)
    url, line = (
        f"/matters/{matter.id}/trace/groups/{group.id}",
        ("已采纳 → 列入第1项 → 已表决通过 → 已完工 → 已付466,000.51元"),
    )
    speaker, neighbour = await client("赵大妈"), await client("褚阿姨")
    for path in ("/me", f"/matters/{matter.id}/opinions"):
        page = await speaker.get(path)
        assert page.text.count(f"现在：{line}") == 2
        assert "我的话去了哪里" in page.text and f'href="{url}"' in page.text
        assert "我的话去了哪里" not in (await neighbour.get(path)).text
    assert line in words(await speaker.get(url))


async def test_a_vote_that_is_taken_anew_decides_nothing_any_more(world, client):
    matter = await tied(world, "vote")
    page = words(await (await client("visitor")).get(f"/matters/{matter.id}/trace/items/1"))
    assert "同意33人，通过" in page and "不再有效" not in page
    await Passage.create(matter=matter, stage="vote", entered_at=world.later(hours=1))
    page = words(await (await client("visitor")).get(f"/matters/{matter.id}/trace/items/1"))
    assert "同意33人，通过" in page and "不再有效" in page
    assert "已采纳 → 列入第1项 → 还没有表决" in words(await (await client("赵大妈")).get("/me"))


async def test_an_opinion_that_the_last_version_answers_no_more_is_shown_with_the_others(
    world, client
):
    matter = await tied(world)
    row = await Opinion.create(
        matter=matter,
        household=world.households["1-101"],
        channel="online",
        text="门口要一盏灯",
        said_on=world.now.date(),
        received_at=world.now,
    )
    await Answer.create(opinion=row, verdict="adopted", reason="列入", answered_at=world.now)
    first = await PlanItem.get(plan__matter=matter, plan__version=1, number=2)
    await ItemOpinion.create(item=first, opinion=row)
    page = words(await (await client("visitor")).get(f"/matters/{matter.id}/trace"))
    assert "门口要一盏灯" in page.partition("没有列入方案的意见")[2]


async def test_thousands_of_opinions_cost_the_same_few_queries(world, client):
    matter = await tied(world)
    group, visitor = await Group.get(matter=matter), await client("visitor")
    base = f"/matters/{matter.id}/trace"
    paths = (base, f"{base}/groups/{group.id}", f"{base}/items/2")
    few = []
    for path in paths:
        with counted() as queries:
            await visitor.get(path)
        few.append(len(queries))
    lamps = await PlanItem.get(plan__matter=matter, plan__version=2, number=2)
    home = world.households["1-101"]
    await Opinion.bulk_create(
        Opinion(
            matter=matter,
            group=group if number % 2 else None,
            household=home,
            channel="online",
            text=f"第{number}户的话",
            said_on=world.now.date(),
            received_at=world.now,
        )
        for number in range(6600)
    )
    said = await Opinion.filter(matter=matter, text__contains="户的话").order_by("id")
    await ItemOpinion.bulk_create(ItemOpinion(item=lamps, opinion=row) for row in said)
    await Answer.bulk_create(
        Answer(opinion=row, verdict="adopted", reason="列入", answered_at=world.now)
        for row in said
        if row.group_id is None
    )
    for path, before in zip(paths, few, strict=True):
        with counted() as queries:
            page = await visitor.get(path)
        assert page.status_code == 200
        # Where there were no single opinions, their answers were not asked for.
        assert before <= len(queries) <= before + 1 <= 40, (path, len(queries), before)
        assert len(page.content) < 120_000
    assert "还有3280条单独的意见" in words(page)
    last = await visitor.get(f"{base}/opinions/{said[-2].id}")
    assert "列入第2项" in words(last)
