"""我的, and the administrator's list of staff."""

import re
from datetime import date

import pytest

from deliberation.accounts.models import Account
from deliberation.people.models import Appointment, Person
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.vote.models import RollEntry, Vote
from tests.accounts.helpers import PASSWORD, browser, give_phone, staff_account, who
from tests.cast import matter_at
from tests.vote.voting import open_vote

pytestmark = pytest.mark.anyio


def newcomer(world, **changes) -> dict:
    return {
        "name": "郑新人",
        "phone": "199 0000 7777",
        "role": "clerk",
        "place": str(world.community.id),
        "title": "",
        "since": "2026-03-02",
        "username": "zheng",
    } | changes


async def test_me_shows_my_homes_my_opinions_and_the_matters_of_my_community(world, client):
    matter = await matter_at(world, "opinions")
    said = {"channel": "phone", "said_on": date(2026, 3, 1), "received_at": world.now}
    for name, text in (("赵大妈", "水压太低"), ("钱师傅", "路灯不亮")):
        await Opinion.create(matter=matter, person=world.people[name], text=text, **said)
    page = await (await client("赵大妈")).get("/me")
    assert "1号楼101" in page.text and "水压太低" in page.text
    assert f'href="/matters/{matter.id}"' in page.text
    assert "路灯不亮" not in page.text
    other = await (await client("陈先生")).get("/me")
    assert "1号楼301" in other.text and matter.title not in other.text
    assert f'href="/matters/{matter.id}"' not in other.text
    visitor = await (await client("visitor")).get("/me")
    assert (visitor.status_code, visitor.headers["location"]) == (303, "/sign-in")


async def test_me_keeps_what_came_of_own_ballots_and_tells_nobody_else(world, client):
    named, _, _ = await open_vote(world, 10, people=["赵大妈", "钱师傅"])
    secret, vote, _ = await open_vote(world, 10, people=["赵大妈", "钱师傅"], secret=True)
    mine, me = RollEntry.filter(number=901), await client("赵大妈")
    assert "我投过的票" not in (await me.get("/me")).text
    await mine.update(state="voted", channel="phone")
    page = (await me.get("/me")).text
    own, codes = f"/matters/{named.id}/vote/roll/mine", f"/votes/{vote.id}/codes"
    assert own in page and "查“我的票算进去了”" in page and codes not in page
    assert (await me.get(own)).status_code == 200
    assert "我投过的票" not in (await (await client("钱师傅")).get("/me")).text
    for row in await Vote.all():
        for step in ({"status": "closing"}, {"status": "closed", "result": {"outcome": "passed"}}):
            await Vote.filter(id=row.id).update(**step)
    page = (await me.get("/me")).text
    own = f"/matters/{named.id}/votes/{vote.id - 1}/mine"
    assert f"/matters/{secret.id}{codes}" in page and own in page
    assert "名册901号" in (await me.get(own)).text
    assert (await (await client("visitor")).get(own)).status_code == 404


async def test_a_person_sees_who_looked_and_why(world, client, app):
    await give_phone(app, world.people["赵大妈"])
    clerk, person = await client("张经办"), world.people["赵大妈"].id
    await clerk.post(f"/people/{person}/unmask", data={"reason": "通知开会"})
    officer = await client("刘干部")
    for _ in range(2):
        assert (await officer.get(f"/people/{person}")).status_code == 200
    page = await (await client("赵大妈")).get("/me/access")
    assert "张经办看过，原因：通知开会" in page.text
    assert page.text.count("刘干部看过，原因：打开人员页") == 1
    assert "通知开会" not in (await (await client("钱师傅")).get("/me/access")).text


