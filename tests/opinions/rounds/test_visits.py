"""What staff write down at doors, on both databases."""

import asyncio
from datetime import timedelta

import pytest

from deliberation.acting import Forbidden, Refused
from deliberation.log.models import Entry, broken
from deliberation.matters.models import Matter
from deliberation.places.models import Household
from deliberation.stages.opinions import grouping
from deliberation.stages.opinions.facts import facts
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.opinions.rounds import doors, visits
from deliberation.stages.opinions.rounds.models import Round, Visit
from deliberation.stages.opinions.rounds.visits import Knock
from tests.cast import World
from tests.opinions.test_actions import code, opened, said, written

pytestmark = pytest.mark.anyio


async def begun(world: World, matter: Matter, name="张经办") -> Round:
    actor = await world.actor(name)
    return await visits.begin(actor, matter, visitors="张三、李四", now=world.now)


async def knock(world, walk: Round, home: str, state="nobody", n=1, name="张经办", **more) -> Visit:
    entry = Knock(walk.id, world.households[home].id, state, **more)
    matter = await Matter.get(id=walk.matter_id)
    actor = await world.actor(name)
    return await visits.record(actor, matter, entry, code=code(n), now=world.now)


async def states(matter) -> dict[str, tuple[str, int, bool]]:
    """By building and room: the state, how often nobody was at home, whether they were heard."""
    found = await doors.entrances(matter)
    return {
        row.where + door.room: (door.state, door.attempts, door.spoken)
        for row in found
        for door in row.doors
    }


async def test_a_door_stands_as_it_was_last_found_and_every_knock_is_kept(world):
    matter = await opened(world)
    walk = await begun(world, matter)
    await Household.filter(id=world.households["2-101"].id).update(vacant=True)
    await knock(world, walk, "1-101", n=1)
    world.later(hours=8)
    await knock(world, walk, "1-101", n=2)
    world.later(days=1)
    await knock(world, walk, "1-101", "visited", n=3, text="下水管又堵了", stance="agree")
    await knock(world, walk, "1-102", "refused", n=4)
    # Found earlier, sent later, as from a phone that had no network: what came after it stands.
    await knock(world, walk, "1-101", "nobody", n=5, ago=3600)
    await said(world, matter, "冯老师")
    await written(
        world,
        matter,
        channel="visit",
        visitors="张三、李四",
        n=60,
        text="要扶手",
        building=world.buildings[2].id,
        room="102",
    )
    assert await states(matter) == {
        "1号楼101": ("visited", 3, True),
        "1号楼102": ("refused", 0, False),
        "1号楼201": ("open", 0, True),
        "2号楼101": ("vacant", 0, False),
        "2号楼102": ("visited", 0, True),
    }
    assert await Visit.all().count() == 5
    known = await facts(matter, "opinions")
    assert (known.households, known.covered) == (5, 3)


async def test_words_at_the_door_are_an_opinion_like_any_other(world):
    matter = await opened(world)
    walk = await begun(world, matter)
    world.later(days=2)
    visit = await knock(world, walk, "1-101", "visited", text="要扶手", stance="agree", ago=86400)
    yes = await knock(world, walk, "1-102", "visited", n=2, stance="disagree")
    silent = await knock(world, walk, "1-201", "visited", n=3)
    opinion = await Opinion.get(id=visit.opinion_id)
    assert (opinion.channel, opinion.visitors, opinion.text) == ("visit", "张三、李四", "要扶手")
    assert (opinion.household_id, opinion.stance) == (world.households["1-101"].id, "agree")
    assert visit.at_door == world.now - timedelta(days=1)
    assert opinion.said_on.isoformat() == "2026-03-03"
    assert (await Opinion.get(id=yes.opinion_id)).text == "不同意改造"
    assert silent.opinion_id is None
    entry = await Entry.filter(act="opinions.visit").first()
    assert entry.body == {"visit": visit.id, "opinion": opinion.id}


