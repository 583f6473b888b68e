"""Everybody votes within ten minutes, most of them in one: `python -m tests.soak.rush --scale 1`.

5,000 signed-in voters, a peak of 100 ballots a second on SQLite over HTTP, each acknowledged after
its durable commit. Asserted are the counts only: nobody refused, every ballot stored exactly once.
`--scale 0.02` is the same within seconds; times are printed as one JSON line.
"""

import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path

import uvloop

from deliberation.database import sqlite_path
from deliberation.settings import Settings
from tests.soak.crowd import Phone, Voter, gather, served

VOTERS, SECONDS, PEAK, PHONES = 5000, 600, 100, 200
RUSH = 0.4  # of the voters come at the peak rate, in the middle; the others evenly around it


def moments(voters: int, seconds: float) -> list[float]:
    """When each ballot is sent, in seconds from the start."""
    rush = int(voters * RUSH)
    calm = voters - rush
    begins, lasts = seconds / 2, rush / PEAK
    pace = max(seconds - lasts, 1) / calm
    early = [number * pace for number in range(calm // 2)]
    crowd = [begins + number / PEAK for number in range(rush)]
    late = [begins + lasts + number * pace for number in range(calm - calm // 2)]
    return sorted(early + crowd + late)


async def vote(port: int, voters: list[Voter], seconds: float) -> list[float]:
    """Sends everybody's ballot at its moment; how long each answer took. A ballot's time counts
    from its moment, not from when a connection was free."""
    phones: asyncio.Queue[Phone] = asyncio.LifoQueue()
    for _ in range(min(PHONES, len(voters))):
        phones.put_nowait(Phone(port))
    start = time.perf_counter()

    async def one(voter: Voter, moment: float) -> float:
        await asyncio.sleep(start + moment - time.perf_counter())
        phone = await phones.get()
        status, body = await phone.send(voter.ballot(port))
        phones.put_nowait(phone)
        assert status == 200, f"a ballot was answered with {status}"
        assert "票已收到".encode() in body
        return time.perf_counter() - start - moment

    times = await asyncio.gather(*map(one, voters, moments(len(voters), seconds)))
    while not phones.empty():
        phones.get_nowait().close()
    return times


def stored(settings: Settings, voters: int) -> None:
    """Every line is marked once and has one ballot of its own."""
    with closing(sqlite3.connect(sqlite_path(settings))) as database:
        ask = "SELECT count(*), count(DISTINCT entry_id), max(version) FROM ballot"
        assert database.execute(ask).fetchone() == (voters, voters, 1)
        ask = "SELECT count(*) FROM roll_entry WHERE state = 'voted' AND channel = 'phone'"
        assert database.execute(ask).fetchone() == (voters,)


def rush(voters: int, seconds: float) -> dict:
    """Runs it on a fresh database and returns the figures, times in milliseconds."""
    with tempfile.TemporaryDirectory() as name:
        settings = Settings(data_dir=Path(name))
        crowd = uvloop.run(gather(settings, voters))
        with served(settings) as port:
            start = time.perf_counter()
            times = sorted(uvloop.run(vote(port, crowd, seconds)))
            took = time.perf_counter() - start
        stored(settings, voters)
    figures = {f"p{share}_ms": times[voters * share // 100] * 1000 for share in (50, 99)}
    figures["max_ms"] = times[-1] * 1000
    return {"name": "rush", "voters": voters, "seconds": round(took, 1)} | {
        name: round(value, 1) for name, value in figures.items()
    }


def main() -> int:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--seconds", type=float, help="instead of ten minutes times the scale")
    args = parser.parse_args()
    seconds = args.seconds or SECONDS * args.scale
    print(json.dumps(rush(round(VOTERS * args.scale), seconds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
