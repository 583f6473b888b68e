"""Lists of the homes that no message reaches: little on them, for the staff alone."""

from datetime import date

import pytest

from deliberation.acting import Refused
from deliberation.documents.models import Document
from deliberation.papers import actions, call_lists
from deliberation.people.models import Member, Person
from deliberation.people.rules import address_of
from deliberation.places.models import Household
from deliberation.stages.opinions.models import Opinion
from tests.accounts.helpers import give_phone
from tests.cast import matter_at
from tests.papers.test_papers import made, words

pytestmark = pytest.mark.anyio


async def order(world, matter, paper: str) -> Document:
    clerk = await world.actor("张经办")
    return await actions.order(clerk, matter, paper=paper, now=world.now)


async def test_homes_without_a_phone_door_by_door_for_the_staff_and_destroyed_after_use(
    world, renderer, client, app
):
    matter = await matter_at(world, "opinions")
    await give_phone(app, world.people["钱师傅"])
    await Person.filter(name="赵大妈").update(gender="female")
    await order(world, matter, "phoneless")
    ((pdf),) = await made(world, renderer, app.state.files)
    text = words(pdf)
    assert "1号楼（2户）" in text and "101赵女士" in text and "201冯**" in text
    assert "用后销毁" in text and "共4户" in text
    assert not [one for one in ("赵大妈", "102钱", "冯老师", "199") if one in text]
    document = await Document.get(template="papers/call_list.print.html")
    page, url = f"/matters/{matter.id}/papers", f"/files/{document.file_id}"
    for who, status in (("张经办", 200), ("王主任", 200), ("孙监督", 404), ("赵大妈", 404)):
        someone = await client(who)
        assert (await someone.get(url)).status_code == status, who
        if who != "赵大妈":
            assert (url in (await someone.get(page)).text) is (status == 200), who


async def test_who_was_heard_or_lives_nowhere_is_on_no_list_and_long_ones_are_cut(
    world, monkeypatch
):
    matter = await matter_at(world, "opinions")
    said = {"channel": "visit", "said_on": date(2026, 3, 1), "received_at": world.now}
    home = world.households["1-101"]
    await Opinion.create(matter=matter, household=home, text="漏水", **said)
    await Household.filter(id=world.households["1-102"].id).update(vacant=True)
    await Member.filter(household=world.households["2-101"]).delete()
    (whole,) = await call_lists.unheard(matter)
    assert whole["buildings"] == [
        ("1号楼", [("201", "冯**")]),
        ("2号楼", [("101", "名册上没有人"), ("102", "卫**")]),
    ]
    monkeypatch.setattr(call_lists, "ROWS", 2)
    parts = await call_lists.unheard(matter)
    assert [(one["part"], one["of"], one["homes"]) for one in parts] == [(1, 2, 2), (2, 2, 1)]
    await order(world, matter, "unheard")
    titles = await Document.all().values_list("title", flat=True)
    assert [title[-10:] for title in titles] == ["没有听到的住户名单1", "没有听到的住户名单2"]
    await Household.all().update(vacant=True)
    with pytest.raises(Refused, match="没有这样的住户"):
        await order(world, matter, "unheard")


def test_people_are_addressed_without_their_given_names():
    assert address_of("欧阳建国", "male") == "欧阳先生"
    assert address_of("李梅", "female") == "李女士"
    assert address_of("李梅", "") == "李*"
