"""The closing instant, round after round: prints how many rounds went wrong.

    python -m tests.soak.closing --engine postgres --rounds 200 [--servers 2]

Without `--servers` the actions are called from a hundred tasks at once with every order of times;
with it the ballots and closes go over HTTP to as many server processes on one database.
"""

import asyncio
import json
import random
import sys
import time
from argparse import Namespace
from contextlib import ExitStack

from deliberation.stages.vote.models import Vote
from tests.faults.databases import arguments, database
from tests.faults.election import prepare
from tests.faults.instant import CASTS, CLOSES, Round, play
from tests.faults.instant_served import ServedRound
from tests.faults.serving import Offset, Server


async def rounds(args: Namespace, world) -> list[Round]:
    """All rounds, named and secret votes in turn."""
    chance, election = random.Random(args.seed), await prepare(world, CASTS, secret=False)
    if not args.servers:
        people = [line.person for line in election.lines]
        return [
            await play(world, people, chance, secret=bool(number % 2))
            for number in range(args.rounds)
        ]
    clock = Offset(world.settings.data_dir / "clock")
    with ExitStack() as stack:
        made = [Server(world.settings, clock=clock) for _ in range(args.servers)]
        servers = [stack.enter_context(server) for server in made]
        for server in servers:
            await server.ready()
        served = ServedRound(world, servers, clock, chance)
        return [
            await served.play(election, secret=bool(number % 2)) for number in range(args.rounds)
        ]


async def main(args: Namespace) -> bool:
    start = time.monotonic()
    async with database(args.engine) as (world, _):
        played = await rounds(args, world)
        results = await Vote.filter(result__isnull=False).count()
    bad = [this for this in played if this.problems]
    figures = {
        "engine": args.engine,
        "servers": args.servers,
        "rounds": len(played),
        "casts": sum(len(this.kinds) for this in played),
        "acknowledged": sum(len(this.acknowledged) for this in played),
        "closes": len(played) * CLOSES,
        "results": results,
        "bad_rounds": len(bad),
        "problems": [problem for this in bad for problem in this.problems][:5],
        "seconds": round(time.monotonic() - start),
    }
    print(json.dumps(figures, ensure_ascii=False), flush=True)
    return not bad and results == len(played) == args.rounds


if __name__ == "__main__":
    parser = arguments(__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--servers", type=int, default=0)
    sys.exit(0 if asyncio.run(main(parser.parse_args())) else 1)
