"""Residents sign in with a slip: a QR and a short check."""

import logging
import re
from datetime import date

import anyio
import pytest

from deliberation.accounts import recipients, slips
from deliberation.accounts.browsers import sessions_of
from deliberation.accounts.models import Account, Session, Slip
from deliberation.acting import Forbidden, Refused
from deliberation.calendar import local_date
from deliberation.log.models import Entry
from deliberation.people.models import Appointment, Member, Person
from tests.accounts.helpers import (
    PHONE,
    browser,
    give_phone,
    household_slip,
    slip_for,
    slip_row,
    who,
)

pytestmark = pytest.mark.anyio


async def test_a_slip_signs_in_with_the_last_four_digits_of_the_phone_on_the_roll(world, app):
    await give_phone(app, world.people["赵大妈"])
    issued = await slip_for(world, "赵大妈")
    assert (issued.home, issued.name, issued.pin) == ("1号楼101", "赵大妈", "")
    async with browser(app) as phone:
        form = await phone.get(f"/s/{issued.token}")
        assert "您手机号的后4位" in form.text
        assert "赵**" in form.text and "赵大妈" not in form.text
        wrong = await phone.post(f"/s/{issued.token}", data={"code": "4321"})
        assert (wrong.status_code, "数字不对，还可以试4次" in wrong.text) == (422, True)
        answer = await phone.post(f"/s/{issued.token}", data={"code": " １２ 34 "})
        assert (answer.status_code, answer.headers["location"]) == (303, "/me/next")
        assert await who(phone) == "赵大妈"
        assert (await slip_row(issued)).bound_at == world.now


async def test_a_slip_without_a_phone_on_the_roll_asks_the_pin_printed_on_it(world, app):
    issued = await slip_for(world, "赵大妈")
    assert len(issued.pin) == 6
    async with browser(app) as phone:
        assert "6位核对码" in (await phone.get(f"/s/{issued.token}")).text
        wrong = f"{(int(issued.pin) + 1) % 10**6:06d}"
        assert (await phone.post(f"/s/{issued.token}", data={"code": wrong})).status_code == 422
        answer = await phone.post(f"/s/{issued.token}", data={"code": issued.pin})
        assert answer.status_code == 303
        assert await who(phone) == "赵大妈"


async def test_an_empty_check_is_never_right(world, app):
    await give_phone(app, world.people["赵大妈"])
    issued = await slip_for(world, "赵大妈")
    await give_phone(app, world.people["赵大妈"], "")
    async with browser(app) as phone:
        for code in ("", " ", "0000"):
            assert (await phone.post(f"/s/{issued.token}", data={"code": code})).status_code == 422
        assert await who(phone) == ""


async def test_the_sixth_pin_is_refused_though_it_is_right(world, app):
    issued, other = await slip_for(world, "赵大妈"), await slip_for(world, "钱师傅")
    async with browser(app) as phone:
        for _ in range(5):
            answer = await phone.post(f"/s/{issued.token}", data={"code": "xxxxxx"})
            assert "数字不对" in answer.text
        sixth = await phone.post(f"/s/{issued.token}", data={"code": issued.pin})
        assert (sixth.status_code, "请等15分钟以后再试" in sixth.text) == (422, True)
        assert await who(phone) == ""
        neighbour = await phone.post(f"/s/{other.token}", data={"code": other.pin})
        assert neighbour.status_code == 303


async def test_a_slip_used_on_another_phone_says_what_to_do(world, app):
    issued = await slip_for(world, "赵大妈")
    code = {"code": issued.pin}
    async with browser(app) as first, browser(app) as second:
        await first.post(f"/s/{issued.token}", data=code)
        for answer in (
            await second.get(f"/s/{issued.token}"),
            await second.post(f"/s/{issued.token}", data=code),
        ):
            # The usual case comes first: one phone, two browsers.
            assert "常常就是这部手机的微信" in answer.text and "另一部手机" in answer.text
        assert await who(second) == ""
        await first.post("/sign-out")
        assert (await slip_row(issued)).bound_at is None
        assert (await second.post(f"/s/{issued.token}", data=code)).status_code == 303
        assert await who(second) == "赵大妈"


