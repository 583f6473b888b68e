"""Feeds and calendars, read back by the programs people use for them."""

import json
import xml.etree.ElementTree as xml
from datetime import UTC, date, datetime, timedelta

import feedparser
import icalendar
import pytest

from deliberation.matters import actions as matters
from deliberation.matters.models import Matter, Meeting, Passage
from deliberation.stages.consultation.models import Invitation, Organisation
from deliberation.stages.notices import actions
from deliberation.stages.notices.feeds import Feed, Item, atom, json_feed
from deliberation.stages.notices.ical import Event, calendar
from deliberation.stages.notices.models import Notice
from tests.notices.record import meeting_of, stay
from tests.notices.test_actions import answered, hung, object_to, sign
from tests.vote.voting import open_vote

pytestmark = pytest.mark.anyio
BASE = "http://127.0.0.1:8000"
PERSONAL = ("赵大妈", "孙监督", "张经办", "李书记", "19900001234", "0371-6000 0003", "面积算错了")


async def addresses(world) -> dict[str, str]:
    home = f"/communities/{world.community.id}"
    return {
        "atom": f"{home}/notices.atom",
        "json": f"{home}/notices.json",
        "ics": f"{home}/calendar.ics",
    }


async def corrected(world) -> tuple[Matter, Notice, Notice]:
    matter, first = await hung(world)
    world.later(days=1)
    second = await actions.correct(
        await world.actor("张经办"), matter, first.id, note="", reason="写错日期", now=world.now
    )
    return matter, first, await sign(world, matter, second)


async def test_a_feed_is_well_formed_and_names_every_notice_with_its_state(world, client):
    _, first, second = await corrected(world)
    answer = await (await client("visitor")).get((await addresses(world))["atom"])
    assert answer.headers["content-type"] == "application/atom+xml"
    assert xml.fromstring(answer.content).tag == "{http://www.w3.org/2005/Atom}feed"
    found = feedparser.parse(answer.content)
    assert not found.bozo
    assert found.version == "atom10"
    assert found.feed.title == "向阳社区公示和公告"
    assert found.feed.author == "示例市梧桐区槐荫街道向阳社区居民委员会"
    assert found.feed.id == BASE + (await addresses(world))["atom"]
    new, old = found.entries
    assert (new.link, old.link) == tuple(f"{BASE}/notices/{row.code}" for row in (second, first))
    assert new.title == "关于东风里小区老旧管网改造决议内容的公示"
    assert old.title == f"（已更正）{new.title}"
    assert "第2版），公示期2026年3月4日至2026年3月10日" in new.summary
    assert old.published == "2026-03-02T01:00:00Z"
    assert old.updated == new.published == "2026-03-03T01:00:00Z"
    assert new.enclosures[0].href == f"{new.link}.pdf"


async def test_the_json_feed_says_the_same(world, client):
    await corrected(world)
    visitor, where = await client("visitor"), await addresses(world)
    answer = await visitor.get(where["json"])
    assert answer.headers["content-type"].startswith("application/feed+json")
    found, other = (
        json.loads(answer.content),
        feedparser.parse((await visitor.get(where["atom"])).content),
    )
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert found["feed_url"] == BASE + where["json"]
    assert found["home_page_url"] == f"{BASE}/notices?community={world.community.id}"
    kept = [
        (one["id"], one["title"], one["content_text"], one["date_modified"])
        for one in found["items"]
    ]
    assert kept == [(one.id, one.title, one.summary, one.updated) for one in other.entries]


