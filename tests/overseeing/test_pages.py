"""Subdistrict and district see where everything stands in their area, and nothing elsewhere."""

from datetime import date, timedelta

import pytest

from deliberation.accounts.models import Account
from deliberation.calendar import end_of, local_date
from deliberation.matters.models import Matter, Passage
from deliberation.overseeing.rules import Bar, Line, by_stage
from deliberation.people.models import Appointment, Person
from deliberation.places.models import Place
from deliberation.stages.notices.models import Objection
from tests.cast import NOW, STAGES, matter_at
from tests.notices.test_actions import hung, object_to
from tests.opinions.test_pages import counted
from tests.story.browser import parse
from tests.vote.voting import open_vote

pytestmark = pytest.mark.anyio


def line(id: int, stage: str, last_on: date | None) -> Line:
    until = end_of(last_on) if last_on else None
    return Line(id, "2026-001", "修管子", 1, stage, NOW, until, "经办人")


def test_a_matter_is_late_from_the_instant_its_last_day_ends():
    today = local_date(NOW)
    lines = [
        line(1, "vote", None),
        line(2, "opinions", today),
        line(3, "opinions", today - timedelta(days=1)),
    ]
    assert [one.late(NOW) for one in lines] == [False, False, True]
    assert lines[2].days_late(NOW) == 1 and lines[1].last_on == today
    assert by_stage(lines, NOW) == [Bar("征求意见", 2, 1), Bar("决议表决", 1, 0)]


async def shown(client, who: str):
    answer = await (await client(who)).get("/overview")
    assert answer.status_code == 200
    return parse(answer.text)


def figures(tree) -> list[str]:
    return [node.text for box in tree.all("dl", of="figures") for node in box.all("dd")]


async def with_a_district_officer(world) -> None:
    district = await Place.get(kind="district")
    officer = await Person.create(place=district, name="马科长")
    since = date(2025, 1, 1)
    await Appointment.create(person=officer, place=district, role="district", since=since)
    account = await Account.create(person=officer, created_at=world.now)
    world.accounts = world.accounts | {"马科长": account}


async def move(matter: Matter, to: Place) -> None:
    await Matter.filter(id=matter.id).update(community_id=to.id, path=to.path)


async def test_late_matters_and_objections_that_went_up_stand_first(world, client):
    await with_a_district_officer(world)
    matter, notice = await hung(world)
    row = await object_to(world, matter, notice)
    asked = await matter_at(world, "opinions", title="加装路灯")
    over = local_date(world.now) - timedelta(days=3)
    await Passage.filter(matter=asked, stage="opinions").update(last_on=over)
    await move(await matter_at(world, "vote"), await world.elsewhere.parent)
    await Matter.filter(id=(await matter_at(world, "vote")).id).update(stage="", ended="passed")
    tree = await shown(client, "刘干部")
    assert figures(tree) == ["3件", "1件", "0条", "1件", "0件"]
    assert "提请上来和过期的异议" in tree.text and "等答复的异议" not in tree.text
    assert "加装路灯" in tree.text and "过期3天" in tree.text and "望河社区" in tree.text
    await Objection.filter(id=row.id).update(level="subdistrict")
    tree = await shown(client, "刘干部")
    assert figures(tree)[2] == "1条" and "等您裁定" in tree.text
    tree = await shown(client, "马科长")
    assert figures(tree)[2] == "1条" and "等您裁定" not in tree.text
    assert (
        "街道要在" in tree.text
        and 'href="/overview"' in (await (await client("马科长")).get("/desk")).text
    )
    bars, tables = tree.all("svg", of="sides"), tree.all("table")
    assert (len(bars), len(tables)) == (3 + 2, 2 + 2), "by stage, by community, each community's"


async def test_an_area_costs_the_same_however_much_there_is(world, client):
    officer = await client("刘干部")
    costs = []
    for _ in range(2):
        for stage in STAGES:
            await matter_at(world, stage)
        with counted() as queries:
            await officer.get("/overview")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 8, costs


async def test_an_area_is_for_those_who_oversee_it(world, client):
    for who in ("visitor", "赵大妈", "张经办", "孙监督", "管理员"):
        assert (await (await client(who)).get("/overview")).status_code == 404, who


async def test_a_vote_under_way_is_late_once_it_should_be_closed(world, client):
    _, vote, _ = await open_vote(world, 3)
    last = local_date(vote.closes_at)
    tree = await shown(client, "刘干部")
    assert f"{last.month}月{last.day}日止" in tree.text and figures(tree)[1] == "0件"
    world.now = vote.closes_at
    assert figures(await shown(client, "刘干部"))[1] == "1件"