async def test_an_entry_arrives_once_however_often_and_at_once_it_is_sent(world):
    matter = await opened(world)
    walk = await begun(world, matter)
    sent = {"state": "visited", "text": "要扶手"}
    world.later(hours=2)
    made = await asyncio.gather(
        *(knock(world, walk, "1-101", ago=60 * n, **sent) for n in range(8))
    )
    assert {row.id for row in made} == {made[0].id}
    assert (await Visit.all().count(), await Opinion.all().count()) == (1, 1)
    for changed in ({"text": "不要扶手"}, {"state": "nobody", "text": ""}, {"stance": "agree"}):
        with pytest.raises(Refused, match="这一条已经送到过"):
            await knock(world, walk, "1-101", **sent | changed)
    with pytest.raises(Refused, match="这一条已经送到过"):
        await knock(world, walk, "1-102", **sent)
    assert await Visit.all().count() == 1
    assert await broken(f"matter/{matter.id}") is None


async def test_what_may_not_be_written_down_is_refused_and_leaves_nothing(world):
    matter = await opened(world)
    for visitors in ("张三", "张三、张三", "、"):
        with pytest.raises(Refused, match="两名走访人"):
            await visits.begin(
                await world.actor("张经办"), matter, visitors=visitors, now=world.now
            )
    for name in ("赵大妈", "孙监督", "陈先生", "管理员", "visitor"):
        with pytest.raises(Forbidden):
            await begun(world, matter, name)
    walk = await begun(world, matter)
    with pytest.raises(Forbidden, match="另一位同事"):
        await knock(world, walk, "1-101", name="何经办")
    with pytest.raises(Refused, match="不在议题的涉及范围里"):
        await knock(world, walk, "elsewhere")
    with pytest.raises(Refused, match="两位走访人"):
        await knock(world, Round(id=walk.id + 1, matter_id=matter.id), "1-101")
    with pytest.raises(Refused, match="家中无人"):
        await knock(world, walk, "1-101", text="要扶手")
    world.later(days=9)
    with pytest.raises(Refused, match="之后说的不能再登记"):
        await knock(world, walk, "1-101")
    late = await knock(world, walk, "1-101", ago=3 * 86400)
    assert [row.id for row in await Visit.all()] == [late.id]
    assert await Opinion.all().count() == 0


async def test_the_own_last_entry_is_taken_back_with_its_words(world):
    matter = await opened(world)
    walk, other = await begun(world, matter), await begun(world, matter, "何经办")
    clerk = await world.actor("张经办")
    first = await knock(world, walk, "1-101", n=1)
    second = await knock(world, walk, "1-101", "visited", n=2, text="要扶手")
    third = await knock(world, other, "1-102", n=3, name="何经办")

    async def undo(visit: Visit) -> Visit:
        return await visits.undo(clerk, matter, visit=visit.id, now=world.now)

    for visit in (first, third):
        with pytest.raises(Refused, match="自己最后记的"):
            await undo(visit)
    await undo(second)
    assert (await states(matter))["1号楼101"] == ("nobody", 1, False)
    assert (await Opinion.get()).set_aside == "走访人撤回了这条记录"
    # The phone did not hear of it and sends the entry again: it stays taken back.
    again = await knock(world, walk, "1-101", "visited", n=2, text="要扶手")
    assert again.id == second.id and again.undone_at
    await undo(first)
    assert (await states(matter))["1号楼101"] == ("open", 0, False)
    fourth = await knock(world, walk, "1-201", "visited", n=4, text="要电梯")
    grouped = {"opinions": [fourth.opinion_id], "group": None, "title": "电梯"}
    await grouping.put_together(clerk, matter, **grouped, now=world.now)
    with pytest.raises(Refused, match="已经归并"):
        await undo(fourth)
    assert await Entry.filter(act="opinions.undo_visit").count() == 2


async def test_the_database_keeps_every_knock_as_it_was_written(world):
    matter = await opened(world)
    walk = await begun(world, matter)
    visit = await knock(world, walk, "1-101")
    for change in (
        Visit.filter(id=visit.id).delete(),
        Visit.filter(id=visit.id).update(state="visited"),
        Visit.filter(id=visit.id).update(at_door=world.later(hours=1)),
        Round.filter(id=walk.id).update(visitors="王五、赵六"),
        Round.filter(id=walk.id).delete(),
    ):
        with pytest.raises(Exception, match="frozen"):
            await change
    assert (await Visit.get()).state == "nobody"
