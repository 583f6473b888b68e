import re
from datetime import date

import pytest

from deliberation.calendar import end_of
from deliberation.matters.models import Matter
from deliberation.stages.consultation import invitations
from deliberation.stages.consultation.models import Condition, Invitation, Position
from deliberation.stages.consultation.rules import SEATS
from tests.cast import matter_at, plan_of
from tests.matters.helpers import all_confirm

pytestmark = pytest.mark.anyio
CALL = {
    "held_at": "2026-03-02T09:00",
    "venue": "社区会议室",
    "chair": "李书记",
    "recorder": "张经办",
    "agenda": "逐项讨论方案",
}


def asked(**changes) -> dict:
    return {
        "name": "示例供水公司",
        "contact": "郑主管",
        "phone": "0371-6000 0009",
        "seat": "x",
        "due_on": "2026-03-09",
    } | changes


async def test_a_consultation_runs_from_the_first_invitation_to_the_vote(world, client):
    matter = await matter_at(world, "consultation")
    plan = await plan_of(matter)
    url = f"/matters/{matter.id}/consultation"
    clerk, secretary = await client("张经办"), await client("李书记")
    for number, seat in enumerate(SEATS, 1):
        answer = await clerk.post(f"{url}/invite", data=asked(name=f"示例单位{number}", seat=seat))
        assert answer.status_code == 200 and "/invited#" in answer.text, "the letter, at once"
    assert "还在等6家单位的书面意见" in (await clerk.get(url)).text
    for id in range(1, 6):
        said = {"stance": "agree", "what-1": "派人配合", "respondent": "何经理"}
        posted = await clerk.post(f"{url}/invitations/{id}/position", data=said)
        assert posted.status_code == 303, posted.text
    said = {"stance": "conditional", "reason": "要避让", "conditions": "避开管线\n\n夜间停工\n"}
    said["respondent"] = "郑主管"
    assert (await clerk.post(f"{url}/invitations/6/position", data=said)).status_code == 303
    assert await Condition.all().values_list("text", flat=True) == ["避开管线", "夜间停工"]
    for id, item in ((1, "1"), (2, "declined")):
        said = {"item": item, "answer": "已按要求调整" if item == "1" else "工期不允许"}
        assert (await clerk.post(f"{url}/conditions/{id}", data=said)).status_code == 303

    await clerk.post(f"{url}/convene", data=CALL)
    people = [str(world.people[name].id) for name in ("李书记", "王主任", "吴委员")]
    written = {"present": people, "points": "供水公司到会，同意避让。"}
    assert (await clerk.post(f"{url}/meetings/1", data=written)).status_code == 303
    await all_confirm(client, url, ["李书记", "王主任", "吴委员"])
    assert (await secretary.post(f"{url}/conclude")).status_code == 403

    plan.frozen_at = world.now.replace(year=2025)
    await plan.save()
    assert "最终方案还没有定稿" in (await secretary.get(url)).text
    kept = await secretary.post(f"/matters/{matter.id}/plan/1/keep")
    assert kept.status_code == 303, kept.text
    said = "示例单位6的条件写明改了方案第1项，但这一项还没有改动"
    stays = await clerk.post(f"/matters/{matter.id}/advance", data={"stage": "consultation"})
    assert (stays.status_code, said in stays.text) == (422, True)
    await clerk.post(f"/matters/{matter.id}/plan/start")
    changed = {"name": "更换排水主管", "category": "basic", "pay-treasury": "480000"}
    await clerk.post(f"/matters/{matter.id}/plan/3/items/1", data=changed)
    frozen = await secretary.post(f"/matters/{matter.id}/plan/3/freeze")
    assert frozen.status_code == 303, frozen.text
    moved = await clerk.post(f"/matters/{matter.id}/advance", data={"stage": "consultation"})
    assert moved.status_code == 303, moved.text
    assert (await Matter.get(id=matter.id)).stage == "vote"


async def test_who_was_sent_nothing_is_the_clerks_task_and_never_absent(world, client):
    matter = await matter_at(world, "consultation")
    url, clerk = f"/matters/{matter.id}/consultation", await client("张经办")
    for name in ("示例供水公司", "示例供电公司"):
        await clerk.post(f"{url}/invite", data=asked(name=name))
    await clerk.post(f"{url}/invitations/1/revoke")
    world.now = end_of(date(2026, 3, 9))
    await invitations.lapse(world.now)
    page = (await clerk.get(url)).text
    assert page.count("没有发出邀请") == 2, "in the table and on its card"
    assert "示例供水公司缺席" not in page and "示例供电公司缺席" in page
    for told in (page, (await clerk.get("/desk")).text):
        assert "示例供水公司的答复链接还没有发" in told
    again = await clerk.post(f"{url}/invitations/1/link", data={"due_on": "2026-03-11"})
    assert "/invited#" in again.text
    assert "的答复链接还没有发" not in (await clerk.get(url)).text


