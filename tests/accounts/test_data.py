"""我的资料: seen, taken along and put right, by whom it is of and nobody else."""

import pytest

from deliberation.log.models import Entry
from deliberation.people.models import Correction
from deliberation.stages.opinions.survey.rules import Given
from tests.accounts.helpers import PHONE, give_phone
from tests.opinions.test_actions import opened, said

pytestmark = pytest.mark.anyio
WRONG = "名字应当是赵大妈的妈，电话13800001111"


async def test_everybody_sees_and_takes_along_what_is_kept_of_them(app, world, client):
    await give_phone(app, world.people["赵大妈"])
    given = Given({"fee": "unwilling"}, frozenset({"roof"}))
    more = {"stance": "agree", "given": given}
    await said(world, await opened(world), text="下水管又堵了", **more)
    mine = await client("赵大妈")
    page = (await mine.get("/me/data")).text
    assert "1号楼101" in page and "199****1234" in page and PHONE not in page
    taken = (await mine.get("/me/data.json")).json()
    assert taken["资料"]["姓名"] == "赵大妈" and taken["意见"][0]["意见"] == "下水管又堵了"
    assert (taken["意见"][0]["态度"], taken["意见"][0]["想改什么"]) == ("同意改造", "屋面")
    assert taken["意见"][0]["回答"] == {"交物业费": "不愿意"}
    assert PHONE not in str(taken)
    other = (await (await client("钱师傅")).get("/me/data.json")).json()
    assert other["意见"] == [] and other["资料"]["姓名"] == "钱师傅"
    for url in ("/me/data", "/me/data.json"):
        assert (await (await client("visitor")).get(url)).status_code == 404


async def test_a_clerk_is_told_what_is_wrong_and_answers(world, client):
    mine, person = await client("赵大妈"), world.people["赵大妈"].id
    assert (await mine.post("/me/data", data={"words": WRONG})).status_code == 303
    again = await mine.post("/me/data", data={"words": "还有生日"})
    assert again.status_code == 422 and "还没有办" in again.text and "还有生日" in again.text
    row = await Correction.get(person_id=person)
    assert "13800001111" not in row.words_cipher
    assert "13800001111" not in str(await Entry.all().values_list("body", flat=True))

    clerk = await client("张经办")
    assert f'href="/people/{person}"' in (await clerk.get("/desk")).text
    assert WRONG in (await clerk.get(f"/people/{person}")).text
    url = f"/people/{person}/corrections/{row.id}"
    assert (await clerk.post(url, data={"answer": ""})).status_code == 422
    assert (await clerk.post(url, data={"answer": "已经改好"})).status_code == 303
    twice = await clerk.post(url, data={"answer": "已经改好"})
    assert twice.status_code == 422 and "别人已经办了" in twice.text
    assert "社区：已经改好" in (await mine.get("/me/data")).text
    assert f'href="/people/{person}"' not in (await clerk.get("/desk")).text


async def test_only_a_clerk_of_the_community_settles_it(world, client):
    await (await client("赵大妈")).post("/me/data", data={"words": WRONG})
    row = await Correction.all().first()
    url = f"/people/{row.person_id}/corrections/{row.id}"
    for name, status in (("visitor", 404), ("钱师傅", 404), ("李书记", 403)):
        answer = await (await client(name)).post(url, data={"answer": "好"})
        assert answer.status_code == status, name
    assert (await Correction.get(id=row.id)).settled_at is None
