"""Signing in by a code: who gets one, what it opens, and what whoever guesses is told."""

import re
from datetime import timedelta

import pytest

from deliberation.accounts.models import Account, SessionAccount, SignInCode
from deliberation.messages.gateway import Gateway
from tests.accounts.helpers import PHONE, browser, give_phone
from tests.messages.gateway import listening

pytestmark = pytest.mark.anyio
UNKNOWN = "13900001234"


@pytest.fixture
async def gateway(app):
    async with listening() as found:
        app.state.gateway = Gateway(found.url, b"a secret of sixteen bytes")
        yield found


async def ask(visitor, phone: str = PHONE) -> str:
    """The page where the code is typed."""
    answer = await visitor.post("/sign-in/code", data={"phone": phone})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def code_in(gateway) -> str:
    return re.search(r"验证码(\d{6})", gateway.bodies[-1]["text"])[1]


async def test_a_code_signs_in_whose_phone_it_is_and_opens_no_office(app, world, gateway):
    await give_phone(app, world.people["李书记"])
    async with browser(app) as visitor:
        page = await ask(visitor)
        assert gateway.bodies[-1]["to"] == PHONE
        typed = await visitor.post(page, data={"code": code_in(gateway)})
        assert (typed.status_code, typed.headers["location"]) == (303, "/me/next")
        me = await visitor.get("/me")
        assert "李书记" in me.text and "书记）" not in me.text
        assert (await visitor.get("/desk")).status_code == 404
        again = await visitor.post(page, data={"code": code_in(gateway)})
        assert again.status_code == 422 and "已经过期" in again.text


async def test_two_people_with_one_phone_are_asked_who_they_are(app, world, gateway):
    for name in ("赵大妈", "钱师傅"):
        await give_phone(app, world.people[name])
    async with browser(app) as visitor:
        typed = await visitor.post(await ask(visitor), data={"code": code_in(gateway)})
        assert typed.headers["location"] == "/me/switch"
        choice = (await visitor.get("/me/switch")).text
        assert "赵大妈" in choice and "钱师傅" in choice
    assert await SessionAccount.filter(code_id__not_isnull=True).count() == 2


async def test_a_number_on_no_roll_is_told_the_same_and_gets_nothing(app, world, gateway):
    await give_phone(app, world.people["赵大妈"])
    async with browser(app) as visitor:
        where = [await ask(visitor, one) for one in (PHONE, UNKNOWN)]
        pages = [await visitor.get(page) for page in where]
        assert "199****1234在社区登记过的" in pages[0].text
        own = r"/code/[\w-]+|1[39]9\*{4}1234"
        known, unknown = [re.sub(own, "", page.text) for page in pages]
        assert known == unknown
        for wait in (1, 61):
            world.now += timedelta(seconds=wait)
            again = [await visitor.post(f"{page}/again") for page in where]
            known, unknown = [re.sub(own, "", page.text) for page in again]
            assert (again[0].status_code, known) == (again[1].status_code, unknown)
        assert again[1].status_code == 303
        world.now += timedelta(days=2)
        await ask(visitor)
    assert {body["to"] for body in gateway.bodies} == {PHONE}
    assert await SignInCode.all().count() == 1, "what was asked for a stranger's number is gone"


async def test_a_further_code_waits_a_minute_and_five_are_all_of_an_hour(app, world, gateway):
    await give_phone(app, world.people["赵大妈"])
    async with browser(app) as visitor:
        page = await ask(visitor)
        soon = await visitor.post(f"{page}/again")
        assert soon.status_code == 422 and "请等60秒再要" in soon.text
        for _ in range(4):
            world.now += timedelta(seconds=61)
            assert (await visitor.post(f"{page}/again")).status_code == 303
        world.now += timedelta(seconds=61)
        refused = await visitor.post("/sign-in/code", data={"phone": PHONE})
        assert refused.status_code == 422 and "一小时以后再试" in refused.text
    assert len(gateway.bodies) == 5


async def test_a_code_is_good_for_ten_minutes_and_for_five_guesses(app, world, gateway):
    await give_phone(app, world.people["赵大妈"])
    async with browser(app) as visitor:
        page = await ask(visitor)
        wrong = "000000" if code_in(gateway) != "000000" else "111111"
        for _ in range(5):
            assert "验证码不对，" in (await visitor.post(page, data={"code": wrong})).text
        blocked = await visitor.post(page, data={"code": code_in(gateway)})
        assert blocked.status_code == 422 and "输错的次数太多" in blocked.text
        world.now += timedelta(minutes=2)
        page = await ask(visitor)
        world.now += timedelta(minutes=10)
        late = await visitor.post(page, data={"code": code_in(gateway)})
        assert "已经过期" in late.text
    assert not await Account.filter(person=world.people["赵大妈"], bound__code_id__gt=0).exists()


async def test_nothing_kept_or_logged_tells_the_number_or_the_code(app, world, gateway, caplog):
    await give_phone(app, world.people["赵大妈"])
    gateway.answer = b"HTTP/1.1 500 No\r\n\r\n"
    async with browser(app) as visitor:
        await ask(visitor)
    row = await SignInCode.all().first().values()
    kept = f"{row} {caplog.text}"
    assert "a sign-in code was not sent" in caplog.text
    assert PHONE not in kept and code_in(gateway) not in kept


async def test_without_a_gateway_there_is_no_such_door(app, world):
    async with browser(app) as visitor:
        assert "发验证码" not in (await visitor.get("/sign-in")).text
        assert (await visitor.post("/sign-in/code", data={"phone": PHONE})).status_code == 404
