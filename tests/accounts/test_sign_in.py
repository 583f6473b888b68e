"""Staff sign in with a password."""

import logging

import pytest

from deliberation.accounts import tokens
from deliberation.accounts.actions import create_staff, disable, enable, reset_password
from deliberation.accounts.models import Account, Session, is_empty
from deliberation.accounts.setup import first_administrator
from deliberation.accounts.welcome import choose, find
from deliberation.acting import Forbidden, Refused
from deliberation.commands.serve import _nobody
from deliberation.log.models import Entry, broken
from deliberation.people.models import Appointment, Person
from deliberation.places.models import Place
from deliberation.places.offices import installed_name
from tests.accounts.helpers import PASSWORD, PHONE, browser, give_phone, staff_account, who

pytestmark = pytest.mark.anyio
RIGHT = {"username": "zhang", "password": PASSWORD}
NEW = "chosen-2026-xx"
WRONG = {"username": "zhang", "password": "not-the-password"}


async def test_a_clerk_signs_in_and_out_with_a_password(world, app):
    await staff_account(world)
    async with browser(app) as clerk:
        answer = await clerk.post("/sign-in", data=RIGHT | {"username": " ＺＨＡＮＧ "})
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
        assert await who(clerk) == "张经办"
        stolen = clerk.cookies["session"]
        assert (await clerk.post("/sign-out")).status_code == 303
        assert await who(clerk) == ""
    async with browser(app, {"session": stolen}) as thief:
        assert await who(thief) == ""


async def test_every_sign_in_gives_the_browser_a_new_cookie_and_ends_the_old_session(world, app):
    await staff_account(world)
    async with browser(app) as clerk:
        await clerk.post("/sign-in", data=RIGHT)
        first = clerk.cookies["session"]
        await clerk.post("/sign-in", data=RIGHT)
        assert clerk.cookies["session"] != first
    async with browser(app, {"session": first}) as other:
        assert await who(other) == ""


async def test_a_wrong_password_and_an_unknown_name_get_the_same_sentence(world, app):
    await staff_account(world)
    async with browser(app) as visitor:
        wrong = await visitor.post("/sign-in", data=WRONG)
        unknown = await visitor.post("/sign-in", data=WRONG | {"username": "nobody"})
    assert wrong.status_code == unknown.status_code == 422
    assert "用户名或者密码不对" in wrong.text and "用户名或者密码不对" in unknown.text
    assert "not-the-password" not in wrong.text
    assert not await Session.all().count()


async def test_a_name_that_grows_when_made_plain_is_an_unknown_one(world, app):
    async with browser(app) as visitor:
        answer = await visitor.post("/sign-in", data=WRONG | {"username": "ﷺ" * 40})
    assert (answer.status_code, "用户名或者密码不对" in answer.text) == (422, True)


async def test_an_unknown_name_costs_a_hash_of_the_same_strength():
    real = await tokens.hash_password(PASSWORD)
    assert tokens._nobody().split("$")[:4] == real.split("$")[:4]
    assert not await tokens.verify("", PASSWORD)
    assert await tokens.verify(real, PASSWORD)


async def test_the_sixth_try_is_refused_even_when_it_is_right_and_says_how_long_to_wait(world, app):
    await staff_account(world)
    async with browser(app) as visitor:
        for _ in range(5):
            assert "密码不对" in (await visitor.post("/sign-in", data=WRONG)).text
        sixth = await visitor.post("/sign-in", data=RIGHT)
        assert sixth.status_code == 422
        assert "请等15分钟以后再试" in sixth.text
        assert await who(visitor) == ""


async def test_a_right_password_forgives_the_wrong_ones_before_it(world, app):
    await staff_account(world)
    async with browser(app) as visitor:
        for _ in range(2):
            for _ in range(4):
                await visitor.post("/sign-in", data=WRONG)
            assert (await visitor.post("/sign-in", data=RIGHT)).status_code == 303


