"""Two of the staff sign somebody in at the desk; one alone cannot."""

import re

import pytest

from deliberation.accounts.models import Account, DeskHelp, Session
from deliberation.calendar import local_date
from deliberation.log.models import Entry
from deliberation.people.models import Appointment, Member, Person
from deliberation.procedure import Role
from tests.accounts.helpers import PASSWORD, browser, staff_account, who

pytestmark = pytest.mark.anyio
DONE = "/me/next"


@pytest.fixture
async def desk(world, app):
    """The clerk's browser, signed in; the secretary (li) and the clerk (zhang) have passwords."""
    await staff_account(world)
    await staff_account(world, "李书记", "li")
    async with browser(app) as clerk:
        await clerk.post("/sign-in", data={"username": "zhang", "password": PASSWORD})
        yield clerk


def page_of(world, name: str) -> str:
    return f"/people/{world.people[name].id}/help-sign-in"


def filled(**changes) -> dict[str, str]:
    usual = {"whom": "person", "known_by": "card", "username": "li", "password": PASSWORD}
    return usual | changes


async def test_two_of_the_staff_sign_a_person_in_and_the_person_sees_it(world, desk):
    own = await desk.get(f"/people/{world.people['赵大妈'].id}")
    assert page_of(world, "赵大妈") in own.text
    assert "看过本人的身份证" in (await desk.get(page_of(world, "赵大妈"))).text
    answer = await desk.post(page_of(world, "赵大妈"), data=filled())
    assert (answer.status_code, answer.headers["location"]) == (303, DONE)
    assert answer.headers["clear-site-data"] == '"cache"'
    assert await who(desk) == "赵大妈"
    assert (await desk.get("/people")).status_code == 404  # no office on this browser any more
    session = await Session.get(revoked_at=None)
    assert (session.expires_at - world.now).seconds == 3600
    told = (await desk.get("/me/access")).text
    assert re.search("张经办和李书记两个人在场，看过本人的身份证", told)
    [row] = (await desk.get("/me/data.json")).json()["在社区帮我登录过"]
    assert row["谁"] == "张经办、李书记"
    assert "社区的电脑" in (await desk.get("/me/sessions")).text
    entry = await Entry.filter(act="accounts.help_sign_in").get()
    second = await Account.get(username="li")
    assert (entry.body["witness"], entry.body["known_by"]) == (second.id, "card")


async def test_a_home_is_signed_in_as_one(world, desk):
    member = await Member.filter(person=world.people["赵大妈"]).select_related("household").first()
    await desk.post(page_of(world, "赵大妈"), data=filled(whom=str(member.household_id)))
    assert await who(desk) == f"{member.household.label}（本户）"
    assert "在社区帮您家登录过" in (await desk.get("/me/access")).text


async def test_who_is_not_a_second_one_opens_nothing(world, desk):
    await staff_account(world, "钱师傅", "qian")  # an account without any office
    for changes, said in (
        ({"password": "not-the-password"}, "用户名或者密码不对"),
        ({"username": "zhang"}, "不能是同一个人"),
        ({"username": "qian"}, "第二个人：这一步由"),
        ({"known_by": ""}, "请选怎么认出是本人的"),
        ({"whom": ""}, "请选替谁登录"),
        ({"whom": "7777"}, "请从列出的选项里选"),
    ):
        answer = await desk.post(page_of(world, "赵大妈"), data=filled(**changes))
        assert (answer.status_code, said in answer.text) == (422, True), said
        assert PASSWORD not in answer.text and "not-the-password" not in answer.text
    assert await who(desk) == "张经办"
    assert not await DeskHelp.exists()


async def test_neither_of_the_two_is_whom_they_help(world, desk):
    answer = await desk.post(page_of(world, "李书记"), data=filled())
    assert "自己和自己家的登录" in answer.text
    person = world.people["赵大妈"]
    home = (await Member.filter(person=person).first()).household_id
    await Member.create(person=world.people["李书记"], household_id=home)
    answer = await desk.post(page_of(world, "赵大妈"), data=filled(whom=str(home)))
    assert "自己和自己家的登录" in answer.text
    assert await who(desk) == "张经办"


async def test_it_opens_no_office_of_whoever_is_helped(world, desk):
    """A member of staff who is helped gets what a resident does, as by a slip."""
    person = await Person.get(id=world.people["赵大妈"].id)
    since = local_date(world.now)
    await Appointment.create(person=person, place=world.community, role=Role.CLERK, since=since)
    await desk.post(page_of(world, "赵大妈"), data=filled())
    assert await who(desk) == "赵大妈"
    assert (await desk.get("/people")).status_code == 404


async def test_a_resident_and_the_administrator_find_no_such_page(world, client):
    for name in ("钱师傅", "管理员"):
        asked = await client(name)
        assert (await asked.get(page_of(world, "赵大妈"))).status_code == 404
        answer = await asked.post(page_of(world, "赵大妈"), data=filled())
        assert answer.status_code == 404
