from datetime import date

import pytest

from deliberation.acting import Forbidden, Refused
from deliberation.people.models import Appointment, Member, Ownership, Person
from deliberation.people.phones import Phones
from deliberation.places.models import Household, Place
from deliberation.roll import actions, sample
from deliberation.roll.models import Import
from deliberation.roll.reading.grid import Row, Sheet
from deliberation.roll.reading.parsing import parse
from deliberation.stages.vote.models import RollEntry, Vote
from tests.cast import matter_at, unguarded

pytestmark = pytest.mark.anyio
TODAY = date(2026, 3, 2)
UPLOAD = actions.Upload("0" * 64, "名册.xlsx", 1)


def parsed(rows: list[list]):
    numbered = [Row(number, tuple(row)) for number, row in enumerate(rows, 1)]
    return parse([Sheet("名册", numbered)], today=TODAY)


@pytest.fixture
def phones(tmp_path):
    return Phones.open(tmp_path / "field.key")


@pytest.fixture
async def bring_in(world, phones):
    async def bring(rows: list[list], place=None) -> Import:
        clerk = await world.actor("张经办")
        said = parsed(rows)
        place = place or world.compound
        roll = await actions.preview(clerk, place, UPLOAD, said, phones, world.now)
        return await actions.commit(clerk, roll, said, phones, world.now)

    return bring


async def new_compound(world) -> Place:
    place = await Place.create(kind="compound", name="新里", parent=world.community, path="")
    place.path = f"{world.community.path}{place.id}/"
    await place.save()
    return place


HEAD = [
    "楼栋",
    "单元",
    "房号",
    "与户主关系",
    "姓名",
    "出生年份",
    "手机号",
    "面积",
    "产权情况",
    "居民代表",
]


async def test_the_whole_compound_comes_in_with_what_its_people_are(world, bring_in):
    place = await new_compound(world)
    roll = await bring_in(sample.rows(), place)
    assert (roll.report["added"], roll.report["people"], roll.report["refused"]) == (382, 963, [])
    assert await Household.filter(path__startswith=place.path).count() == 382
    assert await Member.filter(household__path__startswith=place.path).count() == 963
    heads = Member.filter(household__path__startswith=place.path, is_head=True)
    assert await heads.count() == 382
    assert await Appointment.filter(place=place, role="representative").count() == 47
    people = Person.filter(memberships__household__path__startswith=place.path)
    assert await people.filter(party="member").count() == 5
    owners = await Ownership.filter(household__path__startswith=place.path).count()
    assert owners == await Household.filter(path__startswith=place.path, tenure="owner").count()


async def test_phones_are_stored_sealed_and_found_by_their_hash(world, bring_in, phones):
    await bring_in(
        [HEAD, ["9号楼", "1单元", "101", "户主", "罗喆", 1970, "19900001234", 60, "业主", ""]]
    )
    person = await Person.get(phone_hash=phones.hash("19900001234"))
    assert person.name == "罗喆"
    assert "19900001234" not in person.phone_cipher
    assert phones.reveal(person.phone_cipher) == "19900001234"


async def test_the_same_file_twice_changes_nothing_the_second_time(world, bring_in):
    rows = [HEAD, ["9号楼", "1单元", "101", "户主", "罗喆", 1970, "19900001234", 60, "业主", "是"]]
    await bring_in(rows)
    again = await bring_in(rows)
    assert (again.report["added"], again.report["changed"]) == (0, 0)
    assert await Person.filter(name="罗喆").count() == 1


async def test_a_later_file_changes_a_home_and_undo_restores_it(world, bring_in, phones):
    first = ["9号楼", "1单元", "101", "户主", "罗喆", 1970, "19900001234", 60, "业主", ""]
    await bring_in([HEAD, first])
    second = [*first[:6], "19900005678", 61.5, "业主", "是"]
    wife = ["9号楼", "1单元", "101", "配偶", "任燊", 1971, "", "", "", ""]
    roll = await bring_in([HEAD, second, wife])
    assert (roll.report["added"], roll.report["changed"]) == (0, 1)
    home = await Household.get(label="9号楼1单元101")
    assert home.area == 6150
    person = await Person.get(name="罗喆")
    assert phones.reveal(person.phone_cipher) == "19900005678"
    assert await Appointment.filter(person=person, role="representative").count() == 1

    await actions.undo(await world.actor("张经办"), roll, world.now)
    assert (await Household.get(id=home.id)).area == 6000
    assert phones.reveal((await Person.get(name="罗喆")).phone_cipher) == "19900001234"
    assert await Person.filter(name="任燊").count() == 0
    assert await Appointment.filter(person=person, role="representative").count() == 0


async def test_undo_leaves_nothing_behind(world, bring_in):
    counts = [await model.all().count() for model in (Place, Household, Person, Member)]
    rows = [HEAD, ["9号楼", "1单元", "101", "户主", "罗喆", 1970, "", 60, "业主", "是"]]
    roll = await bring_in(rows)
    await actions.undo(await world.actor("张经办"), roll, world.now)
    assert [await model.all().count() for model in (Place, Household, Person, Member)] == counts
    with pytest.raises(Refused, match="不用撤销"):
        await actions.undo(await world.actor("张经办"), roll, world.now)


async def test_a_roll_that_was_frozen_for_a_vote_cannot_be_undone(world, bring_in):
    rows = [HEAD, ["9号楼", "1单元", "101", "户主", "罗喆", 1970, "", 60, "业主", "是"]]
    roll = await bring_in(rows)
    matter = await matter_at(world, "vote")
    passage = await matter.passages.filter(stage="vote").first()
    await unguarded()
    vote = await Vote.create(
        matter=matter,
        passage=passage,
        profile={},
        form="plan",
        status="frozen",
        drafted_at=world.now,
    )
    await RollEntry.create(vote=vote, number=1, person=await Person.get(name="罗喆"))
    with pytest.raises(Refused, match="已经用于表决"):
        await actions.undo(await world.actor("张经办"), roll, world.now)
    assert await Person.filter(name="罗喆").exists()


async def test_a_preview_can_be_committed_once(world, bring_in, phones):
    rows = [HEAD, ["9号楼", "1单元", "101", "户主", "罗喆", 1970, "", 60, "业主", ""]]
    roll = await bring_in(rows)
    with pytest.raises(Refused, match="已经导入过"):
        await actions.commit(await world.actor("张经办"), roll, parsed(rows), phones, world.now)


@pytest.mark.parametrize("who", ["王主任", "赵大妈", "孙监督", "管理员", "visitor"])
async def test_only_the_clerk_brings_a_roll_in(world, phones, who):
    said = parsed([HEAD])
    with pytest.raises(Forbidden):
        await actions.preview(
            await world.actor(who), world.compound, UPLOAD, said, phones, world.now
        )