async def test_whoever_has_it_already_is_told_so_until_something_changes(world, client):
    matter, notice = await hung(world)
    visitor, where = await client("visitor"), await addresses(world)
    for url in (*where.values(), f"/matters/{matter.id}/calendar.ics"):
        first = await visitor.get(url)
        assert first.headers["last-modified"] == "Mon, 02 Mar 2026 01:00:00 GMT"
        tag = {"if-none-match": f'"other", {first.headers["etag"]}'}
        since = {"if-modified-since": first.headers["last-modified"]}
        early = {"if-modified-since": "Sun, 01 Mar 2026 01:00:00 GMT"}
        for sent, status in (
            (tag, 304),
            (since, 304),
            (early, 200),
            (since | {"if-none-match": "x"}, 200),
        ):
            assert (await visitor.get(url, headers=sent)).status_code == status, (url, sent)
        assert (
            await visitor.get(url, headers={"if-modified-since": "yesterday"})
        ).status_code == 200
    kept = {url: (await visitor.get(url)).headers for url in where.values()}
    world.later(days=1)
    clerk = await world.actor("张经办")
    await matters.extend(clerk, matter, last_on=date(2026, 3, 12), reason="连日下雨", now=world.now)
    for url, headers in kept.items():
        sent = {"if-none-match": headers["etag"], "if-modified-since": headers["last-modified"]}
        again = await visitor.get(url, headers=sent)
        assert (again.status_code, again.headers["etag"] == headers["etag"]) == (200, False)


async def test_nothing_personal_and_no_draft_is_in_them(world, client):
    matter, notice = await hung(world)
    await meeting_of(world, matter, await stay(matter, "decision_notice"))
    await object_to(world, matter, notice)
    draft = await actions.correct(
        await world.actor("张经办"), matter, notice.id, note="", reason="改", now=world.now
    )
    visitor = await client("visitor")
    for url in (await addresses(world)).values():
        text = (await visitor.get(url)).text.replace("\r\n ", "")
        assert notice.code in text and draft.code not in text
        assert not [name for name in PERSONAL if name in text]


async def test_a_calendar_holds_the_period_and_the_meetings(world, client):
    matter, notice = await hung(world)
    await Meeting.filter(matter=matter, stage="proposal").update(venue="社区会议室，二楼;东侧")
    visitor = await client("visitor")
    answer = await visitor.get(f"/matters/{matter.id}/calendar.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    found = icalendar.Calendar.from_ical(answer.content)
    assert not found.errors
    events = {str(event["UID"]).split("@")[0]: event for event in found.walk("VEVENT")}
    assert len(events) == 5  # and the end of the vote, and the day for answers
    period = events[f"notice-{world.community.id}-{notice.number}"]
    assert (period["DTSTART"].dt, period["DTEND"].dt) == (date(2026, 3, 3), date(2026, 3, 10))
    assert period["SUMMARY"] == f"公示期：{notice.title}"
    assert period["URL"] == f"{BASE}/notices/{notice.code}"
    assert period["DTSTAMP"].dt == world.now
    meeting = next(event for event in events.values() if "提议" in event["SUMMARY"])
    assert meeting["DTSTART"].dt == world.now
    assert meeting["LOCATION"] == "社区会议室，二楼;东侧"
    assert meeting["STATUS"] == "CONFIRMED"
    elsewhere = f"/communities/{world.elsewhere.parent_id}/calendar.ics"
    assert b"VEVENT" not in (await visitor.get(elsewhere)).content


async def test_an_event_keeps_its_uid_through_correction_extension_and_withdrawal(world, client):
    matter, _, second = await corrected(world)
    visitor = await client("visitor")

    async def only() -> icalendar.Event:
        answer = await visitor.get(f"/matters/{matter.id}/calendar.ics")
        rows = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
        (event,) = [row for row in rows if str(row["UID"]).startswith("notice-")]
        return event

    first = await only()
    assert (first["DTEND"].dt, first["SEQUENCE"]) == (date(2026, 3, 11), 1)
    clerk = await world.actor("张经办")
    await matters.extend(clerk, matter, last_on=date(2026, 3, 12), reason="连日下雨", now=world.now)
    assert (await only())["DTEND"].dt == date(2026, 3, 13)
    await answered(world, matter, await object_to(world, matter, second), True)
    await actions.withdraw(await world.actor("李书记"), matter, reason="票数有误", now=world.now)
    last = await only()
    assert (last["UID"], last["STATUS"], last["SEQUENCE"]) == (first["UID"], "CANCELLED", 2)


async def test_a_meeting_that_its_matter_left_behind_is_cancelled(world, client):
    matter, _ = await hung(world)
    later = world.now + timedelta(days=3)
    await Meeting.filter(matter=matter, stage="proposal").update(held_at=later)
    answer = await (await client("visitor")).get(f"/matters/{matter.id}/calendar.ics")
    rows = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    states = {str(row["STATUS"]) for row in rows if row["DTSTART"].dt == later}
    assert states == {"CANCELLED"}


async def test_the_end_of_a_vote_and_the_day_for_answers_are_in_the_calendar_unnamed(world, client):
    matter, vote, _ = await open_vote(world, 3)
    passage = await stay(matter, "consultation")
    for name, due_on in (("示例供水公司", date(2026, 3, 9)), ("示例燃气公司", date(2026, 3, 9))):
        asked = await Organisation.create(community=world.community, name=name)
        invited = {"organisation": asked, "seat": "x", "invited_at": world.now, "due_on": due_on}
        await Invitation.create(passage=passage, **invited)
    await Passage.filter(id=passage.id).update(left_at=None)
    url = f"/matters/{matter.id}/calendar.ics"
    body = (await (await client("visitor")).get(url)).content
    rows = icalendar.Calendar.from_ical(body).walk("VEVENT")
    found = {str(row["SUMMARY"]).split("：")[1]: row for row in rows}
    assert set(found) == {"投票截止", "相关单位答复截止"}
    assert found["投票截止"]["DTSTART"].dt == vote.closes_at
    assert found["相关单位答复截止"]["DTEND"].dt == date(2026, 3, 10)
    assert "示例" not in body.decode()


def test_lines_are_folded_between_characters_and_end_as_the_standard_says():
    title = "关于“东风里\\小区”;老旧,管网\n改造𬭚" * 9
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    event = Event("a@b", at, at, None, title, "http://a/b", place=title)
    body = calendar(title, [event])
    lines = body.split(b"\r\n")
    assert lines[-1] == b"" and b"\n" not in body.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() for line in lines[:-1])
    (read,) = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert read["SUMMARY"] == read["LOCATION"] == title


