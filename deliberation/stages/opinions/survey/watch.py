"""Photos and voice notes that nobody handed in are forgotten by themselves, whoever comes after."""

import asyncio
import logging
from datetime import datetime

from deliberation.acting import SYSTEM, acting
from deliberation.clock import Clock
from deliberation.matters.models import Matter
from deliberation.stages.opinions.survey.keeping import KEPT
from deliberation.stages.opinions.survey.models import Upload

logger = logging.getLogger("deliberation")
EVERY = 600.0  # seconds


class Watch:
    """Looks after the uploads until cancelled."""

    def __init__(self, clock: Clock):
        self._clock = clock

    async def run(self) -> None:
        while True:
            try:
                await forget(self._clock.now())
            except Exception as error:  # looked at again in a while
                logger.error("watch of the uploads: %s", type(error).__name__)
            await asyncio.sleep(EVERY)


async def forget(now: datetime) -> None:
    """Deletes uploads older than a day, matter by matter."""
    until = now - KEPT
    for matter in await Matter.filter(survey_uploads__uploaded_at__lt=until).distinct():
        async with acting(SYSTEM, "opinions.forget", now, matter=matter, quiet=True):
            await Upload.filter(matter=matter, uploaded_at__lt=until).delete()