async def test_of_two_phones_that_pass_the_check_together_one_gets_the_slip(world, app):
    issued = await slip_for(world, "赵大妈")
    answers = []

    async def redeem() -> None:
        async with browser(app) as phone:
            answer = await phone.post(f"/s/{issued.token}", data={"code": issued.pin})
            answers.append((answer.status_code, await who(phone)))

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(redeem)
    assert sorted(answers) == [(303, "赵大妈"), (422, ""), (422, "")]
    assert await Session.filter(revoked_at=None).count() == 1


async def test_scanning_again_on_the_same_phone_just_signs_in(world, app):
    issued = await slip_for(world, "赵大妈")
    async with browser(app) as phone:
        await phone.post(f"/s/{issued.token}", data={"code": issued.pin})
        again = await phone.get(f"/s/{issued.token}")
        assert (again.status_code, again.headers["location"]) == (303, "/me/next")
        assert await who(phone) == "赵大妈"


async def test_two_people_of_one_home_share_a_phone_and_choose_who_they_are(world, app):
    mother, son = await slip_for(world, "卫师傅"), await slip_for(world, "蒋同学")
    async with browser(app) as phone, browser(app) as other:
        for issued in (mother, son):
            await phone.post(f"/s/{issued.token}", data={"code": issued.pin})
        assert await who(phone) == "蒋同学"
        assert await Session.filter(revoked_at=None).count() == 1
        chooser = await phone.get("/me/switch")
        assert "我是卫师傅" in chooser.text and "我是蒋同学" not in chooser.text
        assert 'href="/me/next">我就是蒋同学，接着办' in chooser.text
        assert 'href="/me/switch">换人' in (await phone.get("/about")).text
        account = (await slip_row(mother)).account_id
        assert (await phone.post("/me/switch", data={"account": account})).status_code == 303
        assert await who(phone) == "卫师傅"
        back = await phone.get(f"/s/{son.token}")
        assert (back.status_code, "点一下就换成" in back.text) == (200, True)
        assert (await phone.post(f"/s/{son.token}", data={})).status_code == 303
        assert await who(phone) == "蒋同学"
        asked = await phone.post("/sign-out")
        assert "这部手机上有2个人" in asked.text and "只退出蒋同学" in asked.text
        assert await who(phone) == "蒋同学"
        assert (await phone.post("/sign-out", data={"who": "one"})).status_code == 303
        assert await who(phone) == "卫师傅", "the mother was not signed out"
        assert "换人" not in (await phone.get("/about")).text
        assert (await other.post(f"/s/{son.token}", data={"code": son.pin})).status_code == 303
        await other.post("/sign-out")
        await phone.post(f"/s/{son.token}", data={"code": son.pin})
        assert (await phone.post("/sign-out", data={"who": "all"})).status_code == 303
        assert await who(phone) == ""
        for issued in (mother, son):
            answer = await other.post(f"/s/{issued.token}", data={"code": issued.pin})
            assert answer.status_code == 303


async def test_nobody_switches_to_someone_who_is_not_on_this_phone(world, app):
    issued = await slip_for(world, "赵大妈")
    stranger = world.accounts["李书记"].id
    async with browser(app) as phone:
        await phone.post(f"/s/{issued.token}", data={"code": issued.pin})
        for account in (stranger, 999999, -1, "x", 2**31):
            answer = await phone.post("/me/switch", data={"account": account})
            assert answer.status_code == 422
        assert await who(phone) == "赵大妈"


async def test_a_household_slip_acts_for_the_household_only(world, app):
    issued = await household_slip(world, "1-101")
    assert issued.name == "赵大妈一户"
    async with browser(app) as phone:
        await phone.post(f"/s/{issued.token}", data={"code": issued.pin})
        assert await who(phone) == "1号楼101（本户）"
        assert "只办本户的事" in (await phone.get("/me")).text
    account = await Account.get(household=world.households["1-101"])
    assert account.person_id is None