async def test_an_administrator_opens_an_account_with_person_and_appointment(world, client, app):
    admin = await client("管理员")
    opened = await admin.post("/staff", data=newcomer(world))
    assert (opened.status_code, opened.headers["cache-control"]) == (200, "no-store")
    person = await Person.get(name="郑新人")
    assert app.state.phones.reveal(person.phone_cipher) == "19900007777"
    appointment = await Appointment.get(person=person)
    assert (appointment.role, appointment.place_id) == ("clerk", world.community.id)
    async with browser(app) as fresh:
        link = re.search(r"/welcome/[\w-]+", opened.text)[0]
        answer = await fresh.post(link, data={"new": PASSWORD, "again": PASSWORD})
        assert (answer.status_code, await who(fresh)) == (303, "郑新人")
    page = await admin.get("/staff")
    assert "郑新人" in page.text and "向阳社区经办人" in page.text
    account = await Account.get(username="zheng")
    assert (await admin.post(f"/staff/{account.id}/disable")).status_code == 303
    assert "已停用" in (await admin.get("/staff")).text
    assert (await admin.post(f"/staff/{account.id}/enable")).status_code == 303
    reset = await admin.post(f"/staff/{account.id}/password")
    assert (reset.status_code, "/welcome/" in reset.text) == (200, True)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "请填写姓名"),
        ({"phone": "12345"}, "手机号应当是11位数字"),
        ({"role": "visitor"}, "请从列出的选项里选"),
        ({"role": "subdistrict"}, "不能在这一级任命"),
        ({"place": "999"}, "请从列出的选项里选"),
        ({"username": "郑"}, "用户名用2到40个小写字母"),
        ({"since": "2026-02-30"}, "日期请写成"),
    ],
)
async def test_a_wrong_form_opens_nothing_and_keeps_what_was_typed(world, client, change, sentence):
    people = await Person.all().count()
    answer = await (await client("管理员")).post("/staff", data=newcomer(world, **change))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="2026-03-02"' in answer.text or "since" in change
    assert await Person.all().count() == people
    assert not await Account.exists(username="zheng")


async def test_a_name_typed_twice_leaves_one_account(world, client):
    admin = await client("管理员")
    assert (await admin.post("/staff", data=newcomer(world))).status_code == 200
    again = await admin.post("/staff", data=newcomer(world))
    assert (again.status_code, "已经有人用了" in again.text) == (422, True)
    assert await Person.filter(name="郑新人").count() == 1


async def test_a_known_person_gets_an_account_from_their_own_page(world, client):
    admin, person = await client("管理员"), world.people["张经办"].id
    assert "开通工作人员账号" in (await admin.get(f"/people/{person}")).text
    wrong = await admin.post(f"/staff/people/{person}", data={"username": "张"})
    assert (wrong.status_code, "用户名用2到40个小写字母" in wrong.text) == (422, True)
    right = await admin.post(f"/staff/people/{person}", data={"username": "zhang"})
    assert (right.status_code, "/welcome/" in right.text) == (200, True)
    assert "开通工作人员账号" not in (await admin.get(f"/people/{person}")).text


async def test_the_administrators_pages_do_not_exist_for_anyone_else(world, client):
    account, person = await staff_account(world), world.people["赵大妈"].id
    for name in ("visitor", "赵大妈", "陈先生", "张经办", "李书记", "孙监督", "刘干部"):
        someone = await client(name)
        assert (await someone.get("/staff")).status_code == 404
        for url in (
            "/staff",
            f"/staff/people/{person}",
            f"/staff/{account.id}/disable",
            f"/staff/{account.id}/enable",
            f"/staff/{account.id}/password",
        ):
            data = newcomer(world)
            assert (await someone.post(url, data=data)).status_code == 404, (name, url)
    assert (await Account.get(id=account.id)).disabled_at is None


async def test_me_offers_staff_the_pages_their_offices_open_and_only_those(world, client):
    offered = {
        "张经办": {"/people", "/slips", "/places"},
        "李书记": {"/people", "/slips"},
        "管理员": {"/people", "/staff", "/places", "/calendars"},
        "刘干部": {"/people"},
        "赵大妈": set(),
    }
    for name, urls in offered.items():
        someone = await client(name)
        page = (await someone.get("/me")).text
        for url in ("/people", "/slips", "/staff", "/places", "/calendars"):
            assert (f'href="{url}"' in page) is (url in urls), (name, url)
            seen = (await someone.get(url, follow_redirects=True)).status_code
            assert seen == (200 if url in urls else 404), (name, url)


async def test_the_form_for_a_new_account_begins_today(world, client):
    assert 'value="2026-03-02"' in (await (await client("管理员")).get("/staff")).text
