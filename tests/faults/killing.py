"""Kills the server again and again while everyone casts.

A moment is counted in acknowledged ballots plus a chance fraction of a second, so that a slow
machine is killed in the same places; now and then a server is killed while it still starts.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable

from tests.faults.election import Election, everyone_casts
from tests.faults.serving import Server

AT_ONCE = 16
SPREAD = 0.03  # seconds: longer than a cast takes
STILL_STARTING = 0.1  # of all kills


async def cast_under_kills(
    server: Server,
    election: Election,
    kills: int,
    chance: random.Random,
    instead: Callable[[int], Awaitable[bool]] | None = None,
) -> int:
    """Everyone casts while the server is killed; returns how many kills came before the last
    receipt. `instead(number)` may do something else in place of that kill and say so."""
    await server.ready()
    casting = asyncio.create_task(everyone_casts(server, election, at_once=AT_ONCE, chance=chance))
    killed = 0
    while killed < kills:
        share = (election.wanted - 2 * AT_ONCE) * (killed + chance.random()) / kills
        if chance.random() > STILL_STARTING:
            await _acknowledged(election, share, casting)
        await asyncio.sleep(chance.uniform(0, SPREAD))
        if casting.done():
            break
        if instead is None or not await instead(killed):
            server.kill()
            server.start()
        killed += 1
    await casting
    return killed


async def _acknowledged(election: Election, least: float, casting: asyncio.Task) -> None:
    while len(election.given) < least and not casting.done():
        await asyncio.sleep(0.002)
