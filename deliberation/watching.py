"""What happens by itself: the same look again and again, whatever went wrong with the last one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from deliberation.clock import Clock

logger = logging.getLogger("deliberation")


class Watch:
    """Calls `look` with the time, every so many seconds until cancelled; `name` is for the log."""

    def __init__(
        self, name: str, look: Callable[[datetime], Awaitable], every: float, clock: Clock
    ):
        self._name, self._look, self._every, self._clock = name, look, every, clock

    async def run(self) -> None:
        while True:
            try:
                await self._look(self._clock.now())
            except Exception as error:  # looked at again in a while
                logger.error("watch of %s: %s", self._name, type(error).__name__)
            await asyncio.sleep(self._every)
