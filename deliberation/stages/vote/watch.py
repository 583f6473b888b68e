"""What happens to votes by itself: the closing instant is written down, and commitments to secret
answers enter the log once enough of them wait.

Both happen outside anybody's ballot, so that neither can fail one or tell by its timing who voted.
"""

import asyncio
import logging
from datetime import timedelta
from itertools import chain, repeat

from deliberation.acting import Refused
from deliberation.clock import Clock
from deliberation.stages.vote import closing
from deliberation.stages.vote.casting import commitments, secrecy
from deliberation.stages.vote.models import Vote

logger = logging.getLogger("deliberation")
EVERY = 1.0  # seconds


class Votes:
    """Looks after open votes until cancelled."""

    def __init__(self, clock: Clock):
        self._clock = clock

    async def run(self) -> None:
        for work in chain([self.tidy], repeat(self.step)):
            try:
                await work()
            except Exception as error:  # looked at again in a moment
                logger.error("watch of the votes: %s", type(error).__name__)
            await asyncio.sleep(EVERY)

    async def tidy(self) -> None:
        """What a program that died right after a count left undone: secret rows in their order."""
        since = self._clock.now() - timedelta(days=1)
        if await Vote.filter(secret=True, closed_at__gte=since).exists():
            await secrecy.scrub()

    async def step(self) -> None:
        """One look at every open vote; what is wrong with one does not keep it from the others."""
        now = self._clock.now()
        for vote in await Vote.filter(status="open").select_related("matter"):
            try:
                if now >= vote.closes_at:
                    await closing.end(vote.matter, now)
                elif vote.secret:
                    await commitments.log_batch(vote.matter, now)
            except Refused:  # somebody else did it meanwhile
                continue
            except Exception as error:
                logger.error("watch of a vote: %s", type(error).__name__)
