"""A screen through HTTP: pairing, turning, what is kept of it."""

import logging
from datetime import timedelta

import pytest

from deliberation.boards import pairing
from deliberation.boards.models import Board, Showing
from deliberation.boards.rules import CODE_LIVES, GAP, NOTED_EVERY
from deliberation.log.models import Entry
from deliberation.matters.models import Matter, MatterScope
from deliberation.stages.notices.models import Notice
from tests.boards.hung import board, code_on, paired, published
from tests.cast import unguarded

pytestmark = pytest.mark.anyio


async def test_a_screen_shows_a_code_staff_type_it_and_the_notices_hang(world, client, app):
    notice, row = await published(world, app), await board(world)
    screen = await client("visitor")
    first = await screen.get("/board")
    code = code_on(first.text)
    assert "还没有配对" in first.text and notice.title not in first.text
    assert code_on((await screen.get("/board")).text) == code, "the same until it expires"
    staff = await client("张经办")
    answer = await staff.post(
        f"/boards/{row.id}/pair", data={"code": f" {code[:4]}-{code[4:]}".lower()}
    )
    assert answer.status_code == 303, answer.text
    before = screen.cookies["board"]
    assert (await screen.get("/board")).status_code == 303
    await row.refresh_from_db()
    assert row.paired_at == world.now and row.pairing_code == ""
    assert screen.cookies["board"] not in (before, row.token_hash)
    page = await screen.get("/board")
    assert notice.title in page.text and "第1页/共2页" in page.text
    assert 'content="10;url=/board?page=2"' in page.text
    assert f"/notices/{notice.code}/pages/1.png" in page.text
    second = await screen.get("/board?page=2")
    assert "第2页/共2页" in second.text and 'content="10;url=/board?page=1"' in second.text
    assert (await screen.get(f"/notices/{notice.code}/pages/2.png")).status_code == 200


async def test_nothing_is_stored_for_strangers_who_open_the_address(world, client):
    screen = await client("visitor")
    for _ in range(3):
        screen.cookies.clear()
        assert (await screen.get("/board")).status_code == 200
    assert await Board.all().count() == 0 == await Entry.all().count()


async def test_a_code_is_good_for_minutes(world, client):
    row, screen, staff = await board(world), await client("visitor"), await client("张经办")
    code = code_on((await screen.get("/board")).text)
    await staff.post(f"/boards/{row.id}/pair", data={"code": code})
    world.later(seconds=CODE_LIVES.total_seconds() + 1)
    again = await screen.get("/board")
    assert again.status_code == 200 and code_on(again.text) != code
    await row.refresh_from_db()
    assert row.token_hash is None


async def test_a_code_typed_just_before_it_changes_still_pairs(world, client):
    row, screen, staff = await board(world), await client("visitor"), await client("张经办")
    code = code_on((await screen.get("/board")).text)
    await staff.post(f"/boards/{row.id}/pair", data={"code": code})
    world.later(seconds=CODE_LIVES.total_seconds() - 1)
    assert (await screen.get("/board")).status_code == 303


async def test_the_code_of_one_screen_pairs_no_other(world, client):
    row, screen, other = await board(world), await client("visitor"), await client("visitor")
    code = code_on((await screen.get("/board")).text)
    assert code_on((await other.get("/board")).text) != code
    await (await client("张经办")).post(f"/boards/{row.id}/pair", data={"code": code})
    assert (await other.get("/board")).status_code == 200
    assert (await screen.get("/board")).status_code == 303
    assert (await other.get("/board")).status_code == 200


async def test_a_misread_code_is_refused_at_once_and_guessing_is_slowed_down(world, client):
    row, screen, staff = await board(world), await client("visitor"), await client("张经办")
    code = code_on((await screen.get("/board")).text)
    swapped = code[:-1] + ("A" if code[-1] != "A" else "B")
    for typed in (swapped, "", "ABC", "00000000", "<script>"):
        answer = await staff.post(f"/boards/{row.id}/pair", data={"code": typed})
        assert answer.status_code == 422, typed
    assert "配对码不对" in (await staff.post(f"/boards/{row.id}/pair", data={"code": swapped})).text
    for _ in range(5):
        answer = await staff.post(f"/boards/{row.id}/pair", data={"code": swapped})
    assert "请等" in answer.text
    assert "请等" in (await staff.post(f"/boards/{row.id}/pair", data={"code": code})).text


