"""Messages go out once, to whom they should, signed, and tell nobody anything else."""

import asyncio
import hashlib
import hmac
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from deliberation.acting import Forbidden, Refused
from deliberation.calendar import local_date
from deliberation.log.models import Entry
from deliberation.matters import actions as matters
from deliberation.matters.models import Passage
from deliberation.messages import actions
from deliberation.messages.gateway import Gateway, Unsent
from deliberation.messages.models import Message, Muted, Sending
from deliberation.messages.queue import Outbox
from deliberation.messages.rules import CLAIM, TRIES, next_try, rings
from deliberation.settings import Unusable
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.vote.models import RollEntry
from deliberation.tasks.listing import tasks
from tests.accounts.helpers import give_phone
from tests.cast import NOW, matter_at
from tests.conftest import WorldClock
from tests.messages.gateway import OK, listening
from tests.vote.voting import open_vote

pytestmark = pytest.mark.anyio
SECRET = b"a secret of the two of us"
PHONES = {"赵大妈": "19900001111", "钱师傅": "19900002222", "褚阿姨": "19900003333"}


async def hearing(world, app, days=6):
    """A matter whose opinions are asked for, in a community where three homes have a phone."""
    for name, phone in PHONES.items():
        await give_phone(app, world.people[name], phone)
    matter, today = await matter_at(world, "opinions"), local_date(world.now)
    await Passage.filter(matter=matter, stage="opinions").update(
        first_on=today, last_on=today + timedelta(days=days)
    )
    return matter


async def order(world, matter, kind: str, who: str = "张经办") -> Sending:
    base = world.settings.base_url
    about = (await Passage.get(matter=matter, stage="opinions")).id if "opin" in kind else None
    about = about or (await matter.votes.all().first()).id
    actor = await world.actor(who)
    return await actions.order(actor, matter, kind=kind, about=about, base_url=base, now=world.now)


def outbox(world, app, gateway=None, seconds=5.0) -> Outbox:
    found = Gateway(gateway.url, SECRET, seconds) if gateway else None
    return Outbox(found, app.state.phones, WorldClock(world))


async def states() -> list[str]:
    return sorted(await Message.all().values_list("state", flat=True))


async def test_staff_see_text_and_number_order_once_and_it_is_written_down(world, client, app):
    matter = await hearing(world, app)
    clerk, url = await client("张经办"), f"/matters/{matter.id}/messages"
    page = (await clerk.get(url)).text
    assert "开始征求意见，到2026年3月8日24:00。请说说您家的想法。" in page
    assert "发给3人" in page and "没有设置短信网关" in page
    passage = await Passage.get(matter=matter, stage="opinions")
    form = {"kind": "opinions", "about": str(passage.id)}
    assert (await clerk.post(url, data=form)).status_code == 303
    twice = await clerk.post(url, data=form)
    assert (twice.status_code, "已经安排过了" in twice.text) == (422, True)
    stale = await clerk.post(url, data=form | {"about": "999"})
    assert (stale.status_code, "内容有了变化" in stale.text) == (422, True)
    entry = await Entry.get(act="messages.order")
    assert entry.body == {"sending": 1, "kind": "opinions", "recipients": 3}
    for stranger in ("visitor", "赵大妈", "陈先生", "管理员"):
        someone = await client(stranger)
        assert (await someone.get(url)).status_code == 404
        assert (await someone.post(url, data=form)).status_code == 404
        assert (await someone.get("/messages")).status_code == 404
        assert (await someone.get("/messages/1")).status_code == 404
    with pytest.raises(Forbidden):
        await order(world, matter, "opinions_end", "王主任")
    # Without a gateway the page shows what would be sent, and nothing is.
    await outbox(world, app).step()
    shown = (await clerk.get("/messages/1")).text
    assert shown.count("199****") == 3 and "等待发送" in shown
    assert not [phone for phone in PHONES.values() if phone in shown]
    assert (await clerk.post("/messages/1/cancel")).status_code == 303
    assert await states() == ["dropped"] * 3
    assert (await clerk.post("/messages/1/cancel")).status_code == 422
    assert "已取消" in (await clerk.get("/messages")).text