async def test_a_household_slip_asks_the_phone_of_anyone_of_the_home(world, app):
    await give_phone(app, world.people["蒋同学"], "19900005678")
    issued = await household_slip(world, "2-102")
    assert issued.pin == ""
    async with browser(app) as phone:
        assert (await phone.post(f"/s/{issued.token}", data={"code": "5678"})).status_code == 303


async def test_a_slip_opens_no_office(world, app):
    account_before = await Account.filter(person=world.people["李书记"]).count()
    issued = await slip_for(world, "李书记")
    async with browser(app) as phone:
        await phone.post(f"/s/{issued.token}", data={"code": issued.pin})
        page = await phone.get("/me")
        assert "党员" in page.text and "书记）" not in page.text
        assert (await phone.get("/people")).status_code == 404
        assert (await phone.get("/matters/new")).status_code == 404
    assert await Account.filter(person=world.people["李书记"]).count() == account_before


async def test_issuing_again_revokes_the_older_slip_and_its_session(world, app):
    old = await slip_for(world, "赵大妈")
    async with browser(app) as phone:
        await phone.post(f"/s/{old.token}", data={"code": old.pin})
        new = await slip_for(world, "赵大妈")
        assert await who(phone) == ""
        gone = await phone.get(f"/s/{old.token}")
        assert (gone.status_code, "已经作废" in gone.text) == (404, True)
        refused = await phone.post(f"/s/{old.token}", data={"code": old.pin})
        assert (refused.status_code, "已经作废" in refused.text) == (404, True)
        assert (await phone.post(f"/s/{new.token}", data={"code": new.pin})).status_code == 303


async def test_revoking_a_slip_ends_its_session_and_frees_the_others_on_that_phone(world, app):
    mother, son = await slip_for(world, "卫师傅"), await slip_for(world, "蒋同学")
    async with browser(app) as phone:
        for issued in (mother, son):
            await phone.post(f"/s/{issued.token}", data={"code": issued.pin})
        account = (await slip_row(mother)).account
        await slips.revoke(await world.actor("张经办"), world.community, account, world.now)
        assert await who(phone) == ""
        assert (await phone.post(f"/s/{mother.token}", data={"code": ""})).status_code == 404
        again = await phone.post(f"/s/{son.token}", data={"code": son.pin})
        assert again.status_code == 303


async def test_only_clerks_and_committee_issue_slips(world):
    found = await recipients.of_person(world.people["赵大妈"])
    for name in ("赵大妈", "陈先生", "孙监督", "管理员", "visitor"):
        with pytest.raises(Forbidden):
            await slips.issue(await world.actor(name), world.community, found, world.now)
    assert not await Slip.all().count()


async def test_a_residents_session_lasts_180_days_and_the_slip_is_free_again_after(world, app):
    issued = await slip_for(world, "赵大妈")
    async with browser(app) as phone, browser(app) as other:
        answer = await phone.post(f"/s/{issued.token}", data={"code": issued.pin})
        assert f"Max-Age={(180 + 30) * 86400}" in answer.headers["set-cookie"]
        world.later(days=179, hours=23, minutes=59, seconds=59)
        assert await who(phone) == "赵大妈"
        assert "另一部手机" in (await other.get(f"/s/{issued.token}")).text
        world.later(seconds=1)
        assert await who(phone) == ""
        answer = await other.post(f"/s/{issued.token}", data={"code": issued.pin})
        assert answer.status_code == 303


async def test_a_slip_scanned_on_a_members_of_staff_phone_leaves_no_office_on_it(world, app):
    issued = await slip_for(world, "赵大妈")
    async with browser(app, {"session": await world.token("李书记")}) as phone:
        assert await who(phone) == "李书记"
        await phone.post(f"/s/{issued.token}", data={"code": issued.pin})
        assert await who(phone) == "赵大妈"
        chooser = await phone.get("/me/switch")
        assert "李书记" not in chooser.text


