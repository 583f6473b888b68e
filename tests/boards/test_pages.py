"""The staff's pages: boards of one's own community only, what is alive, what hung when."""

from datetime import timedelta

import pytest

from deliberation.accounts.models import Account
from deliberation.boards.models import Board, Showing
from deliberation.log.models import Entry
from deliberation.people.models import Appointment, Person
from deliberation.places.models import Place
from tests.boards.hung import board, code_on, paired, published

pytestmark = pytest.mark.anyio


async def neighbour(world, client):
    """The clerk of the other community, signed in."""
    place = await Place.get(id=world.elsewhere.parent_id)
    person = await Person.create(place=place, name="邻经办")
    await Appointment.create(person=person, place=place, role="clerk", since="2025-01-01")
    world.accounts["邻经办"] = await Account.create(person=person, created_at=world.now)
    return await client("邻经办")


async def test_the_clerk_registers_a_board_where_the_office_reaches(world, client):
    staff = await client("张经办")
    sent = {"name": "南门公示栏", "place": world.compound.id, "kind": "paper"}
    answer = await staff.post("/boards", data=sent)
    row = await Board.get()
    assert answer.headers["location"] == f"/boards/{row.id}" and row.place_id == world.compound.id
    assert "南门公示栏" in (await staff.get("/boards")).text
    again = await staff.post("/boards", data=sent)
    assert again.status_code == 422 and "这里已经有“南门公示栏”" in again.text
    elsewhere = await staff.post("/boards", data=sent | {"place": world.elsewhere.id})
    assert elsewhere.status_code == 404
    empty = await staff.post("/boards", data={"name": "北门"})
    assert empty.status_code == 422 and 'value="北门"' in empty.text
    assert await Board.all().count() == 1


@pytest.mark.parametrize("name", ["visitor", "赵大妈", "陈先生", "管理员"])
async def test_who_holds_no_office_here_sees_no_board(world, client, name):
    row, someone = await board(world), await client(name)
    for url in ("/boards", f"/boards/{row.id}"):
        answer = await someone.get(url)
        assert answer.status_code == 404 and row.name not in answer.text, url


async def test_another_community_s_staff_neither_see_nor_pair_a_board(world, client, app):
    await published(world, app)
    row, other, screen = await board(world), await neighbour(world, client), await client("visitor")
    assert row.name not in (await other.get("/boards")).text
    code = code_on((await screen.get("/board")).text)
    for url, data in (
        ("", None),
        ("/pair", {"code": code}),
        ("/unpair", {}),
        ("/retire", {}),
        ("/photos/confirm", {"photo": 1}),
    ):
        path = f"/boards/{row.id}{url}"
        answer = await (other.get(path) if data is None else other.post(path, data=data))
        assert answer.status_code == 404, url
    assert (await screen.get("/board")).status_code == 200
    await row.refresh_from_db()
    assert row.token_hash is None and row.retired_at is None


async def test_who_oversees_looks_and_does_nothing(world, client):
    row, watcher = await board(world), await client("孙监督")
    page = (await watcher.get(f"/boards/{row.id}")).text
    assert row.name in page and "/pair" not in page and "/retire" not in page
    for act in ("pair", "unpair", "retire"):
        answer = await watcher.post(f"/boards/{row.id}/{act}", data={"code": "AAAAAAAA"})
        assert answer.status_code in (403, 422), act
    assert await Entry.filter(act__in=["boards.pair", "boards.unpair"]).count() == 0


async def test_a_silent_screen_is_told_on_the_desk_and_on_its_page(world, client, app):
    row = await board(world, name="一号屏")
    screen = await paired(world, client, row)
    await screen.get("/board")
    staff = await client("张经办")
    assert "在线" in (await staff.get("/boards")).text
    assert "“一号屏”离线" not in (await staff.get("/desk")).text
    world.later(minutes=10)
    assert "“一号屏”离线" not in (await staff.get("/desk")).text
    world.later(minutes=1)  # a desk tells the time by the minute
    desk = (await staff.get("/desk")).text
    assert "公示栏“一号屏”离线" in desk and "今天要办的（1件）" in desk
    assert "离线" in (await staff.get(f"/boards/{row.id}")).text
    assert "一号屏" not in (await (await neighbour(world, client)).get("/desk")).text
    await screen.get("/board")
    assert "“一号屏”离线" not in (await staff.get("/desk")).text


async def test_what_hung_when_and_its_gaps_stand_on_the_board_s_page_and_on_the_notice(
    world, client, app
):
    notice, row = await published(world, app), await board(world, name="一号屏")
    screen, visitor = await paired(world, client, row), await client("visitor")
    assert "一号屏" not in (await visitor.get(f"/notices/{notice.code}")).text
    await screen.get("/board")
    world.later(hours=5)  # 14:00
    await screen.get("/board")
    await screen.post("/board/report", data={"shown": f"{notice.code} 1 60 0"})
    staff = await client("张经办")
    for page in (
        (await staff.get(f"/boards/{row.id}")).text,
        (await visitor.get(f"/notices/{notice.code}")).text,
    ):
        assert "<strong>送达</strong>" in page and "<strong>上报</strong>" in page
        gap = page.split("公示期里的间断</strong>：", 1)[1].split("</p>", 1)[0]
        assert "9:00" in gap and "14:00" in gap and gap.count("至") == 1
        assert "看过" not in page


async def test_what_is_kept_of_screens_only_grows(world, client, app):
    notice = await published(world, app)
    screen = await paired(world, client, await board(world))
    await screen.get("/board")
    rows = Showing.filter(notice=notice)
    await rows.update(last_at=world.now + timedelta(minutes=1))
    for change in (
        rows.delete(),
        rows.update(last_at=world.now - timedelta(minutes=1)),
        rows.update(first_at=world.now - timedelta(minutes=1)),
        rows.update(how="reported"),
    ):
        with pytest.raises(Exception, match="frozen"):
            await change


async def test_a_retired_board_is_gone_from_the_list_and_keeps_its_record(world, client, app):
    notice, row = await published(world, app), await board(world, name="一号屏")
    screen = await paired(world, client, row)
    await screen.get("/board")
    staff = await client("张经办")
    answer = await staff.post(f"/boards/{row.id}/retire")
    assert answer.headers["location"] == "/boards"
    assert "一号屏" not in (await staff.get("/boards")).text
    assert "还没有配对" in (await screen.get("/board")).text
    assert notice.title in (await staff.get(f"/boards/{row.id}")).text
    assert "一号屏" in (await (await client("visitor")).get(f"/notices/{notice.code}")).text
    typed = await staff.post(
        f"/boards/{row.id}/pair", data={"code": code_on((await screen.get("/board")).text)}
    )
    assert typed.status_code == 422


async def test_the_code_of_the_screen_s_qr_is_carried_into_the_form(world, client):
    row, staff = await board(world), await client("张经办")
    page = (await staff.get("/boards?code=ABCDEFGH")).text
    assert f"/boards/{row.id}?code=ABCDEFGH" in page
    assert 'value="ABCDEFGH"' in (await staff.get(f"/boards/{row.id}?code=ABCDEFGH")).text