async def test_a_message_is_signed_names_nobody_and_leaves_no_phone_in_log_or_table(
    world, app, caplog
):
    matter = await hearing(world, app)
    caplog.set_level(logging.DEBUG)
    async with listening() as gateway:
        await order(world, matter, "opinions")
        await outbox(world, app, gateway).step()
        await outbox(world, app, gateway).step()
    assert sorted(body["to"] for body in gateway.bodies) == sorted(PHONES.values())
    assert len({body["id"] for body in gateway.bodies}) == 3
    headers, raw = gateway.sent[0]
    assert headers["X-Signature"] == f"sha256={hmac.new(SECRET, raw, hashlib.sha256).hexdigest()}"
    assert headers["request"] == "POST /sms?key=1 HTTP/1.1"
    (text,) = {body["text"] for body in gateway.bodies}
    assert text.startswith("【向阳社区】“东风里小区老旧管网改造”开始征求意见")
    assert not [one for one in (*PHONES, "1号楼", "101") if one in text]
    assert await states() == ["sent"] * 3
    kept = [*await Message.all().values(), *await Sending.all().values()]
    assert not [phone for phone in PHONES.values() if phone in f"{kept}{caplog.text}"]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (b"HTTP/1.1 500 Oh\r\n\r\n", "waiting"),
        (b"HTTP/1.1 302 Found\r\nLocation: {other}\r\n\r\n", "waiting"),
        (b"HTTP/1.1 400 No\r\n\r\n", "failed"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 30_000_000, "sent"),
        (b"x" * 30_000_000, "waiting"),
        (b"", "waiting"),
        (None, "waiting"),
    ],
    ids=["500", "redirect", "400", "huge", "no line", "closed", "hangs"],
)
async def test_whatever_a_gateway_answers_the_message_is_kept_or_given_up(
    world, app, answer, state
):
    matter = await hearing(world, app)
    async with listening() as gateway, listening() as other:
        gateway.answer = answer and answer.replace(b"{other}", other.url.encode())
        await order(world, matter, "opinions")
        await outbox(world, app, gateway, seconds=0.3 if answer is None else 9).step()
        assert await states() == [state] * 3
        assert other.sent == []  # no redirect is followed
        if state != "waiting":
            return
        first = {body["to"]: body["id"] for body in gateway.bodies}
        gateway.answer = OK
        await outbox(world, app, gateway).step()
        assert len(gateway.sent) == 3  # not before its time
        world.later(minutes=1)
        await outbox(world, app, gateway).step()
        assert await states() == ["sent"] * 3
        again = {body["to"]: body["id"] for body in gateway.bodies[3:]}
        assert again == first


async def test_killed_between_sending_and_writing_it_down_the_same_id_goes_out_again(world, app):
    matter = await hearing(world, app)
    await Muted.create(account=world.accounts["钱师傅"], since=world.now)
    await Muted.create(account=world.accounts["褚阿姨"], since=world.now)
    async with listening() as gateway:
        gateway.answer = None
        await order(world, matter, "opinions")
        dying = asyncio.create_task(outbox(world, app, gateway).step())
        await asyncio.wait_for(gateway.arrived.wait(), 5)
        dying.cancel()
        await asyncio.gather(dying, return_exceptions=True)
        gateway.answer = OK
        await outbox(world, app, gateway).step()
        assert len(gateway.sent) == 1  # somebody may still be at it
        world.now = world.now + CLAIM + timedelta(seconds=1)
        await outbox(world, app, gateway).step()
        await outbox(world, app, gateway).step()
    assert gateway.sent[0] == gateway.sent[1] and len(gateway.sent) == 2
    assert await states() == ["sent"]


async def test_a_message_is_tried_a_few_times_then_given_up_and_staff_are_told(world, app):
    matter = await hearing(world, app, days=20)
    async with listening() as gateway:
        gateway.answer = b"HTTP/1.1 503 Later\r\n\r\n"
        await order(world, matter, "opinions")
        for _ in range(TRIES):
            await outbox(world, app, gateway).step()
            world.now = world.now.replace(hour=1) + timedelta(days=1)
        await outbox(world, app, gateway).step()
        assert len(gateway.sent) == 3 * TRIES
    assert await states() == ["failed"] * 3
    told = [one.what for one in await tasks(await world.actor("张经办"), world.now)]
    assert any("有3条短信没有发出" in what for what in told)
    assert next_try(1, NOW) == NOW + timedelta(minutes=1) and next_try(TRIES, NOW) is None


