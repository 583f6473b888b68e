"""That the server runs, written down every few seconds; a hole in that is an outage.

The file lies in the data folder: several processes share it, and the newest beat counts. It only
beats while the database answers and the disk takes a write, for without them nobody can vote.
"""

import asyncio
import os
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from tortoise.exceptions import BaseORMException
from tortoise.transactions import in_transaction

from deliberation.clock import Clock
from deliberation.log.models import Outage

EVERY = timedelta(seconds=10)
GAP = timedelta(seconds=60)


class Heartbeat:
    """`clock` is what the pages read, `real` what passes; they differ in a demo only, whose
    visitors move the clock: a clock that was moved is no outage."""

    def __init__(self, path: Path, clock: Clock, real: Clock | None = None):
        self._path, self._clock, self._real = path, clock, real or Clock()

    async def run(self) -> None:
        """Beats until it is cancelled; a beat that fails is one that is missing."""
        while True:
            with suppress(OSError, BaseORMException):
                await self.beat()
            await asyncio.sleep(EVERY.total_seconds())

    async def beat(self) -> None:
        """Notes the outage that ends with this beat, if there was one, and writes the beat."""
        async with in_transaction() as connection:  # as every act begins
            await connection.execute_query("SELECT 1")
        now, last = self._real.now(), self.last()
        if last and now - last > GAP:
            shown = timedelta(seconds=round((self._clock.now() - now).total_seconds()))
            await note(last + shown, now + shown)
        if last is None or now > last:
            await asyncio.to_thread(self._write, now)

    def last(self) -> datetime | None:
        """The newest beat of any process; None before the first."""
        try:
            return datetime.fromisoformat(self._path.read_text())
        except (FileNotFoundError, ValueError):
            return None

    def _write(self, now: datetime) -> None:
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with open(beside, "w") as file:
            file.write(now.isoformat())
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, self._path)


async def note(since: datetime, until: datetime) -> None:
    """Several processes that start together note the same outage once."""
    await Outage.get_or_create(since=since, defaults={"until": until})
