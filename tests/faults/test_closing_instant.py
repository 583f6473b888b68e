"""One closing instant: no ballot is both refused and stored, none acknowledged is missing."""

import random

import pytest

from deliberation.people.models import Person
from tests.faults.instant import CASTS, play

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