async def test_a_revoked_screen_gets_a_code_again_and_can_be_paired_again(world, client, app):
    notice, row = await published(world, app), await board(world)
    screen, staff = await paired(world, client, row), await client("张经办")
    page = await screen.get("/board")
    etag = page.headers["etag"]
    assert (await staff.post(f"/boards/{row.id}/unpair")).status_code == 303
    again = await screen.get("/board", headers={"If-None-Match": etag})
    assert again.status_code == 200 and "还没有配对" in again.text
    assert notice.title not in again.text and again.headers["cache-control"] == "no-store"
    assert (
        await screen.post("/board/report", data={"shown": f"{notice.code} 1 0 0"})
    ).status_code == 404
    code = code_on(again.text)
    await staff.post(f"/boards/{row.id}/pair", data={"code": code})
    await screen.get("/board")
    assert notice.title in (await screen.get("/board")).text


async def test_a_new_screen_takes_the_place_of_an_older_one(world, client):
    row = await board(world)
    old, new = await paired(world, client, row), await paired(world, client, row)
    assert "还没有配对" in (await old.get("/board")).text
    assert "现在没有正在公示的内容" in (await new.get("/board")).text


async def test_what_has_not_changed_is_not_sent_again(world, client, app):
    await published(world, app)
    screen = await paired(world, client, await board(world))
    page = await screen.get("/board?page=2")
    same = await screen.get("/board?page=2", headers={"If-None-Match": page.headers["etag"]})
    assert same.status_code == 304 and same.content == b""
    world.later(minutes=1)  # the clock on it
    later = await screen.get("/board?page=2", headers={"If-None-Match": page.headers["etag"]})
    assert later.status_code == 200


async def test_a_board_shows_what_concerns_its_place_while_it_hangs(world, client, app):
    notice = await published(world, app)
    shown = {
        "community": (await board(world), True),
        "compound": (await board(world, place=world.compound), True),
        "building": (await board(world, place=world.buildings[1]), True),
    }
    screens = {name: await paired(world, client, row) for name, (row, _) in shown.items()}
    for name, screen in screens.items():
        assert (notice.title in (await screen.get("/board")).text) == shown[name][1], name
    await MatterScope.filter(matter=notice.matter).update(place=world.buildings[2])
    assert notice.title in (await screens["compound"].get("/board")).text
    assert notice.title not in (await screens["building"].get("/board")).text
    world.later(days=7, hours=14)  # 2026-03-09 23:00
    assert notice.title in (await screens["community"].get("/board")).text
    world.later(hours=1)
    ended = await screens["community"].get("/board")
    assert notice.title not in ended.text and "向阳社区" in ended.text


async def test_an_announcement_hangs_for_the_days_of_the_rule_set(world, client, app):
    notice = await published(world, app)
    await unguarded()
    await Notice.filter(id=notice.id).update(kind="E", first_on=None, last_on=None)
    screen = await paired(world, client, await board(world))
    world.later(days=7)
    page = (await screen.get("/board")).text
    assert notice.title in page and "公布" in page and "公示到" not in page
    world.later(seconds=1)
    assert notice.title not in (await screen.get("/board")).text


async def test_a_withdrawn_notice_is_gone_from_the_next_page_on(world, client, app):
    notice = await published(world, app)
    screen = await paired(world, client, await board(world))
    assert notice.title in (await screen.get("/board")).text
    await Notice.filter(id=notice.id).update(status="withdrawn", ended_at=world.now)
    assert notice.title not in (await screen.get("/board")).text


async def test_another_community_s_notices_never_hang_here(world, client, app):
    notice, row = await published(world, app), await board(world)
    await unguarded()
    await Matter.filter(id=notice.matter_id).update(community_id=world.elsewhere.parent_id)
    await Notice.filter(id=notice.id).update(community_id=world.elsewhere.parent_id)
    screen = await paired(world, client, row)
    assert notice.title not in (await screen.get("/board")).text


async def stretches(how: str, notice: Notice | None) -> list[tuple]:
    rows = Showing.filter(how=how, notice=notice).order_by("id")
    return await rows.values_list("first_at", "last_at")


async def test_a_stretch_is_one_row_that_goes_on_and_a_gap_begins_another(world, client, app):
    notice = await published(world, app)
    screen = await paired(world, client, await board(world))
    begun = world.now
    for _ in range(30):
        await screen.get("/board?page=1")
        world.later(seconds=60)
    ended = world.now - timedelta(seconds=60)
    (found,) = await stretches("served", notice)
    assert found[0] == begun and ended - NOTED_EVERY < found[1] <= ended
    assert len(await stretches("served", None)) == 1
    world.later(seconds=GAP.total_seconds() + NOTED_EVERY.total_seconds())
    again = world.now
    await screen.get("/board?page=1")
    assert [row[0] for row in await stretches("served", notice)] == [begun, again]