async def test_one_sees_and_ends_ones_own_sessions(world, app):
    issued = await slip_for(world, "赵大妈")
    others = (await sessions_of(world.accounts["陈先生"], world.now), await world.token("陈先生"))
    stranger = (await sessions_of(world.accounts["陈先生"], world.now))[0]
    assert others
    async with browser(app) as phone:
        phone.headers["user-agent"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) MicroMessenger/8.0"
        await phone.post(f"/s/{issued.token}", data={"code": issued.pin})
        page = await phone.get("/me/sessions")
        assert page.text.count("结束这处登录") == 1
        assert "就是这里：苹果手机的微信" in page.text
        refused = await phone.post("/me/sessions", data={"session": stranger.id})
        assert refused.status_code == 422
        own = await Session.get(account=(await slip_row(issued)).account, revoked_at=None)
        ended = await phone.post("/me/sessions", data={"session": own.id}, follow_redirects=True)
        assert "这里的登录已经结束" in ended.text and "到期" not in ended.text
        assert await who(phone) == ""
        assert (await slip_row(issued)).bound_at is None
    assert (await Session.get(id=stranger.id)).revoked_at is None


async def test_one_signs_out_everywhere_at_once(world, app):
    issued, stranger = await slip_for(world, "赵大妈"), await world.token("陈先生")
    elsewhere = {"session": await world.token("赵大妈")}
    async with browser(app) as phone, browser(app, elsewhere) as other:
        await phone.post(f"/s/{issued.token}", data={"code": issued.pin})
        assert "全部结束，包括这里" in (await phone.get("/me/sessions")).text
        assert (await phone.post("/me/sessions/all")).status_code == 303
        assert await who(phone) == await who(other) == ""
        assert (await slip_row(issued)).bound_at is None
        assert (await phone.post("/me/sessions/all")).status_code == 404
    async with browser(app, {"session": stranger}) as phone:
        assert await who(phone) == "陈先生"


async def test_a_session_notes_its_use_once_an_hour_without_an_entry_in_the_log(world, app):
    issued = await slip_for(world, "赵大妈")
    async with browser(app) as phone:
        await phone.post(f"/s/{issued.token}", data={"code": issued.pin})
        first, entries = world.now, await Entry.all().count()
        world.later(minutes=59, seconds=59)
        await phone.get("/me")
        assert (await Session.get(revoked_at=None)).seen_at == first
        world.later(seconds=1)
        await phone.get("/me")
        assert (await Session.get(revoked_at=None)).seen_at == world.now
        assert await Entry.all().count() == entries


async def test_a_building_gets_a_slip_per_home_or_per_adult(world):
    today = local_date(world.now)
    homes = await recipients.in_place(world.buildings[2], recipients.HOUSEHOLDS, today)
    assert [(row.home, row.name) for row in homes] == [
        ("2号楼101", "褚阿姨一户"),
        ("2号楼102", "卫师傅一户"),
    ]
    adults = await recipients.in_place(world.buildings[2], recipients.PERSONS, today)
    assert [row.name for row in adults] == ["褚阿姨", "卫师傅"]
    await Member.create(household=world.households["2-101"], person=world.people["卫师傅"])
    adults = await recipients.in_place(world.buildings[2], recipients.PERSONS, today)
    assert [row.name for row in adults] == ["褚阿姨", "卫师傅"]


