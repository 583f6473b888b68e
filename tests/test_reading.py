"""A page asks the database once for what its parts ask, and an act asks for itself."""

import pytest

from deliberation.acting import acting
from deliberation.database.counting import counting, counts
from deliberation.database.once import Reading, each, kept, once
from deliberation.database.plain import first, found, refer, rows
from deliberation.database.state import database_state
from deliberation.matters.facts import current_passage, stays, the_matter
from deliberation.matters.models import Matter, Passage
from deliberation.people.models import Person
from deliberation.places.models import Place
from tests.cast import STAGES, matter_at
from tests.queries import counted

pytestmark = pytest.mark.anyio


async def read(work, method: str = "GET") -> None:
    await reading(work)({"type": "http", "method": method}, None, None)


def reading(work) -> Reading:
    async def app(scope, receive, send):
        await work()

    return Reading(app, database_state)


async def test_what_was_read_for_a_page_is_known_until_something_is_written(world):
    matter = await matter_at(world, "vote")

    async def page():
        with counted() as asked:
            first = await the_matter(matter.id)
            assert await the_matter(matter.id) is first
            assert await current_passage(first, "vote") == (await stays(matter))[-1]
        assert len(asked) == 2
        clerk = await world.actor("李书记")
        async with acting(clerk, "matters.terminate", world.now, matter=matter):
            await Matter.filter(id=matter.id).update(title="换名称")
            assert (await the_matter(matter.id)).title == "换名称"
        assert (await the_matter(matter.id)).title == "换名称"

    await read(page)


async def test_nothing_is_known_after_a_page_nor_for_a_form(world):
    asked = []

    @once
    async def count(value: str) -> str:
        asked.append(value)
        return value

    @each
    async def lengths(values: list[str]) -> dict[str, int]:
        asked.append(values)
        return {value: len(value) for value in values}

    async def work():
        assert [await count("a"), await count("a")] == ["a", "a"]
        assert await lengths(["a", "bc"]) == {"a": 1, "bc": 2}
        assert await lengths(["bc", "def", "bc"]) == {"bc": 2, "def": 3}

    page, form = ["a", ["a", "bc"], ["def"]], ["a", "a", ["a", "bc"], ["bc", "def"]]
    await read(work)
    await read(work)
    await read(work, "POST")
    await work()
    assert asked == page + page + form + form


async def test_what_is_kept_for_the_next_page_is_read_again_once_anything_was_written(world):
    matter, read_, seen = await matter_at(world, "vote"), [], []

    @kept
    async def title(id: int) -> str:
        read_.append(id)
        return (await first(Matter, "WHERE x.id = $1", id)).title

    async def page():
        seen.append(await title(matter.id))

    async def page_with_an_act():
        async with acting(
            await world.actor("李书记"), "matters.terminate", world.now, matter=matter
        ):
            await Matter.filter(id=matter.id).update(title="换名称")
            await page()
        await page()

    pages, form = reading(page), ({"type": "http", "method": "POST"}, None, None)
    get = ({"type": "http", "method": "GET"}, None, None)
    for _ in range(3):
        await pages(*get)
    assert len(read_) == 1, "three pages and one question"
    await Matter.filter(id=matter.id).update(title="新名称")
    await pages(*get)
    await pages(*get)
    assert seen == [matter.title] * 3 + ["新名称"] * 2 and len(read_) == 2
    await pages(*form)
    assert len(read_) == 3, "a form reads for itself"
    await reading(page_with_an_act)(*get)
    assert seen[-2:] == ["换名称", "换名称"], "and so does an act, also of a page"
    await pages(*get)
    assert seen[-1] == "换名称"


async def test_several_counts_are_one_question(world):
    matter = await matter_at(world, "vote")
    with counted() as asked:
        found = await counts(
            Passage.filter(matter=matter, stage__in=["vote", "opinions"]),
            Person.filter(name__contains="经办", place=world.community),
            Passage.filter(matter__title="没有"),
            Passage.filter(matter__title=matter.title).exclude(stage="vote"),
        )
    assert len(asked) == 1
    assert found == [2, 2, 0, STAGES.index("vote")]


async def test_counts_are_put_into_sql_once_for_every_row(world):
    put = []

    @counting(Matter)
    def stays_and_votes(matter: Matter):
        put.append(matter)
        return Passage.filter(matter=matter), Passage.filter(matter_id=matter.id, stage="vote")

    for stage in ("opinions", "vote"):
        matter = await matter_at(world, stage)
        assert await stays_and_votes(matter) == [STAGES.index(stage) + 1, int(stage == "vote")]
    assert len(put) == 1


async def test_plain_questions_are_answered_as_the_orm_does(world):
    matter = await matter_at(world, "vote")
    every = await Passage.filter(matter=matter).order_by("id")
    keys = [row.stage for row in every]
    here = "WHERE x.stage IN $2 AND x.matter_id = $1 ORDER BY x.id"
    plain = await refer(await found(Passage, here, matter.id, keys), "matter")
    assert [dict(row) for row in plain] == [dict(row) for row in every]
    assert {row.matter.title for row in plain} == {matter.title}
    assert await first(Passage, here, matter.id, keys[:1], columns="x.id") == every[0]
    assert await first(Passage, here, matter.id, []) is None
    assert await refer([], "matter") == []
    top = await Place.get(parent=None)
    below, same = await refer([await Place.filter(parent=top).first(), top], "parent")
    assert (below.parent, same.parent) == (top, None)
    asked = "SELECT COUNT(*) FROM passage WHERE stage = $1 OR id IN $2 OR id = $3"
    assert (await rows(asked, "", {every[0].id, every[1].id}, every[2].id))[0][0] == 3
