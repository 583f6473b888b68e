import gzip
import re
from datetime import date

import pytest

from deliberation.matters.models import Matter, PlanItem
from deliberation.stages.implementation.models import (
    Evaluation,
    Milestone,
    OwnersDecision,
    Spending,
    Variation,
)
from tests.cast import matter_at, plan_of

pytestmark = pytest.mark.anyio


async def works(world, stage="implementation"):
    """(matter, its two items, the URL of its works)."""
    matter = await matter_at(world, stage)
    plan = await plan_of(matter)
    return matter, await PlanItem.filter(plan=plan), f"/matters/{matter.id}/implementation"


def payment(**changes) -> dict:
    return {
        "kind": "payment",
        "payer": "treasury",
        "amount": "1000.50",
        "paid_on": "2026-03-01",
        "voucher": "付-001",
        "recipient": "示例市政公司",
    } | changes


def variation(**changes) -> dict:
    return {
        "kind": "changed",
        "change": "主管改用更粗的管子",
        "reason": "现场管径不够",
        "difference": "0.01",
        "payer": "treasury",
        "beyond": "yes",
    } | changes


def numbers(text: str) -> str:
    """The page without tags and spaces."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", text))


async def test_everyone_sees_steps_and_money_but_only_staff_see_vouchers(world, client):
    matter, items, url = await works(world)
    clerk = await client("张经办")
    item = f"{url}/items/{items[0].id}"
    step = {"title": "竣工验收", "planned_on": "2026-06-30"}
    assert (await clerk.post(f"{item}/milestones", data=step)).status_code == 303
    done = {"milestone": "1", "done_on": "2026-03-02", "report": "两栋楼全部通水，验收合格"}
    assert (await clerk.post(f"{item}/report", data=done)).status_code == 303
    assert (await clerk.post(f"{item}/spend", data=payment())).status_code == 303

    assert "付-001" in (await clerk.get(item)).text
    for name in ("visitor", "赵大妈", "陈先生"):
        person = await client(name)
        page = await person.get(url)
        assert page.status_code == 200
        for shown in ("2026年6月30日", "2026年3月2日", "两栋楼全部通水", "1,000.50", "516,000.50"):
            assert shown in page.text, (name, shown)
        assert "付-001" not in page.text
        assert (await person.get(item)).status_code == 404
    for name in ("孙监督", "刘干部"):
        page = await (await client(name)).get(item)
        assert "付-001" in page.text
        assert "记入台账" not in page.text


async def test_a_supervisor_looks_but_may_not_record(world, client):
    _, items, url = await works(world)
    answer = await (await client("孙监督")).post(f"{url}/items/{items[0].id}/spend", data=payment())
    assert answer.status_code == 403
    assert "这一步由" in answer.text
    resident = await client("赵大妈")
    assert (
        await resident.post(f"{url}/items/{items[0].id}/spend", data=payment())
    ).status_code == 404
    assert await Spending.all().count() == 0


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"amount": "-1"}, "金额不能是负数"),
        ({"amount": "0"}, "金额要大于0"),
        ({"amount": "1000000000000"}, "金额太大"),
        ({"amount": "1e12"}, "请填写金额"),
        ({"amount": "1.005"}, "最多两位小数"),
        ({"paid_on": "2026-03-03"}, "日期不能晚于今天"),
        ({"payer": ""}, "付款要选资金来源"),
        ({"payer": "lottery"}, "请从列出的选项里选"),
        ({"kind": "contract"}, "合同价和结算价不用选"),
        ({"voucher": "\x00"}, "请填写凭证号"),
    ],
)
async def test_a_wrong_entry_comes_back_with_what_was_typed(world, client, changes, sentence):
    _, items, url = await works(world)
    clerk = await client("张经办")
    answer = await clerk.post(f"{url}/items/{items[0].id}/spend", data=payment(**changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "示例市政公司" in answer.text
    assert await Spending.all().count() == 0


async def test_a_payment_of_today_in_shanghai_is_not_in_the_future(world, client):
    _, items, url = await works(world)
    clerk = await client("张经办")
    answer = await clerk.post(
        f"{url}/items/{items[0].id}/spend", data=payment(paid_on="2026-03-02")
    )
    assert answer.status_code == 303


async def test_the_same_payment_sent_twice_counts_once(world, client):
    _, items, url = await works(world)
    clerk = await client("张经办")
    item = f"{url}/items/{items[0].id}"
    assert (await clerk.post(f"{item}/spend", data=payment())).status_code == 303
    again = await clerk.post(f"{item}/spend", data=payment())
    assert again.status_code == 422
    assert "已经登记过" in again.text
    assert await Spending.all().count() == 1


async def test_items_steps_and_entries_of_another_matter_are_not_reached(world, client):
    _, items, url = await works(world)
    other, others, other_url = await works(world)
    clerk = await client("张经办")
    assert (await clerk.get(f"{url}/items/{others[0].id}")).status_code == 404
    answer = await clerk.post(f"{url}/items/{others[0].id}/spend", data=payment())
    assert answer.status_code == 404
    step = await Milestone.create(
        item=others[0], title="开工", planned_on=date(2026, 4, 1), recorded_at=world.now
    )
    form = {"milestone": step.id, "done_on": "2026-03-01", "report": "开工了"}
    answer = await clerk.post(f"{url}/items/{items[0].id}/report", data=form)
    assert answer.status_code == 422
    assert "这一项没有这个节点" in answer.text
    await clerk.post(f"{other_url}/items/{others[0].id}/spend", data=payment())
    entry = await Spending.get()
    form = {"spending": entry.id, "reason": "记错"}
    answer = await clerk.post(f"{url}/items/{items[0].id}/reverse", data=form)
    assert answer.status_code == 422
    assert "这一笔不能冲销" in answer.text
    assert await Spending.all().count() == 1
    for hostile in ("99999999999999999999", "0"):
        assert (await clerk.get(f"{url}/items/{hostile}")).status_code == 404
        form = {"spending": hostile, "reason": "记错"}
        answer = await clerk.post(f"{url}/items/{items[0].id}/reverse", data=form)
        assert answer.status_code == 422


async def test_a_reversed_entry_stays_visible_with_its_reason(world, client):
    _, items, url = await works(world)
    clerk = await client("张经办")
    item = f"{url}/items/{items[0].id}"
    await clerk.post(f"{item}/spend", data=payment())
    entry = await Spending.get()
    form = {"spending": entry.id, "reason": "金额看错一位"}
    assert (await clerk.post(f"{item}/reverse", data=form)).status_code == 303
    page = (await clerk.get(item)).text
    assert "金额看错一位" in page
    assert "-1,000.50" in page
    again = await clerk.post(f"{item}/reverse", data=form)
    assert again.status_code == 422
    assert await Spending.all().count() == 2


async def test_the_secretary_sends_a_matter_back_for_a_change_beyond_the_resolution(world, client):
    matter, items, url = await works(world)
    clerk, secretary = await client("张经办"), await client("李书记")
    item = f"{url}/items/{items[0].id}"
    assert (await clerk.post(f"{item}/vary", data=variation())).status_code == 303
    page = (await clerk.get(url)).text
    assert "有超出决议的变更，请退回商议或表决" in page
    assert "主管改用更粗的管子" in page
    assert "因变更退回并公告" not in page
    form = {"to": "vote", "reason": "总价超出决议"}
    assert (await clerk.post(f"{url}/send-back", data=form)).status_code == 403
    wrong = await secretary.post(f"{url}/send-back", data=form | {"to": "opinions"})
    assert wrong.status_code == 422
    assert "因变更退回并公告" in (await secretary.get(url)).text
    assert (await secretary.post(f"{url}/send-back", data=form)).status_code == 303
    assert (await Matter.get(id=matter.id)).stage == "vote"
    assert (await Variation.get()).settled_at == world.now
    assert "已因此退回" in (await (await client("visitor")).get(url)).text


async def test_what_would_publish_a_phone_is_refused(world, client):
    _, items, url = await works(world)
    clerk = await client("张经办")
    answer = await clerk.post(
        f"{url}/items/{items[0].id}/vary", data=variation(reason="住户13800005678要求")
    )
    assert answer.status_code == 422
    assert "文字里有手机号码，这里会公开，请改写" in answer.text
    assert await Variation.all().count() == 0


async def test_the_owners_decision_is_attached_while_the_resolution_hangs(world, client):
    matter = await matter_at(world, "decision_notice")
    clerk = await client("张经办")
    url = f"/matters/{matter.id}/implementation/attach-owners"
    form = {"kind": "owners", "decided_on": "2026-03-01", "description": "业主大会表决通过"}
    assert (await (await client("赵大妈")).post(url, data=form)).status_code == 403
    future = await clerk.post(url, data=form | {"decided_on": "2026-03-03"})
    assert future.status_code == 422
    assert "业主大会表决通过" in future.text
    answer = await clerk.post(url, data=form)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/matters/{matter.id}/decision_notice"
    assert (await clerk.post(url, data=form)).status_code == 422
    assert await OwnersDecision.filter(matter=matter, kind="owners").count() == 1
    public = (await (await client("visitor")).get(url)).text
    assert "业主大会表决通过" in public
    assert "附上业主决定" not in public


async def test_a_household_evaluates_twice_and_the_last_one_counts(world, client):
    matter, _, _ = await works(world, "result_notice")
    url = f"/matters/{matter.id}/evaluation"
    neighbour = await client("赵大妈")
    assert "您满意吗" in (await neighbour.get(url)).text
    walked = {"comment": "楼道亮了", "step": "review"}
    empty = await neighbour.post(url, data={"verdict": "", **walked})
    assert empty.status_code == 422
    assert "请选一个答案" in empty.text
    assert "楼道亮了" in empty.text
    review = await neighbour.post(url, data={"verdict": "fair", **walked})
    assert review.status_code == 200 and "楼道亮了" in review.text
    back = (await neighbour.post(url, data={"verdict": "fair", "step": "ask"})).text
    assert 'value="fair" checked' in back
    assert (await neighbour.get(f"{url}/sent")).status_code == 404
    assert await Evaluation.all().count() == 0
    said = re.compile(r"您家已经评过.*?评的是“不满意”。交上去，就换成这一次的", re.S)
    for verdict in ("dissatisfied", "satisfied"):
        data = {"verdict": verdict, "comment": "拨打13800005678", "before": ""}
        if verdict == "satisfied":  # from another tab, whose page knew of no first one
            unseen = await neighbour.post(f"{url}/submit", data=data)
            assert unseen.status_code == 422 and said.search(unseen.text)
            assert (await Evaluation.get()).verdict == "dissatisfied"
            data["before"] = re.search(r'name="before" value="([^"]+)"', unseen.text)[1]
            looked = await neighbour.post(url, data=data | {"step": "review"})
            assert said.search(looked.text) and data["before"] in looked.text
        answer = await neighbour.post(f"{url}/submit", data=data)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{url}/sent")
    assert (await Evaluation.get()).verdict == "satisfied"
    thanks = (await neighbour.get(f"{url}/sent")).text
    assert "谢谢，您家的评议已收到" in thanks
    public = (await (await client("visitor")).get(url)).text
    assert "不到5户，不分开显示" in public and "100%" not in public and "1 / 1" not in public
    assert "拨打" not in public
    await Evaluation.bulk_create(
        Evaluation(matter=matter, household=home, verdict="fair", given_at=world.now)
        for room, home in world.households.items()
        if room not in ("1-101", "elsewhere")
    )
    public = numbers((await (await client("visitor")).get(url)).text)
    assert "满意1/5户（20%）" in public and "基本满意4/5户（80%）" in public
    staff = (await (await client("张经办")).get(url)).text
    assert "拨打［已隐去］" in staff
    assert "13800005678" not in staff


async def test_a_household_of_another_community_cannot_evaluate(world, client):
    matter, _, _ = await works(world)
    stranger = await client("陈先生")
    answer = await stranger.post(
        f"/matters/{matter.id}/evaluation/submit", data={"verdict": "dissatisfied", "comment": ""}
    )
    assert answer.status_code == 403
    assert await Evaluation.all().count() == 0
    page = (await stranger.get(f"/matters/{matter.id}/evaluation")).text
    assert "看一看再交" not in page


async def test_staff_write_down_a_verdict_for_a_home_found_by_building_and_room(world, client):
    matter, _, _ = await works(world)
    url = f"/matters/{matter.id}/evaluation"
    clerk = await client("张经办")
    form = {
        "place": world.buildings[1].id,
        "room": "102",
        "channel": "visit",
        "verdict": "fair",
        "comment": "",
    }
    assert (await clerk.post(f"{url}/record", data=form)).status_code == 303
    assert (await Evaluation.get()).household_id == world.households["1-102"].id
    nowhere = await clerk.post(f"{url}/record", data=form | {"room": "999"})
    assert nowhere.status_code == 422
    assert "名册上没有1号楼999" in nowhere.text
    far = await clerk.post(
        f"{url}/record", data=form | {"place": world.elsewhere.id, "room": "301"}
    )
    assert far.status_code == 422
    resident = await client("赵大妈")
    assert (await resident.post(f"{url}/record", data=form)).status_code == 403
    assert await Evaluation.all().count() == 1


async def test_nobody_evaluates_before_the_works_began(world, client):
    matter = await matter_at(world, "vote")
    url = f"/matters/{matter.id}/evaluation"
    neighbour = await client("赵大妈")
    assert (await neighbour.get(url)).status_code == 404
    answer = await neighbour.post(f"{url}/submit", data={"verdict": "fair", "comment": ""})
    assert answer.status_code in (403, 404)
    assert await Evaluation.all().count() == 0


async def test_a_page_of_thirty_items_stays_small_for_a_slow_phone(world, client):
    matter, items, url = await works(world)
    for number in range(3, 31):
        item = await PlanItem.create(
            plan_id=items[0].plan_id, number=number, name=f"改造项目{number}", category="basic"
        )
        for title in ("开工", "隐蔽工程验收", "竣工验收"):
            await Milestone.create(
                item=item,
                title=title,
                planned_on=date(2026, 4, 1),
                done_on=date(2026, 4, 2),
                report="按图施工，验收合格",
                recorded_at=world.now,
            )
    page = (await (await client("visitor")).get(url)).text
    assert "改造项目30" in page
    assert len(gzip.compress(page.encode())) < 30_000