@pytest.mark.parametrize("password", ["123456789", "zhangzhang", "ＺＨＡＮＧzhang"])
async def test_a_password_that_is_short_or_the_username_is_refused(world, password):
    admin = await world.actor("管理员")
    opened = await create_staff(admin, world.people["张经办"], "zhangzhang", world.now)
    with pytest.raises(Refused, match="密码"):
        await choose(opened.token, password, world.now)
    assert (await Account.get(username="zhangzhang")).password_hash == ""
    await choose(opened.token, "1234567890", world.now)  # ten characters are a password


@pytest.mark.parametrize("username", ["z", "张经办", "a b", "-zhang", "z" * 41, ""])
async def test_a_username_that_cannot_be_typed_anywhere_is_refused(world, username):
    admin = await world.actor("管理员")
    with pytest.raises(Refused, match="用户名"):
        await create_staff(admin, world.people["张经办"], username, world.now)


async def test_a_username_is_given_once_and_a_person_has_one_staff_account(world):
    await staff_account(world)
    with pytest.raises(Refused, match="已经有人用"):
        await staff_account(world, "何经办", "zhang")
    with pytest.raises(Refused, match="已经有工作人员账号"):
        await staff_account(world, "张经办", "zhang2")


async def test_a_disabled_account_leaves_no_room_for_a_second_one_of_the_same_person(world):
    account = await staff_account(world)
    await disable(await world.actor("管理员"), account, world.now)
    with pytest.raises(Refused, match="请恢复原来的账号"):
        await staff_account(world, "张经办", "zhang2")


async def test_only_an_administrator_opens_accounts(world):
    with pytest.raises(Forbidden):
        await create_staff(await world.actor("李书记"), world.people["张经办"], "zhang", world.now)


async def test_a_disabled_accounts_session_ends_at_once_and_its_password_is_refused(world, app):
    account, admin = await staff_account(world), await world.actor("管理员")
    async with browser(app) as clerk:
        await clerk.post("/sign-in", data=RIGHT)
        assert await who(clerk) == "张经办"
        await disable(admin, account, world.now)
        assert await who(clerk) == ""
        assert "密码不对" in (await clerk.post("/sign-in", data=RIGHT)).text
        await enable(admin, account, world.now)
        assert await who(clerk) == ""
        assert (await clerk.post("/sign-in", data=RIGHT)).status_code == 303


async def test_an_administrator_cannot_lock_themselves_out(world):
    admin = await world.actor("管理员")
    with pytest.raises(Refused, match="自己"):
        await disable(admin, world.accounts["管理员"], world.now)


async def test_a_staff_session_ends_after_twelve_hours_to_the_second(world, app):
    await staff_account(world)
    async with browser(app) as clerk:
        answer = await clerk.post("/sign-in", data=RIGHT)
        assert f"Max-Age={(12 + 30 * 24) * 3600}" in answer.headers["set-cookie"]
        world.later(hours=11, minutes=59, seconds=59)
        assert await who(clerk) == "张经办"
        world.later(seconds=1)
        assert await who(clerk) == ""


async def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(world, app):
    await staff_account(world)
    new = {"old": PASSWORD, "new": "another-one-2026", "again": "another-one-2026"}
    async with browser(app) as here, browser(app) as there:
        for client in (here, there):
            await client.post("/sign-in", data=RIGHT)
        wrong = await here.post("/me/password", data=new | {"old": "not-the-password"})
        assert (wrong.status_code, "现在的密码不对" in wrong.text) == (422, True)
        twice = await here.post("/me/password", data=new | {"again": "something-else"})
        assert "两次填的新密码不一样" in twice.text
        assert (await here.post("/me/password", data=new)).status_code == 303
        assert await who(here) == "张经办"
        assert await who(there) == ""
        assert (await there.post("/sign-in", data=RIGHT)).status_code == 422
        fresh = RIGHT | {"password": "another-one-2026"}
        assert (await there.post("/sign-in", data=fresh)).status_code == 303


