"""A program to be killed: brings in a roll where there is none, then carries matter after matter.

    python -m tests.faults.carry DATA_DIR ROLL

The database is migrated and its people are in office already.
"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from deliberation import features
from deliberation.accounts.models import Account
from deliberation.commands.walk import WalkClock
from deliberation.database import connect, disconnect
from deliberation.demo.line import carry
from deliberation.demo.people import OFFICES, Staff
from deliberation.demo.rolls import bring_in
from deliberation.demo.walk import Walk
from deliberation.documents.files import Files
from deliberation.documents.queue import Queue
from deliberation.matters.models import Matter
from deliberation.people.phones import Phones
from deliberation.places.models import Household, Place
from deliberation.procedures import DEFAULT
from deliberation.settings import Settings
from deliberation.web.pdf import Renderer

START = datetime(2026, 3, 2, 1, tzinfo=UTC)


async def main(settings: Settings, roll: Path) -> None:
    await connect(settings, features.model_modules())
    try:
        files, clock = Files(settings.data_dir / "files"), WalkClock(START)
        queue = Queue(Renderer(workers=1), files, clock, settings)

        async def render(now: datetime) -> None:
            clock.moment = now
            await queue.drain()

        staff, phones = await in_office(), Phones.open(settings.phone_key_path)
        if not await Household.exists():
            await bring_in(Walk(staff, phones, START, DEFAULT, render, files), roll, files)
        while True:
            title = f"东风里小区第{await Matter.all().count() + 1}次改造"
            await carry(Walk(staff, phones, START, DEFAULT, render, files), title=title)
    finally:
        await disconnect()


async def in_office() -> Staff:
    """The people in office, as a killed run left them."""
    accounts = {office.key: await Account.get(username=office.key) for office in OFFICES}
    community = await Place.get(kind="community")
    return Staff(community, await Place.get(kind="compound"), accounts)


if __name__ == "__main__":
    asyncio.run(main(Settings(data_dir=Path(sys.argv[1])), Path(sys.argv[2])))
