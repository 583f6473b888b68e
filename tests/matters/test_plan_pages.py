import pytest

from deliberation.matters.items import items_of, newest, plan_digest
from deliberation.matters.models import Funding, Plan, PlanItem
from deliberation.stages.opinions.models import Answer, Group, Opinion
from tests.cast import NOW, matter_at, plan_of

pytestmark = pytest.mark.anyio


def item(**changes) -> dict:
    return {
        "name": "更换路灯",
        "category": "improving",
        "pay-treasury": "12,345.67",
        "starts_on": "2026-04-01",
        "ends_on": "2026-05-01",
        "owners_reason": "",
    } | changes


async def said(matter, text, verdict="", group=None) -> Opinion:
    row = await Opinion.create(
        matter=matter, group=group, channel="online", text=text, said_on=NOW.date(),
        received_at=NOW,
    )  # fmt: skip
    if verdict:
        await Answer.create(opinion=row, verdict=verdict, reason="会办", answered_at=NOW)
    return row


async def test_a_clerk_writes_the_plan_and_the_totals_add_up(world, client):
    matter = await matter_at(world, "proposal")
    url = f"/matters/{matter.id}/plan"
    clerk = await client("张经办")
    assert "方案还没有定稿" in (await clerk.get(url)).text
    assert (await clerk.post(f"{url}/start")).headers["location"] == f"{url}/1"
    for typed in (item(), item(**{"name": "修屋面", "pay-treasury": "0.33", "pay-common": "100"})):
        answer = await clerk.post(f"{url}/1/items", data=typed)
        assert answer.status_code == 303, answer.text
    page = (await clerk.get(f"{url}/1")).text
    for amount in ("12,346.00", "100.00", "12,446.00", "100.33"):
        assert amount in page
    form = (await clerk.get(f"{url}/1/items/1")).text
    assert 'value="12345.67"' in form
    assert 'value="2026-04-01"' in form
    changed = item(name="更换路灯20盏")
    assert (await clerk.post(f"{url}/1/items/1", data=changed)).status_code == 303
    assert (await clerk.post(f"{url}/1/items/2/remove")).status_code == 303
    assert [row.name for row in await PlanItem.all()] == ["更换路灯20盏"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"pay-treasury": "12.345"}, "最多两位小数"),
        ({"pay-treasury": "1e9"}, "最多两位小数"),
        ({"pay-treasury": "-5"}, "金额不能是负数"),
        ({"pay-treasury": "9" * 13}, "金额太大"),
        ({"ends_on": "2026-03-31"}, "完工日期不能早于开工日期"),
        ({"category": "luxury"}, "请从列出的选项里选"),
        ({"owners_reason": "whim"}, "请从列出的选项里选"),
        ({"heard": "o999"}, "请从列出的选项里选"),
        ({"name": "\x00\u202e"}, "请写改造内容"),
    ],
)
async def test_a_wrong_item_comes_back_with_what_was_typed(world, client, changes, sentence):
    matter = await matter_at(world, "proposal")
    clerk = await client("张经办")
    await clerk.post(f"/matters/{matter.id}/plan/start")
    typed = item(upkeep="物业负责五年", **changes)
    answer = await clerk.post(f"/matters/{matter.id}/plan/1/items", data=typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "物业负责五年" in answer.text
    assert await PlanItem.all().count() == 0


async def test_an_item_of_another_plan_is_not_found(world, client):
    matter, other = await matter_at(world, "proposal"), await matter_at(world, "proposal")
    await plan_of(other, frozen=False)
    clerk = await client("张经办")
    await clerk.post(f"/matters/{matter.id}/plan/start")
    for number in (1, 2, 2**40, 2**80):
        url = f"/matters/{matter.id}/plan/1/items/{number}"
        assert (await clerk.get(url)).status_code == 404
        assert (await clerk.post(url, data=item())).status_code == 404
        assert (await clerk.post(f"{url}/remove")).status_code == 404
    for version in (2, 2**40, 2**80):
        url = f"/matters/{matter.id}/plan/{version}"
        assert (await clerk.get(url)).status_code == 404
        assert (await clerk.post(f"{url}/items", data=item())).status_code == 404
    assert await PlanItem.all().count() == 2


async def test_a_frozen_plan_refuses_every_crafted_request(world, client):
    matter = await matter_at(world, "proposal")
    await plan_of(matter)
    before = await Funding.all().values_list("payer", "amount")
    secretary = await client("李书记")
    url = f"/matters/{matter.id}/plan/1"
    for path in ("items", "items/1", "items/1/remove", "freeze"):
        answer = await secretary.post(f"{url}/{path}", data=item())
        assert answer.status_code == 422, path
        assert "方案第1版已经定稿，不能再改" in answer.text
    assert (await secretary.get(f"{url}/items/1")).status_code == 404
    assert await Funding.all().values_list("payer", "amount") == before
    assert await Plan.all().count() == 1


@pytest.mark.parametrize("name", ["赵大妈", "陈先生", "visitor"])
async def test_everyone_reads_frozen_versions_and_only_staff_the_draft(world, client, name):
    matter = await matter_at(world, "consultation")
    await plan_of(matter)
    draft = await plan_of(matter, version=2, frozen=False)
    await PlanItem.filter(plan=draft, number=1).update(name="还在商量的内容")
    reader, clerk = await client(name), await client("张经办")
    url = f"/matters/{matter.id}/plan"
    assert (await reader.get(url)).headers["location"] == f"{url}/1"
    page = (await reader.get(f"{url}/1")).text
    assert "更换排水主管" in page
    assert "480,000.00" in page
    assert '<form class="act"' not in page
    assert (await reader.get(f"{url}/2")).status_code == 404
    assert "还在商量的内容" not in (await reader.get(f"/matters/{matter.id}/consultation")).text
    assert "还在商量的内容" in (await clerk.get(f"{url}/2")).text
    assert (await reader.post(f"{url}/start")).status_code == 403
    assert (await reader.post(f"{url}/1/items", data=item())).status_code == 403
    assert (await reader.get(f"{url}/1/items")).status_code == 404


async def test_the_final_plan_shows_item_by_item_what_changed_from_version_one(world, client):
    matter = await matter_at(world, "consultation")
    await plan_of(matter)
    clerk, secretary, reader = (
        await client("张经办"),
        await client("李书记"),
        await client("visitor"),
    )
    url = f"/matters/{matter.id}/plan"
    assert (await clerk.post(f"{url}/start")).headers["location"] == f"{url}/2"
    await clerk.post(f"{url}/2/items/2/remove")
    await clerk.post(f"{url}/2/items", data=item())
    typed = item(name="更换排水主管", category="basic", **{"pay-treasury": "500000"})
    await clerk.post(f"{url}/2/items/1", data=typed)
    assert (await secretary.post(f"{url}/2/freeze")).status_code == 303
    page = (await reader.get(f"{url}/2")).text
    assert "和第1版相比" in page
    for words in (
        "新增",
        "取消",
        "修改",
        "480,000.00 元 → 500,000.00 元",
        "36,000.50 元 → 0.00 元",
    ):
        assert words in page
    assert "和第1版相比" not in (await reader.get(f"{url}/1")).text


async def test_gaps_between_opinions_and_items_are_listed_both_ways(world, client):
    matter = await matter_at(world, "proposal")
    lamps = await Group.create(matter=matter, title="楼道灯太暗")
    await said(matter, "三楼的灯不亮", group=lamps)
    await said(matter, "我家门口也暗", group=lamps)
    await Answer.create(group=lamps, verdict="adopted", reason="会换", answered_at=NOW)
    await said(matter, "水管漏水，电话13800001234", verdict="partly")
    await said(matter, "想要游泳池", verdict="declined")
    await said(matter, "还没有答复的")
    aside = await said(matter, "外地人的意见", verdict="adopted")
    await Opinion.filter(id=aside.id).update(set_aside="找不到这个人")
    clerk = await client("张经办")
    url = f"/matters/{matter.id}/plan/1"
    await clerk.post(f"/matters/{matter.id}/plan/start")
    form = (await clerk.get(f"{url}/items")).text
    assert "楼道灯太暗（2条意见）" in form
    assert "游泳池" not in form
    assert "外地人" not in form
    await clerk.post(f"{url}/items", data=item())
    page = (await clerk.get(url)).text
    assert "采纳了、方案里还没有对应内容的意见（2）" in page
    assert "没有对应意见的改造内容（1）" in page
    assert "13800001234" not in page
    base = f"/matters/{matter.id}"
    for link in (f"{base}/opinions/groups/1", f"{base}/opinions/3", f"{base}/plan/1/items/1"):
        assert f'href="{link}"' in page
    stage = (await clerk.get(f"/matters/{matter.id}/proposal")).text
    assert "2条（组）采纳的意见在方案里没有对应内容，1项改造内容没有对应意见" in stage

    answer = await clerk.post(f"{url}/items/1", data=item(heard=["g1", "o3"]))
    assert answer.status_code == 303, answer.text
    page = (await clerk.get(url)).text
    assert 'id="gaps"' not in page
    assert "水管漏水" in page
    assert await PlanItem.filter(opinions__opinion__group=lamps).distinct().count() == 1


async def test_an_opinions_own_answer_counts_before_its_groups(world, client):
    matter = await matter_at(world, "proposal")
    group = await Group.create(matter=matter, title="加装电梯")
    await said(matter, "要电梯", group=group, verdict="declined")
    await Answer.create(group=group, verdict="adopted", reason="会装", answered_at=NOW)
    clerk = await client("张经办")
    await clerk.post(f"/matters/{matter.id}/plan/start")
    assert "加装电梯" not in (await clerk.get(f"/matters/{matter.id}/plan/1/items")).text


async def test_an_item_for_the_owners_says_so_to_everyone(world, client):
    matter = await matter_at(world, "proposal")
    plan = await plan_of(matter)
    await PlanItem.filter(plan=plan, number=1).update(owners_reason="rebuild")
    page = (await (await client("visitor")).get(f"/matters/{matter.id}/plan/1")).text
    assert "依法须由业主共同决定（改建、重建建筑物及其附属设施）" in page


async def test_a_drawing_is_read_by_whoever_may_read_its_version(world, client):
    matter, other = await matter_at(world, "proposal"), await matter_at(world, "proposal")
    await plan_of(other)
    plan = await plan_of(matter, frozen=False)
    clerk, visitor = await client("张经办"), await client("visitor")
    url = f"/matters/{matter.id}/plan/1"
    picture = b"\x89PNG\r\n\x1a\n a drawing"
    for name, content, status in (
        ("图.docx", b"PK", 422),
        ("图.svg", b"<svg onload=alert(1)>", 422),
        ("管线图.png", picture, 303),
    ):
        sent = {"files": (name, content, "image/png")}
        answer = await clerk.post(f"{url}/items/1/files", files=sent)
        assert answer.status_code == status, answer.text
    assert (await visitor.post(f"{url}/items/1/files", files=sent)).status_code == 404
    assert "管线图.png" in (await clerk.get(f"{url}/items/1")).text
    assert (await visitor.get(f"{url}/files/1")).status_code == 404
    plan.frozen_at = world.now
    await plan.save()
    answer = await visitor.get(f"{url}/files/1")
    assert (answer.content, answer.headers["content-type"]) == (picture, "image/png")
    assert "管线图.png" in (await visitor.get(url)).text
    for wrong in (f"/matters/{other.id}/plan/1/files/1", f"{url}/files/2", f"{url}/files/{2**80}"):
        assert (await visitor.get(wrong)).status_code == 404
    assert (await clerk.post(f"{url}/items/1/files/1/remove")).status_code == 422


async def test_dissent_and_the_fingerprint_stand_with_the_plan(world, client):
    matter = await matter_at(world, "consultation")
    await plan_of(matter)
    clerk, visitor = await client("张经办"), await client("visitor")
    base = f"/matters/{matter.id}/consultation"
    for id, name in enumerate(("示例供水公司", "示例供电公司"), 1):
        call = {"name": name, "seat": "x", "due_on": "2026-03-09"}
        await clerk.post(f"{base}/invite", data=call)
        said = {"stance": "disagree", "reason": "压力不够", "respondent": "郑主管"}
        if id == 2:
            said |= {"stance": "conditional", "conditions": "夜间停工"}
        await clerk.post(f"{base}/invitations/{id}/position", data=said)
    no = {"item": "declined", "answer": "工期不允许"}
    assert (await clerk.post(f"{base}/conditions/1", data=no)).status_code == 303
    page = (await visitor.get(f"/matters/{matter.id}/plan/1")).text
    for words in ("不同意见", "压力不够", "没有采纳的条件：夜间停工", "说明：工期不允许"):
        assert words in page
    assert plan_digest(await items_of(await newest(matter)))[:32] in page


async def test_the_page_says_whether_owners_must_decide(world, client):
    matter = await matter_at(world, "consultation")
    plan = await plan_of(matter)
    visitor, url = await client("visitor"), f"/matters/{matter.id}/plan/1"
    page = (await visitor.get(url)).text
    assert "方案没有标明须由业主共同决定的内容" in page
    assert "居民出资合计80,000.00元" in page
    await PlanItem.filter(plan=plan, number=2).update(owners_reason="common")
    for path in (url, f"/matters/{matter.id}/consultation"):
        page = (await visitor.get(path)).text
        assert "第2项“更换楼道灯”：改变共有部分用途或利用共有部分经营" in page
        assert "四分之三以上" in page