async def test_the_batch_answers_with_the_printed_sheet_and_nothing_keeps_it(world, client, app):
    clerk = await client("张经办")
    await give_phone(app, world.people["赵大妈"])
    assert "1号楼" in (await clerk.get("/slips")).text
    place = {"place": world.buildings[1].id, "kind": "persons"}
    sheet = await clerk.post("/slips/print", data=place)
    assert sheet.status_code == 200
    assert sheet.headers["cache-control"] == "no-store"
    assert sheet.text.count('class="slip"') == 3
    assert sheet.text.count('class="slip-pin"') == 2
    for name in ("赵大妈", "钱师傅", "冯老师", "1号楼101"):
        assert name in sheet.text
    assert PHONE not in sheet.text
    assert await Slip.filter(revoked_at=None).count() == 3
    again = await clerk.post("/slips/print", data=place | {"which": "everyone", "replaces": 3})
    assert again.text.count('class="slip"') == 3 and "以前的纸条已经作废" in again.text
    assert await Slip.filter(revoked_at=None).count() == 3
    assert await Account.filter(person=world.people["钱师傅"]).count() == 1
    entry = await Entry.filter(act="accounts.issue_slip").order_by("-id").first()
    assert set(entry.body) == {"accounts"}


async def test_no_single_press_takes_a_slip_away_that_is_in_use(world, client, app):
    used = await household_slip(world, "1-101")
    clerk, homes = await client("张经办"), {"place": world.compound.id, "kind": "households"}
    async with browser(app) as phone:
        await phone.post(f"/s/{used.token}", data={"code": used.pin})
        usual = (await clerk.get("/slips")).text
        assert re.search(r'value="missing"[^>]* checked', usual)
        sheet = (await clerk.post("/slips/print", data=homes)).text
        assert sheet.count('class="slip"') >= 3 and "赵大妈一户" not in sheet
        stray = await clerk.post("/slips/print", data=homes)
        assert (stray.status_code, "这里都已经有纸条了" in stray.text) == (422, True)
        every, held = homes | {"which": "everyone"}, await Slip.filter(revoked_at=None).count()
        for data in (every, every | {"replaces": held - 1}):
            asked = (await clerk.post("/slips/print", data=data)).text
            assert 'class="slip"' not in asked
            assert f"其中{held}户已经有纸条，1户正在用" in asked and "退出登录" in asked
        one = f"/slips/households/{world.households['1-101'].id}/print"
        assert "1号楼101 赵大妈一户已经有纸条，正在用" in (await clerk.post(one)).text
        # Two clerks at once: the second was told of no slip, so it may replace none.
        found = await recipients.of_household(world.households["1-101"], local_date(world.now))
        made = slips.drawn(found)
        with pytest.raises(Refused, match="刚刚有人"):
            who_asks = await world.actor("张经办")
            await slips.give(who_asks, world.community, found, made, [""], [], world.now)
        assert await who(phone) == "1号楼101（本户）"
        assert await Slip.filter(revoked_at=None).count() == held
        sheet = (await clerk.post("/slips/print", data=every | {"replaces": held})).text
        assert sheet.count('class="slip"') == held and await who(phone) == ""


@pytest.mark.one_engine  # its time goes into hashes of PINs
async def test_a_whole_compound_comes_piece_by_piece_and_says_how_far_it_is(world, client, app):
    """100 slips, all with a code to check."""
    home = world.households["1-101"]
    people = [Person(place=world.community, name=f"住户{n}", birth_year=1980) for n in range(100)]
    await Person.bulk_create(people)
    for person in await Person.filter(name__startswith="住户"):
        await Member.create(household=home, person=person)
    clerk, place = await client("张经办"), {"place": world.compound.id, "kind": "persons"}
    async with clerk.stream("POST", "/slips/print", data=place) as answer:
        pieces = [piece async for piece in answer.aiter_text()]
    sheet = "".join(pieces)
    assert sheet.count('class="slip"') >= 100
    total = re.search(r"共(\d+)张", sheet)[1]
    said = re.findall(rf"正在生成：(\d+) / {total}", sheet)
    assert said[:2] == ["40", "80"] and said[-1] == total
    assert sheet.index("正在生成") < sheet.index('class="slip"') < sheet.index("全部生成，可以打印")


