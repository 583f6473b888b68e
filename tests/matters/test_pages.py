from datetime import timedelta

import pytest

from deliberation.calendar import local_date
from deliberation.log.models import Entry, broken
from deliberation.matters.models import Matter
from deliberation.stages.notices.models import Notice
from deliberation.stages.vote import dangerous
from tests.notices.test_actions import hung
from tests.vote.voting import open_vote

pytestmark = pytest.mark.anyio
CODES = [f"AAAAAAAAA{number}" for number in (1, 3, 2)]


def details(world, **changes) -> dict:
    return {
        "title": "东风里小区老旧管网改造",
        "summary": "下水管道老化",
        "source": "party",
        "contact": "示例市梧桐区槐荫街道向阳社区居民委员会便民服务大厅",
        "contact_phone": "0371-6000 0003",
        "places": [str(world.compound.id)],
        "procedure": "one-three-two",
    } | changes


async def test_a_clerk_registers_a_matter_and_moves_it_on_once_nothing_is_missing(world, client):
    clerk = await client("张经办")
    answer = await clerk.post("/matters/new", data=details(world))
    assert answer.status_code == 303, answer.text
    page = await clerk.get(answer.headers["location"])
    assert "请登记社区党组织研究的日期、参加人和结论" in page.text

    early = await clerk.post("/matters/1/advance", data={"stage": "matters"})
    assert early.status_code == 422
    assert "请登记社区党组织研究的日期、参加人和结论" in early.text

    found = {"on": "2026-03-01", "by": "李书记等5人", "conclusion": "同意立项"}
    assert (await clerk.post("/matters/1/matters/discuss", data=found)).status_code == 303
    assert (await clerk.post("/matters/1/advance", data={"stage": "matters"})).status_code == 303
    assert (await Matter.get(id=1)).stage == "opinions"
    assert await broken("matter/1") is None
    assert [entry.act for entry in await Entry.filter(chain="matter/1").order_by("sequence")] == [
        "matters.register",
        "matters.discuss",
        "matters.advance",
    ]


async def test_a_wrong_form_comes_back_with_what_was_typed_and_one_sentence(world, client):
    clerk = await client("张经办")
    answer = await clerk.post("/matters/new", data=details(world, title="", summary="水管老化"))
    assert answer.status_code == 422
    assert "请写议题名称" in answer.text
    assert "水管老化" in answer.text
    assert await Matter.all().count() == 0


async def test_a_resident_sees_the_matter_but_not_the_registration_form(world, client):
    clerk = await client("张经办")
    await clerk.post("/matters/new", data=details(world))
    neighbour = await client("赵大妈")
    assert (await neighbour.get("/matters/new")).status_code == 404
    page = await neighbour.get("/matters/1")
    assert page.status_code == 200
    assert "东风里小区老旧管网改造" in page.text
    refused = await neighbour.post("/matters/1/advance", data={"stage": "matters"})
    assert refused.status_code == 403
    assert "这一步由经办人、书记办理" in refused.text


async def test_the_desk_says_what_each_matter_still_needs_and_who_acts_next(world, client):
    clerk = await client("张经办")
    await clerk.post("/matters/new", data=details(world))
    desk = (await clerk.get("/desk")).text
    assert "请登记社区党组织研究的日期、参加人和结论" in desk
    assert (
        "今天要办的（1件）" in desk and 'href="/matters/1/matters">登记党组织研究情况</a>' in desk
    )
    assert "/rolls" in desk and "/slips" in desk and "/staff" not in desk


@pytest.mark.parametrize(("who", "status"), [("赵大妈", 404), ("visitor", 404), ("刘干部", 200)])
async def test_the_desk_is_there_for_those_in_office_only(world, client, who, status):
    assert (await (await client(who)).get("/desk")).status_code == status


async def test_a_registration_sent_twice_is_one_matter(world, client):
    clerk = await client("张经办")
    sent = [await clerk.post("/matters/new", data=details(world)) for _ in range(2)]
    assert {answer.headers["location"] for answer in sent} == {"/matters/1/matters"}
    other = details(world, title="东风里小区楼道照明改造")
    assert (await clerk.post("/matters/new", data=other)).headers["location"] == (
        "/matters/2/matters"
    )


@pytest.mark.parametrize(
    ("who", "told"), [("孙监督", True), ("李书记", True), ("张经办", False), ("刘干部", False)]
)
async def test_the_desk_says_what_waits_for_a_second_person(world, client, who, told):
    matter, _, _ = await open_vote(world, 3)
    clerk, later = await world.actor("张经办"), world.now + timedelta(days=5)
    payload = {"closes_at": later.isoformat()}
    await dangerous.propose(clerk, matter, "vote.extend", payload, world.now)
    page = (await (await client(who)).get("/desk")).text
    assert ("等您批准" in page) is told


async def test_the_home_page_lists_what_may_be_objected_to_then_the_newest(world, client):
    matter, hanging = await hung(world)
    for number, (days, last) in enumerate([(9, None), (1, None), (5, -2)], 1):
        await Notice.create(
            matter=matter,
            community_id=matter.community_id,
            kind="A" if last else "E",
            number=f"2026-90{number}",
            code=f"AAAAAAAAA{number}",
            title=f"第{number}份",
            figures={},
            status="published",
            drafted_at=world.now,
            published_at=world.now + timedelta(days=days),
            last_on=last and local_date(world.now) + timedelta(days=last),
        )
    page = (await (await client("visitor")).get("/")).text
    listed = page[page.index("最新公示") :]
    places = [listed.index(f"/notices/{code}") for code in (hanging.code, *CODES)]
    assert places == sorted(places)
