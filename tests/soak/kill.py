"""Ballots by the thousand while the server is killed by the hundred; nothing lost, none doubled.

    python -m tests.soak.kill --engine postgres --kills 1000 --ballots 10000

Half of the kills and ballots fall on a named vote, half on a secret one. On PostgreSQL every
fortieth kill stops the database instead, without a shutdown. Prints a JSON line for each vote.
"""

import asyncio
import json
import random
import sys
import time
from argparse import Namespace

from deliberation.database import connect, disconnect
from tests.faults.databases import MODULES, arguments, database
from tests.faults.election import check, prepare
from tests.faults.killing import cast_under_kills
from tests.faults.serving import Server

CRASH_EVERY = 40
VERSIONS = 4  # of each named ballot


async def vote(args: Namespace, world, postgres, *, secret: bool) -> bool:
    start, ballots, kills = time.monotonic(), args.ballots // 2, args.kills // 2
    chance = random.Random(f"{args.seed} {secret}")
    versions = 1 if secret else VERSIONS
    election = await prepare(world, ballots // versions, secret=secret, versions=versions)
    await disconnect()
    crashes = 0

    async def instead(number: int) -> bool:
        nonlocal crashes
        if postgres is None or number % CRASH_EVERY != CRASH_EVERY - 1:
            return False
        await server.ready()  # one that finds no database when it starts ends by itself
        postgres.crash()
        crashes += 1
        return True

    with Server(world.settings) as server:
        killed = await cast_under_kills(server, election, kills, chance, instead)
    await connect(world.settings, MODULES)
    found = await check(world, election)
    figures = {
        "engine": args.engine,
        "vote": "secret" if secret else "named",
        "kills": killed - crashes,
        "database_crashes": crashes,
        "ballots": len(election.given),
        "stored": found.stored,
        "requests_broken_off": election.broken_off,
        "answers_5xx": election.unavailable,
        "lost": found.lost,
        "doubled": found.doubled,
        "problems": found.problems[:5],
        "seconds": round(time.monotonic() - start),
    }
    print(json.dumps(figures, ensure_ascii=False), flush=True)
    return found.fine and killed == kills


async def main(args: Namespace) -> bool:
    async with database(args.engine) as (world, postgres):
        fine = [await vote(args, world, postgres, secret=secret) for secret in (False, True)]
    return all(fine)


if __name__ == "__main__":
    parser = arguments(__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--ballots", type=int, default=10_000)
    sys.exit(0 if asyncio.run(main(parser.parse_args())) else 1)
