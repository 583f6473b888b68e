"""kill -9 of the real server while voters cast: none lost, none doubled, the result is theirs."""

import asyncio
import random

import pytest

from deliberation import features
from deliberation.database import connect, disconnect
from tests.faults.election import check, prepare
from tests.faults.killing import cast_under_kills
from tests.faults.serving import Server

pytestmark = pytest.mark.anyio
KILLS = 9  # for each kind of vote and engine: 36 in all


@pytest.mark.parametrize("secret", [False, True], ids=["named", "secret"])
async def test_no_ballot_is_lost_or_doubled_when_the_server_is_killed(world, engine, secret):
    chance = random.Random(f"{engine} {secret}")
    voters, versions = (120, 1) if secret else (40, 3)
    election = await prepare(world, voters, secret=secret, versions=versions)
    await disconnect()  # a second open connection would spare SQLite its recovery
    async with asyncio.timeout(120):
        with Server(world.settings) as server:
            killed = await cast_under_kills(server, election, KILLS, chance)
    await connect(world.settings, features.model_modules())
    found = await check(world, election)
    assert found.fine, found
    assert (found.stored, killed) == (120, KILLS)
    assert election.broken_off >= KILLS, "no kill met a ballot under way"
