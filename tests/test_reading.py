"""A page asks the database once for what its parts ask, and an act asks for itself."""

import pytest

from deliberation.acting import acting
from deliberation.database.counting import counts
from deliberation.database.once import Reading, known, once
from deliberation.matters.facts import current_passage, stays, the_matter
from deliberation.matters.models import Matter, Passage
from deliberation.people.models import Person
from tests.cast import STAGES, matter_at
from tests.queries import counted

pytestmark = pytest.mark.anyio


async def read(work, method: str = "GET") -> None:
    async def app(scope, receive, send):
        await work()

    await Reading(app)({"type": "http", "method": method}, None, None)


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

    async def work():
        known(count, "b", answer="c")
        assert [await count("a"), await count("a")] == ["a", "a"]
        told.append(await count("b"))

    told: list[str] = []
    await read(work)
    await read(work)
    await read(work, "POST")
    await work()
    assert told == ["c", "c", "b", "b"]
    assert asked == ["a", "a", "a", "a", "b", "a", "a", "b"]


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
