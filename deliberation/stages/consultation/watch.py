"""What happens to consultations by itself: deadlines pass, and who did not answer is absent."""

import asyncio
import logging

from deliberation.clock import Clock
from deliberation.stages.consultation.invitations import lapse

logger = logging.getLogger("deliberation")
EVERY = 5.0  # seconds


class Watch:
    """Looks after the deadlines until cancelled."""

    def __init__(self, clock: Clock):
        self._clock = clock

    async def run(self) -> None:
        while True:
            try:
                await lapse(self._clock.now())
            except Exception as error:  # looked at again in a moment
                logger.error("watch of the consultations: %s", type(error).__name__)
            await asyncio.sleep(EVERY)