def test_whatever_is_in_a_title_the_feeds_are_well_formed():
    title = '<公示> & "引号" ]]> \x0b\ud7ff𬭚'
    at = datetime(2026, 3, 2, tzinfo=UTC)
    items = [Item("http://a/1", title, "决议公示", title, at, at)]
    feed = Feed(title, "居委会", "http://a/f", "http://a", items)
    found = feedparser.parse(atom(feed))
    assert not found.bozo
    assert xml.fromstring(atom(feed)).findtext("{*}entry/{*}title") == title.replace("\x0b", "")
    assert json.loads(json_feed(feed))["items"][0]["title"] == title
    assert not feedparser.parse(atom(Feed("空", "居委会", "http://a/f", "http://a", []))).bozo


async def test_the_list_names_the_feeds_of_the_community_it_shows(world, client):
    visitor, where = await client("visitor"), await addresses(world)
    page = (await visitor.get(f"/notices?community={world.community.id}")).text
    for kind, url in (
        ("application/atom+xml", where["atom"]),
        ("application/feed+json", where["json"]),
        ("text/calendar", where["ics"]),
    ):
        assert f'<link rel="alternate" type="{kind}"' in page
        assert page.count(f'href="{url}"') == 2
    assert "notices.atom" not in (await visitor.get("/notices")).text  # two communities: which?
    for url in ("/communities/999/notices.atom", f"/communities/{world.compound.id}/calendar.ics"):
        assert (await visitor.get(url)).status_code == 404


async def test_a_visitor_who_has_a_page_already_gets_no_second_copy(world, client):
    _, notice = await hung(world)
    visitor = await client("visitor")
    for url in ("/notices", f"/notices/{notice.code}", "/privacy"):
        first = await visitor.get(url)
        same = {"if-none-match": first.headers["etag"]}
        assert (await visitor.get(url, headers=same)).status_code == 304, url
    resident = await client("赵大妈")
    assert "etag" not in (await resident.get("/notices")).headers