async def test_a_mistaken_invitation_is_withdrawn_and_a_name_corrected_until_it_answers(
    world, client
):
    matter = await matter_at(world, "consultation")
    url, clerk = f"/matters/{matter.id}/consultation", await client("张经办")
    letter = (await clerk.post(f"{url}/invite", data=asked(name="示例供电公司"))).text
    await clerk.post(f"{url}/invite", data=asked(name="示例供水公"))
    one, two = f"{url}/invitations/1", f"{url}/invitations/2"
    taken = await clerk.post(f"{two}/correct", data={"name": "示例供电公司"})
    assert taken.status_code == 422 and "单位里已经有示例供电公司" in taken.text
    assert (await clerk.post(f"{two}/correct", data={"name": "示例供水公司"})).status_code == 303
    page = (await clerk.get(url)).text
    assert "示例供水公司" in page
    assert "<details open><summary>邀请单位" in page, "while seats are empty"

    browser = await client("visitor")
    await browser.post("/invited", data={"code": re.search(r"/invited#[\w-]+", letter)[0]})
    assert (await clerk.post(f"{one}/withdraw")).status_code == 303
    page = (await clerk.get(url)).text
    assert "撤回的邀请（1）" in page and "还在等1家单位的书面意见" in page
    assert '<option value="1"' not in page.split("已登记的单位")[1], "asked by mistake only"
    assert "这个链接已经作废" in (await browser.get("/invited/1")).text
    agreed = {"stance": "agree", "respondent": "何经理"}
    assert "没有邀请这个单位" in (await clerk.post(f"{one}/position", data=agreed)).text
    world.now = end_of(date(2026, 3, 9))
    await invitations.lapse(world.now)
    assert "示例供电公司缺席" not in (await clerk.get(url)).text

    again = asked(name="示例供电公司", seat="property", due_on="2026-03-12")
    assert "/invited#" in (await clerk.post(f"{url}/invite", data=again)).text
    page = (await clerk.get(url)).text
    assert "撤回的邀请" not in page and "还在等1家单位的书面意见：示例供电公司" in page
    await clerk.post(f"{one}/position", data=agreed)
    for late in (f"{one}/withdraw", f"{one}/correct"):
        refused = await clerk.post(late, data={"name": "别的名称"})
        assert refused.status_code == 422 and "已经答复" in refused.text


@pytest.mark.parametrize("name", ["赵大妈", "陈先生", "visitor"])
async def test_everyone_reads_what_the_organisations_said_but_not_whom_to_call(world, client, name):
    matter = await matter_at(world, "consultation")
    url = f"/matters/{matter.id}/consultation"
    clerk, reader = await client("张经办"), await client(name)
    await clerk.post(f"{url}/invite", data=asked())
    said = {
        "stance": "disagree",
        "reason": "水压不够，问19900001234",
        "what-1": "年底前改造泵房",
        "respondent": "郑主管",
    }
    await clerk.post(f"{url}/invitations/1/position", data=said)
    page = (await reader.get(url)).text
    for shown in ("示例供水公司", "不同意", "水压不够", "年底前改造泵房"):
        assert shown in page
    for kept in ("19900001234", "郑主管", "0371-6000 0009", "邀请单位", "登记书面意见"):
        assert kept not in page
    page = (await clerk.get(url)).text
    assert "郑主管" in page
    assert "19900001234" in page


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("invite", asked()),
        ("invitations/1/position", {"stance": "agree", "respondent": "何经理"}),
        ("invitations/1/link", {"due_on": "2026-03-09"}),
        ("invitations/1/revoke", {}),
        ("invitations/1/withdraw", {}),
        ("invitations/1/correct", {"name": "别的"}),
        ("explain", {"seat": "counsel", "reason": "没有"}),
    ],
)
async def test_a_resident_sees_the_page_and_may_do_nothing_on_it(world, client, path, data):
    matter = await matter_at(world, "consultation")
    url = f"/matters/{matter.id}/consultation"
    clerk, neighbour = await client("张经办"), await client("赵大妈")
    await clerk.post(f"{url}/invite", data=asked())
    answer = await neighbour.post(f"{url}/{path}", data=data)
    assert answer.status_code == 403
    assert "这一步由" in answer.text
    assert (await Invitation.all().count(), await Position.all().count()) == (1, 0)


async def test_rows_of_another_matter_are_not_found(world, client):
    matter, other = await matter_at(world, "consultation"), await matter_at(world, "consultation")
    clerk = await client("张经办")
    await clerk.post(f"/matters/{other.id}/consultation/invite", data=asked())
    said = {"stance": "conditional", "reason": "要避让", "conditions": "避开管线"}
    said["respondent"] = "郑主管"
    await clerk.post(f"/matters/{other.id}/consultation/invitations/1/position", data=said)
    url = f"/matters/{matter.id}/consultation"
    for id in (1, 2, 2**40, 2**80):
        for path in (f"invitations/{id}/position", f"invitations/{id}/link", f"conditions/{id}"):
            answer = await clerk.post(
                f"{url}/{path}", data=said | {"item": "declined", "answer": "改"}
            )
            assert answer.status_code == 404, path
    assert (await Condition.get(id=1)).met is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"seat": "throne"}, "请从列出的选项里选"),
        ({"organisation": "77"}, "请从列出的选项里选"),
        ({"due_on": "2026-03-02"}, "答复期限至少到明天"),
        ({"due_on": "9999-99-99"}, "日期请写成"),
        ({"name": "\x00"}, "请选一个单位，或者写新单位的名称"),
        ({"name": "长" * 81}, "最多80个字"),
    ],
)
async def test_a_wrong_invitation_comes_back_with_what_was_typed(world, client, changes, sentence):
    matter = await matter_at(world, "consultation")
    clerk = await client("张经办")
    url = f"/matters/{matter.id}/consultation/invite"
    answer = await clerk.post(url, data=asked(**changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "郑主管" in answer.text
    assert "organisation" in changes or 'class="error"' in answer.text, "at its field"
    assert "现在还不能办" not in answer.text
    assert await Invitation.all().count() == 0


async def test_more_conditions_than_anyone_answers_are_refused(world, client):
    matter = await matter_at(world, "consultation")
    url = f"/matters/{matter.id}/consultation"
    clerk = await client("张经办")
    await clerk.post(f"{url}/invite", data=asked())
    for lines, status in ((30, 303), (31, 422)):
        said = {"stance": "conditional", "reason": "多", "conditions": "改\n" * lines}
        said["respondent"] = "郑主管"
        answer = await clerk.post(f"{url}/invitations/1/position", data=said)
        assert answer.status_code == status