async def test_a_building_of_another_community_is_no_option(world, client):
    clerk = await client("张经办")
    far = world.households["elsewhere"]
    for place in (far.place_id, 0, 10**9, "x", ""):
        answer = await clerk.post("/slips/print", data={"place": place, "kind": "persons"})
        assert answer.status_code == 422
    for act in ("print", "revoke"):
        assert (await clerk.post(f"/slips/households/{far.id}/{act}")).status_code == 404
    person = world.people["陈先生"].id
    assert (await clerk.post(f"/slips/people/{person}/print")).status_code == 404
    assert not await Slip.all().count()


async def test_an_empty_building_is_refused_in_one_sentence(world, client):
    for member in await Member.filter(household__path=world.buildings[2].path):
        await member.delete()
    clerk = await client("张经办")
    place = {"place": world.buildings[2].id, "kind": "households"}
    answer = await clerk.post("/slips/print", data=place)
    assert (answer.status_code, "没有可以发纸条的人" in answer.text) == (422, True)


async def test_too_large_a_batch_is_refused(world):
    one = (await recipients.of_person(world.people["赵大妈"]))[0]
    with pytest.raises(Refused, match="一次最多发1000张"):
        await slips.issue(await world.actor("张经办"), world.community, [one] * 1001, world.now)


async def test_single_slips_are_issued_and_revoked_from_a_persons_page(world, client):
    clerk, person = await client("张经办"), world.people["赵大妈"].id
    sheet = await clerk.post(f"/slips/people/{person}/print")
    assert sheet.text.count('class="slip"') == 1
    folded = (await clerk.get(f"/people/{person}")).text.split("<summary>作废纸条")[1]
    assert "马上退出" in folded.split("作废本人的纸条")[0]
    assert (await clerk.post(f"/slips/people/{person}/revoke")).status_code == 303
    assert not await Slip.filter(revoked_at=None).count()
    home = world.households["1-101"].id
    assert "赵大妈一户" in (await clerk.post(f"/slips/households/{home}/print")).text
    assert "作废1号楼101这一户的纸条" in (await clerk.get(f"/people/{person}")).text
    assert (await clerk.post(f"/slips/households/{home}/revoke")).status_code == 303
    assert not await Slip.filter(revoked_at=None).count()


async def test_an_unknown_token_and_hostile_ones_are_one_plain_404(world, app):
    async with browser(app) as visitor:
        for token in ("x", "%00", "a" * 5000, "..%2F..", "赵"):
            for answer in (
                await visitor.get(f"/s/{token}"),
                await visitor.post(f"/s/{token}", data={"code": "1"}),
            ):
                assert answer.status_code == 404


async def test_a_failed_check_leaves_nothing_personal_in_the_logs(world, app, caplog):
    caplog.set_level(logging.DEBUG)
    await give_phone(app, world.people["赵大妈"])
    issued = await slip_for(world, "赵大妈")
    async with browser(app) as phone:
        for _ in range(6):
            await phone.post(f"/s/{issued.token}", data={"code": "4321"})
    ours = [row for row in caplog.records if row.name.startswith("deliberation")]
    logged = "\n".join(row.getMessage() for row in ours)
    assert "throttled" in logged
    bodies = "\n".join(str(entry.body) for entry in await Entry.all())
    for secret in ("赵大妈", PHONE, PHONE[-4:], "4321", issued.token):
        assert secret not in logged
        assert secret not in bodies


async def test_appointments_outside_their_dates_give_no_role(world):
    person, today = world.people["赵大妈"], local_date(world.now)
    await Appointment.filter(person=person).delete()
    row = await Appointment.create(
        person=person, place=world.compound, role="representative", since=today, until=today
    )
    assert "居民代表" in (await world.actor("赵大妈")).role_names
    await Appointment.filter(id=row.id).update(since=date(2026, 3, 3), until=None)
    assert "居民代表" not in (await world.actor("赵大妈")).role_names
    await Appointment.filter(id=row.id).update(since=date(2025, 1, 1), until=date(2026, 3, 1))
    assert "居民代表" not in (await world.actor("赵大妈")).role_names
