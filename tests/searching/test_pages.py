"""One box: everybody finds what they may see, and who was found learns who looked."""

from datetime import date

import pytest

from deliberation.accounts.models import Access
from deliberation.log.models import Entry
from deliberation.people.models import Member, Person
from deliberation.stages.opinions.models import Answer, Group, Opinion
from tests.accounts.helpers import PHONE, give_phone
from tests.cast import matter_at
from tests.notices.test_actions import hung
from tests.opinions.test_pages import counted
from tests.story.browser import Page, parse

pytestmark = pytest.mark.anyio
SECRET = "罗喆家住3-2-501，电话138 0000 1234"


async def told(client, words: str) -> str:
    """What the page says beside the frame."""
    answer = await client.post("/search", data={"q": words})
    assert answer.status_code == 200
    (main,) = [node for node in parse(answer.text).walk() if node.tag == "main"]
    return main.text


@pytest.fixture
async def filled(world):
    """A matter with a said and a grouped, answered opinion of the home at 1号楼101."""
    matter = await matter_at(world, "opinions")
    said = {
        "matter": matter,
        "household": world.households["1-101"],
        "channel": "visit",
        "said_on": date(2026, 3, 1),
        "received_at": world.now,
    }
    group = await Group.create(matter=matter, title="排水管漏水")
    await Opinion.create(**said, group=group, text="厨房的管子年年堵")
    await Opinion.create(**said, text=SECRET)
    answer = {"verdict": "adopted", "reason": "列入改造，换成塑料管", "answered_at": world.now}
    await Answer.create(group=group, **answer)
    return matter


async def test_a_clerk_finds_a_person_by_home_name_or_phone(world, app, client, filled):
    await give_phone(app, world.people["赵大妈"], "13800001234")
    clerk = await client("张经办")
    for words in ("1-101", "1号楼101", "１号楼１０１室", "101", "赵大妈", "大妈", "138-0000-1234"):
        found = await told(clerk, words)
        assert "赵大妈" in found and "1号楼101" in found, words
        assert "陈先生" not in found and "钱师傅" not in found, "another home, another community"
        assert "1380000" not in found.replace(SECRET, ""), "no phone is shown"


async def test_a_word_is_found_in_opinions_by_staff_and_in_what_is_public_by_all(
    world, client, filled
):
    notice = (await hung(world))[1]
    clerk, visitor = await client("张经办"), await client("visitor")
    assert "厨房的管子年年堵" in await told(clerk, "年年堵")
    assert "厨房的管子年年堵" in await told(clerk, "年年堵　厨房")
    assert "没有找到" in await told(clerk, "厨房 阳台")
    assert "没有找到" in await told(visitor, "年年堵")
    for one in (clerk, visitor, await client("赵大妈"), await client("刘干部")):
        assert "排水管漏水" in await told(one, "漏水")
        assert "排水管漏水" in await told(one, "塑料管 漏水 列入")
        assert "没有找到" in await told(one, "塑料管 电梯")
        assert notice.title in await told(one, notice.number)
        assert filled.title in await told(one, "管网 老旧")


async def test_nobody_else_finds_people_homes_or_single_words(world, app, client, filled):
    await give_phone(app, world.people["钱师傅"], PHONE)
    for who in ("visitor", "赵大妈", "陈先生"):
        one = await client(who)
        for words in ("钱师傅", "1-102", PHONE, "厨房", "3-2-501"):
            assert "没有找到" in await told(one, words), (who, words)
    assert await Access.all().count() == 0


async def test_who_was_found_reads_who_looked_once_a_day(world, client):
    clerk = await client("张经办")
    for words in ("赵大妈", "赵", "1-101", "赵大妈"):
        await told(clerk, words)
    listed = await (await client("赵大妈")).get("/me/access")
    assert listed.text.count("张经办看过") == 2
    assert "查找人员，按姓名" in listed.text and "查找人员，按住处" in listed.text
    entries = await Entry.filter(act="people.search")
    assert {entry.account_id for entry in entries} == {world.accounts["张经办"].id}
    assert "赵" not in str([entry.body for entry in entries])
    await clerk.post("/people", data={"q": "钱师傅"})
    assert await Access.filter(person=world.people["钱师傅"]).count() == 1


async def test_many_hits_are_cut_and_cost_no_more(world, client, filled):
    for number in range(30):
        one = await Person.create(place=world.community, name=f"孔{number}")
        await Member.create(household=world.households["1-101"], person=one)
    clerk = await client("张经办")
    with counted() as queries:
        found = await told(clerk, "孔")
    assert "人员（前8）" in found and "孔9" not in found
    assert len(queries) <= 13, queries
    said = {"matter": filled, "channel": "visit", "said_on": date(2026, 3, 1)}
    for number in range(9):
        home = {"household": world.households["1-101"], "received_at": world.now}
        await Opinion.create(**said, **home, text=f"第{number}句")
    page = Page(await clerk.post("/search", data={"q": "1-101"}))
    assert "意见（前8）" in page.text and "第8句" in page.text and "第0句" not in page.text
    (form,) = [one for one in page.tree.all("form") if "后面的意见" in one.text]
    rest = {one.get("name"): one.get("value") for one in form.all("input")}
    page = Page(await clerk.post("/search", data=rest))
    assert "意见（第9到11）" in page.text and "第0句" in page.text and "第8句" not in page.text
    assert "住户（" not in page.text and "前面的意见" in page.text
    for wrong in ({"page": "1001"}, {"part": "x"}, {"page": "-1"}):
        assert (await clerk.post("/search", data=rest | wrong)).status_code == 422


async def test_an_empty_box_says_so_and_a_strange_one_breaks_nothing(world, client):
    clerk = await client("张经办")
    assert (await clerk.post("/search", data={"q": " "})).status_code == 422
    for words in ("%", "_", "'; --", "一-二-三", "\x00x", "①", "-" * 60):
        assert (await clerk.post("/search", data={"q": words})).status_code == 200, words
    assert "没有找到" in await told(clerk, "%")
