"""The pages of 6,600 households beside sqlite3 reading their rows: `… coverage FOLDER`.

The size of a real place: 26 buildings, 56 entrances; two thirds of the doors were knocked at, half
of the households heard. The reference reads the same rows and does nothing with them.
"""

import asyncio
import sqlite3
import sys
import time
from pathlib import Path
from statistics import median

import httpx2

from deliberation import features
from deliberation.app import create_app
from deliberation.clock import Clock
from deliberation.database import connect, disconnect, migrate, sqlite_path
from deliberation.places.models import Household, Place
from deliberation.settings import Settings
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.opinions.rounds.models import Round, Visit
from tests.bench import report
from tests.cast import World, make_world, matter_at
from tests.opinions.rounds.tall import place

BUILDINGS, ENTRANCES, HOUSEHOLDS, TIMES = 26, 56, 6600, 15
STATES = ("visited", "nobody", "refused", "vacant")
ROWS = (
    "SELECT id, place_id, room, vacant FROM household",
    "SELECT household_id, state FROM visit WHERE undone_at IS NULL ORDER BY at_door, id",
    "SELECT DISTINCT household_id, channel FROM opinion",
)


class _Still(Clock):
    def __init__(self, now):
        self._now = now

    def now(self):
        return self._now


async def fill(world: World) -> int:
    """The matter's id, with its places, homes, knocks and opinions."""
    matter = await matter_at(world, "opinions")
    entrances = []
    for number in range(BUILDINGS):
        building = await place("building", f"{number + 3}号楼", world.compound)
        within = ENTRANCES // BUILDINGS + (number < ENTRANCES % BUILDINGS)
        entrances += [await place("entrance", f"{n + 1}单元", building) for n in range(within)]
    homes = []
    for n in range(HOUSEHOLDS):
        above, beside = divmod(n // ENTRANCES, 4)
        stairs, room = entrances[n % ENTRANCES], f"{1 + above}{1 + beside:02d}"
        homes.append(Household(place=stairs, path=stairs.path, room=room, label=room))
    await Household.bulk_create(homes, batch_size=500)
    ids = await Household.filter(path__startswith=world.compound.path).values_list("id", flat=True)
    walk = await Round.create(matter=matter, visitors="张三、李四", begun_at=world.now, begun_by=1)
    knocked = {"matter": matter, "round": walk, "at_door": world.now, "recorded_at": world.now}
    await Visit.bulk_create(
        (
            Visit(household_id=id, state=STATES[id % 4], code=f"1-{id}", recorded_by=1, **knocked)
            for id in ids
            if id % 3
        ),
        batch_size=500,
    )
    told = {"matter": matter, "channel": "visit", "said_on": world.now.date(), "text": "要扶手"}
    await Opinion.bulk_create(
        (Opinion(household_id=id, received_at=world.now, **told) for id in ids if id % 2),
        batch_size=500,
    )
    return matter.id


async def ours(settings: Settings) -> dict[str, float]:
    """Seconds per request, by who asks and for what, without a network between."""
    await connect(settings, features.model_modules())
    try:
        await migrate(settings, features.model_modules())
        world, app = await make_world(), create_app(settings)
        app.state.clock = _Still(world.now)
        base = f"http://127.0.0.1/matters/{await fill(world)}/opinions"
        found, entrance = {}, (await Place.filter(kind="entrance").first()).id
        for name, who, path in (
            ("coverage", "张经办", "coverage"),
            ("coverage-public", "visitor", "coverage"),
            ("entrance", "张经办", f"rounds/{entrance}"),
        ):
            found[name] = await _asked(app, world, who, f"{base}/{path}")
        return found
    finally:
        await disconnect()


async def _asked(app, world: World, who: str, url: str) -> float:
    cookies = {} if who == "visitor" else {"session": await world.token(who)}
    taken = []
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, cookies=cookies) as client:
        for _ in range(TIMES):
            start = time.perf_counter()
            (await client.get(url)).raise_for_status()
            taken.append(time.perf_counter() - start)
    return median(taken)


def plain(settings: Settings) -> float:
    taken = []
    with sqlite3.connect(sqlite_path(settings)) as database:
        for _ in range(TIMES):
            start = time.perf_counter()
            for query in ROWS:
                database.execute(query).fetchall()
            taken.append(time.perf_counter() - start)
    return median(taken)


if __name__ == "__main__":
    found = Settings(data_dir=Path(sys.argv[1]))
    seconds = asyncio.run(ours(found))
    for name, taken in seconds.items():
        report(name, taken, plain(found), "s per page of 6,600 households")