async def test_who_was_heard_or_wants_none_or_shares_a_phone_gets_no_second_message(world, app):
    matter = await hearing(world, app)
    await give_phone(app, world.people["钱师傅"], PHONES["赵大妈"])
    sending = await order(world, matter, "opinions_end")
    assert sending.due_at.isoformat() == "2026-03-07T01:00:00+00:00"  # 9:00 of the day before
    async with listening() as gateway:
        await outbox(world, app, gateway).step()
        assert await states() == []  # not due
        said = {"channel": "visit", "said_on": local_date(world.now), "received_at": world.now}
        home = world.households["2-101"]
        await Opinion.create(matter=matter, household=home, text="可以", **said)
        world.now = sending.due_at
        await outbox(world, app, gateway).step()
        assert [body["to"] for body in gateway.bodies] == [PHONES["赵大妈"]]


async def test_a_home_switches_messages_off_and_on_again_on_me(world, client, app):
    matter = await hearing(world, app)
    resident, clerk = await client("赵大妈"), await client("张经办")
    url = f"/matters/{matter.id}/messages"
    assert "不收短信" in (await resident.get("/me")).text
    assert (await resident.post("/me/messages", data={"messages": "off"})).status_code == 303
    assert "再收短信" in (await resident.get("/me")).text
    assert "发给2人" in (await clerk.get(url)).text
    await resident.post("/me/messages", data={"messages": "on"})
    assert "发给3人" in (await clerk.get(url)).text
    assert (await (await client("visitor")).post("/me/messages")).status_code == 404
    # Switched off after the messages were made: it is asked again before each is sent.
    await order(world, matter, "opinions")
    await outbox(world, app).step()
    await resident.post("/me/messages", data={"messages": "off"})
    async with listening() as gateway:
        await outbox(world, app, gateway).step()
        assert PHONES["赵大妈"] not in [body["to"] for body in gateway.bodies]
    assert await states() == ["dropped", "sent", "sent"]


async def test_the_last_day_of_a_vote_is_told_to_everybody_entitled_who_voted_or_not(world, app):
    matter, vote, _ = await open_vote(world, 2, people=["赵大妈", "钱师傅"])
    for name, phone in PHONES.items():
        await give_phone(app, world.people[name], phone)
    sending = await order(world, matter, "vote_end")
    assert "已经投过的不用再投" in sending.text
    await RollEntry.filter(number=901).update(state="voted", channel="phone")
    world.now = sending.due_at
    async with listening() as gateway:
        await outbox(world, app, gateway).step()
    assert {body["to"] for body in gateway.bodies} == {PHONES["赵大妈"], PHONES["钱师傅"]}


async def test_what_is_over_or_has_moved_is_not_announced_and_nobody_is_woken(world, app):
    matter = await hearing(world, app)
    first = await order(world, matter, "opinions_end")
    later = local_date(world.now) + timedelta(days=9)
    await matters.extend(
        await world.actor("张经办"), matter, last_on=later, reason="下雨", now=world.now
    )
    world.now = first.due_at
    await outbox(world, app).step()
    assert (await Sending.get(id=first.id)).cancelled_at and await states() == []
    await order(world, matter, "opinions")
    world.now = world.now.replace(hour=14)  # 22:00 in Shanghai
    async with listening() as gateway:
        await outbox(world, app, gateway).step()
        assert (gateway.sent, rings(world.now)) == ([], False)
        world.now = world.now.replace(hour=1) + timedelta(days=30)
        await outbox(world, app, gateway).step()
        assert gateway.sent == []
    assert await states() == ["dropped"] * 3


async def test_nobody_to_tell_is_a_reason_and_a_gateway_is_checked_when_it_is_opened(
    world, tmp_path
):
    matter = await matter_at(world, "opinions")
    today = local_date(world.now)
    await Passage.filter(matter=matter, stage="opinions").update(last_on=today)
    with pytest.raises(Refused, match="没有可以收到的人"):
        await order(world, matter, "opinions")
    secret = tmp_path / "secret"
    secret.write_bytes(SECRET)
    good = replace(
        world.settings, sms_url="https://sms.example.cn/send", sms_secret_file=str(secret)
    )
    assert Gateway.open(good) and Gateway.open(world.settings) is None
    for url in ("ftp://x/", "sms.example.cn", "http://u:p@x/", "http://x/\r\nHost: y", "http://"):
        with pytest.raises(Unusable, match="gateway"):
            Gateway.open(replace(good, sms_url=url))
    with pytest.raises(Unusable):
        Gateway.open(replace(good, sms_secret_file=str(tmp_path / "none")))
    secret.write_bytes(b"short")
    with pytest.raises(Unusable, match="shorter"):
        Gateway.open(good)
    with pytest.raises(Unsent, match="没有接通"):
        await Gateway("http://127.0.0.1:1/", SECRET).send(to="1", text="x", code="y")