async def test_a_forgotten_password_is_chosen_anew_by_a_link_that_works_once(world, app):
    account, twice = await staff_account(world), {"new": NEW, "again": NEW}
    async with browser(app) as clerk:
        await clerk.post("/sign-in", data=RIGHT)
        opened = await reset_password(await world.actor("管理员"), account, world.now)
        assert await who(clerk) == ""
        assert (await clerk.post("/sign-in", data=RIGHT)).status_code == 422
        link = f"/welcome/{opened.token}"
        assert "zhang" in (await clerk.get(link)).text
        wrong = await clerk.post(link, data=twice | {"again": PASSWORD})
        assert (wrong.status_code, "两次填的新密码不一样" in wrong.text) == (422, True)
        chosen = await clerk.post(link, data=twice)
        assert (chosen.status_code, chosen.headers["location"]) == (303, "/desk")
        assert await who(clerk) == "张经办"
    async with browser(app) as other:
        assert (await other.get(link)).status_code == 404
        again = await other.post(link, data=twice)
        assert (again.status_code, "这个链接用过了" in again.text) == (404, True)
        assert (await other.post("/sign-in", data=RIGHT | {"password": NEW})).status_code == 303


async def test_a_link_ends_after_a_week_with_a_newer_one_and_with_the_account(world):
    admin, account = await world.actor("管理员"), await staff_account(world)
    older, newer = [await reset_password(admin, account, world.now) for _ in range(2)]
    assert await find(older.token, world.now) is None
    assert (await find(newer.token, world.now)).id == account.id
    await disable(admin, account, world.now)
    assert await find(newer.token, world.now) is None
    await enable(admin, account, world.now)
    assert await find(newer.token, world.later(days=7)) is None


async def test_a_resident_has_no_password_page(world, client):
    assert (await (await client("赵大妈")).get("/me/password")).status_code == 404


async def test_no_log_holds_a_name_a_phone_or_a_secret(world, app, caplog):
    caplog.set_level(logging.DEBUG)
    await give_phone(app, world.people["张经办"])
    await staff_account(world)
    async with browser(app) as clerk:
        for _ in range(7):
            await clerk.post("/sign-in", data=WRONG)
        await clerk.post("/sign-in", data={"username": "张经办" + PHONE, "password": PHONE})
    async with browser(app) as other:
        await other.post("/sign-in", data={"username": "he", "password": PASSWORD})
    ours = [row for row in caplog.records if row.name.startswith("deliberation")]
    assert [row for row in ours if "throttled" in row.getMessage()]
    logged = "\n".join(row.getMessage() for row in ours)
    bodies = "\n".join(str(entry.body) for entry in await Entry.all())
    assert bodies
    for secret in ("张经办", PHONE, PASSWORD, "not-the-password", "zhang"):
        assert secret not in logged
        assert secret not in bodies


async def test_the_sign_in_page_says_how_the_first_account_is_made_until_there_is_one(world, app):
    visitor = browser(app)
    assert "deliberation create-administrator" in (await visitor.get("/sign-in")).text
    await staff_account(world, "张经办", "zhang")
    assert "create-administrator" not in (await visitor.get("/sign-in")).text


async def test_an_empty_installation_gets_its_first_administrator_once(settings, engine):
    from deliberation import features  # noqa: PLC0415
    from deliberation.database import connect, disconnect, migrate  # noqa: PLC0415
    from tests.cast import NOW  # noqa: PLC0415

    names = ("示例市梧桐区", "槐荫街道", "向阳社区")
    await connect(settings, features.model_modules())
    try:
        assert await _nobody(), "before the tables are there, too"
        await migrate(settings, features.model_modules())
        assert await is_empty() and await _nobody()
        account = await first_administrator("admin", PASSWORD, *names, NOW)
        district, subdistrict, community = await Place.all().order_by("id")
        assert [row.name for row in (district, subdistrict, community)] == list(names)
        assert community.path == f"/{district.id}/{subdistrict.id}/{community.id}/"
        assert not await is_empty() and await installed_name() == "向阳社区"
        held = await Appointment.get(person_id=account.person_id)
        assert (held.role, held.place_id) == ("administrator", district.id)
        with pytest.raises(Refused, match="已经有系统管理员"):
            await first_administrator("admin2", PASSWORD, *names, NOW)
        assert await Place.all().count() == 3
        assert await Person.all().count() == 1
        assert await broken(f"place/{district.id}") is None
    finally:
        await disconnect()
