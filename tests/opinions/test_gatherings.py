"""A bench meeting and a pasted chat: one record, an opinion for each line, nobody named."""

import pytest

from deliberation.log.models import Entry
from deliberation.stages.opinions.coverage import coverage
from deliberation.stages.opinions.gatherings.models import Gathering, Guest
from deliberation.stages.opinions.gatherings.rules import homes, points
from deliberation.stages.opinions.models import Opinion, heard
from tests.opinions.test_actions import answer, code, opened

pytestmark = pytest.mark.anyio
LINES = "1. 楼道灯坏了\n\n1号楼101：下水管堵\n· 停车难：晚上没位子，找我打13812345678"


def test_lines_become_points_and_homes_are_told_from_words():
    found = [(one.number, one.text, one.building, one.room) for one in points(LINES)]
    assert found == [
        (1, "楼道灯坏了", "", ""),
        (3, "下水管堵", "1号楼", "101"),
        (4, "停车难：晚上没位子，找我打13812345678", "", ""),
    ]
    assert [one.text for one in points("1.5米的路太窄\n（2）种树\n2号楼前：太暗")] == [
        "1.5米的路太窄",
        "种树",
        "2号楼前：太暗",
    ]
    assert homes("1号楼 2-301\n2栋102\n老王") == [
        (1, "1号楼", "2-301"),
        (2, "2栋", "102"),
        (3, "", ""),
    ]


async def hold(staff, matter, n=1, **more):
    data = {
        "channel": "bench",
        "place": "3号楼前的凉亭",
        "held_on": "2026-03-02",
        "hosts": "王主任、张经办",
        "came": "12",
        "guests": "1号楼 102",
        "points": LINES,
        "request_code": code(n),
    }
    return await staff.post(f"/matters/{matter.id}/opinions/gatherings/hold", data=data | more)


async def test_a_meeting_is_one_record_public_without_persons_and_can_be_taken_back(world, client):
    matter, staff = await opened(world), await client("张经办")
    url = f"/matters/{matter.id}/opinions/gatherings"
    for _ in range(2):
        assert (await hold(staff, matter)).status_code == 303
    assert await Opinion.all().count() == 3, "the same form twice is one"
    changed = await hold(staff, matter, place="2号楼前")
    assert changed.status_code == 422 and "刚才写的没有收下" in changed.text
    assert await Guest.all().count() == 1
    known = await Opinion.filter(household_id__isnull=False).get()
    assert known.household_id == world.households["1-101"].id and known.text == "下水管堵"
    assert (await Opinion.first()).origin == "3月2日3号楼前的凉亭"
    assert [one.covered for one in await coverage(matter)] == [1, 0]

    public = (await (await client("visitor")).get(url)).text
    for shown in ("3号楼前的凉亭", "2026年3月2日", "来了12人，说了3条", "楼道灯坏了", "［已隐去］"):
        assert shown in public
    for hidden in ("13812345678", "王主任", "101", "102", "撤回"):
        assert hidden not in public
    staffed = (await staff.get(url)).text
    assert "王主任、张经办" in staffed and "写明到场1户" in staffed
    bodies = str([entry.body async for entry in Entry.all()])
    assert "凉亭" not in bodies and "下水管" not in bodies

    id = (await Gathering.get()).id
    assert (await staff.post(f"{url}/take-back", data={"gathering": id})).status_code == 303
    assert await Opinion.filter(heard()).count() == 0 and await Opinion.all().count() == 3
    assert "凉亭" not in (await (await client("visitor")).get(url)).text
    again = await staff.post(f"{url}/take-back", data={"gathering": id})
    assert again.status_code == 422
    assert (await hold(staff, matter)).status_code == 422, "what was taken back is not there"


async def test_wrong_lines_are_named_and_nothing_is_kept(world, client):
    matter, staff = await opened(world), await client("张经办")
    for more, sentence in (
        ({"points": "灯坏了\n1号楼999：停电"}, "第2行：1号楼没有“999”这一户"),
        ({"points": "9号楼101：停电"}, "第1行：涉及范围里没有“9号楼”这栋楼"),
        ({"guests": "老王"}, "到场第1行：看不出是哪一户"),
        ({"place": "1号楼101赵大妈家"}, "请删去"),
        ({"came": ""}, "要写来了多少人"),
        ({"hosts": ""}, "要写主持人"),
        ({"held_on": "2026-03-03"}, "不能晚于今天"),
        ({"points": "好" * 2001}, "第1行太长"),
        ({"channel": "online"}, "请从列出的选项里选"),
    ):
        refused = await hold(staff, matter, **more)
        assert refused.status_code == 422 and sentence in refused.text, sentence
        assert 'class="error"' in refused.text and "现在还不能办" not in refused.text, (
            "at its field"
        )
        assert "灯坏了" in refused.text or "points" in more, "everything typed is kept"
    assert await Opinion.all().count() == await Gathering.all().count() == 0
    assert (await hold(await client("赵大妈"), matter)).status_code == 404


async def test_a_chat_is_for_staff_and_stays_once_it_was_answered(world, client):
    matter, staff = await opened(world), await client("张经办")
    chat = {"channel": "chat", "place": "东风里邻里群", "hosts": "", "came": "", "guests": ""}
    assert (await hold(staff, matter, **chat)).status_code == 303
    url = f"/matters/{matter.id}/opinions/gatherings"
    assert "邻里群" not in (await (await client("visitor")).get(url)).text
    assert "邻里群" in (await staff.get(url)).text
    await answer(world, matter, await Opinion.first())
    kept = await staff.post(f"{url}/take-back", data={"gathering": (await Gathering.get()).id})
    assert kept.status_code == 422 and "已经答复，不能撤回" in kept.text
    assert await Opinion.filter(heard()).count() == 3
