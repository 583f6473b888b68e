"""One closing instant: no ballot is both refused and stored, none acknowledged is missing."""

import random

import pytest

from deliberation.log.models import Entry
from deliberation.people.models import Person
from deliberation.stages.vote import closing
from deliberation.stages.vote.models import Vote
from deliberation.stages.vote.rules import GRACE
from tests.faults.instant import CASTS, play
from tests.vote.voting import cast, open_vote

pytestmark = pytest.mark.anyio
ROUNDS = 8  # for each kind of vote: 16 on each engine


async def voters(world) -> list[int]:
    """People who stand on the roll of every round."""
    first = await Person.all().count()
    await Person.bulk_create(
        Person(place=world.community, name=f"选民{number}") for number in range(CASTS)
    )
    people = await Person.all().order_by("id").offset(first)
    return [person.id for person in people]


@pytest.mark.parametrize("secret", [False, True], ids=["named", "secret"])
async def test_a_hundred_casts_against_twenty_closes_leave_one_result(world, engine, secret):
    chance, people = random.Random(f"{engine} {secret}"), await voters(world)
    played = [await play(world, people, chance, secret=secret) for _ in range(ROUNDS)]
    assert [this.problems for this in played] == [[]] * ROUNDS
    kinds = {kind for this in played for kind in this.kinds.values()}
    assert len(kinds) == 4
    told = sum(len(this.acknowledged) for this in played)
    assert 0 < told < ROUNDS * CASTS


async def test_nothing_is_counted_while_the_log_lacks_an_answer(world):
    matter, vote, entries = await open_vote(world, 10, secret=True)
    clerk, late = await world.actor("张经办"), vote.closes_at + GRACE
    for entry in entries:
        await cast(world, matter, entry, "for")
    await closing.end(matter, late)
    with pytest.raises(closing.Uncommitted):
        await closing.count(clerk, matter, late)
    assert await Vote.filter(id=vote.id, status="closing", result__isnull=True).exists()
    await closing.close(clerk, matter, late)
    acts = await Entry.filter(matter_id=matter.id).order_by("id").values_list("act", flat=True)
    assert list(acts) == ["vote.end", "vote.commit", "vote.close"]