async def test_another_process_goes_on_with_the_same_row(world, client, app):
    notice = await published(world, app)
    screen = await paired(world, client, await board(world))
    await screen.get("/board")
    app.state.keeper.__init__()
    world.later(minutes=3)
    await screen.get("/board")
    assert len(await stretches("served", notice)) == 1


async def test_reports_are_kept_apart_from_what_was_served_also_those_of_an_outage(
    world, client, app
):
    notice = await published(world, app)
    screen = await paired(world, client, await board(world))
    await screen.get("/board")
    begun = world.now
    world.later(hours=3)
    kept = f"{notice.code} 2 {3 * 3600} 7200\n{notice.code} 1 1800 0"
    odd = await screen.post("/board/report", files={"shown": ("a.txt", b"x")})
    assert odd.status_code == 422
    answer = await screen.post("/board/report", data={"shown": kept})
    assert answer.status_code == 204
    assert await stretches("reported", notice) == [
        (begun, begun + timedelta(hours=1)),
        (begun + timedelta(minutes=150), world.now),
    ]
    assert await stretches("served", notice) == [(begun, begun)]


async def test_a_report_that_comes_after_the_period_counts_and_none_from_before_the_posting(
    world, client, app
):
    notice = await published(world, app)
    screen = await paired(world, client, await board(world))
    begun = world.now
    world.later(days=6, hours=23)
    half = 3600 * 12
    kept = f"{notice.code} 1 {7 * 24 * 3600} {half}\n{notice.code} 1 604800 604799"
    assert (await screen.post("/board/report", data={"shown": kept})).status_code == 204
    assert await stretches("reported", notice) == [(begun, world.now - timedelta(hours=12))]
    world.later(days=3)
    assert notice.title not in (await screen.get("/board")).text
    late = f"{notice.code} 2 {3 * 24 * 3600} {2 * 24 * 3600 + half}"
    assert (await screen.post("/board/report", data={"shown": late})).status_code == 204
    assert len(await stretches("reported", notice)) == 2


async def test_a_report_of_what_does_not_hang_here_or_is_no_report_is_not_kept(world, client, app):
    notice = await published(world, app)
    screen = await paired(world, client, await board(world))
    answer = await screen.post("/board/report", data={"shown": "ABCDEFGHJK 1 0 0"})
    assert answer.status_code == 204
    for shown in ("", "x", f"{notice.code} 1 9 10", f"{notice.code} 1 999999999999999999999 0"):
        assert (await screen.post("/board/report", data={"shown": shown})).status_code == 422, shown
    assert await Showing.filter(how="reported").count() == 0
    stranger = await client("visitor")
    answer = await stranger.post("/board/report", data={"shown": f"{notice.code} 1 0 0"})
    assert answer.status_code == 404


async def test_the_worker_may_look_after_the_board_only(client):
    answer = await (await client("visitor")).get("/board/sw.js")
    assert answer.headers["service-worker-allowed"] == "/board"
    assert answer.headers["content-type"].startswith("text/javascript")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy


async def test_of_two_screens_with_the_same_code_one_is_paired(world, client, app):
    """A screen's cookie copied to another browser is the same screen: the first to ask wins."""
    row, screen, staff = await board(world), await client("visitor"), await client("张经办")
    code = code_on((await screen.get("/board")).text)
    copied = screen.cookies["board"]
    await staff.post(f"/boards/{row.id}/pair", data={"code": code})
    keyed = app.state.phones.hash
    assert await pairing.claim(copied, world.now, keyed)
    assert await pairing.claim(copied, world.now, keyed) is None


async def test_a_turn_asks_two_queries_and_writes_every_other_minute_only(
    world, client, app, caplog
):
    for _ in range(3):
        await published(world, app)
    screen = await paired(world, client, await board(world))
    for number in range(1, 7):
        await screen.get(f"/board?page={number}")

    async def asked(url: str) -> list[str]:
        caplog.clear()
        with caplog.at_level(logging.DEBUG, logger="tortoise.db_client"):
            assert (await screen.get(url)).status_code == 200
        found = [one.getMessage() for one in caplog.records if one.name == "tortoise.db_client"]
        return [one for one in found if not one.startswith("BEGIN")]

    world.later(seconds=119)
    turned = await asked("/board?page=3")
    assert len(turned) == 2 and not [one for one in turned if "showing" in one], turned
    world.later(seconds=1)
    written = await asked("/board?page=3")
    assert sum("UPDATE" in one for one in written) == 2 and len(written) <= 5, written
