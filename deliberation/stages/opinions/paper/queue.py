"""Reading what was brought, page by page. A file that was not read yet is its own queue entry.

Nothing is claimed: a page is kept once, whichever process read it first.
"""

import asyncio
import logging

from deliberation.clock import Clock
from deliberation.documents.files import Files
from deliberation.documents.inbox import Inbox
from deliberation.stages.opinions.paper.bringing import Read, take
from deliberation.stages.opinions.paper.models import Bundle
from deliberation.web.scans import ChildFailed, Scanner

logger = logging.getLogger("deliberation")
IDLE = 1.0  # seconds
GONE = "文件已经不在了，请重新上传"


class Reader:
    """Reads the pages that wait, one after another, until cancelled."""

    def __init__(self, scanner: Scanner, inbox: Inbox, files: Files, clock: Clock):
        self._scanner, self._inbox, self._files, self._clock = scanner, inbox, files, clock

    async def run(self) -> None:
        work = self.sweep
        while True:
            try:
                if not await work():
                    await asyncio.sleep(IDLE)
                work = self.step
            except Exception as error:  # the next page must not wait for this one's fault
                logger.error("reader of scans: %s", type(error).__name__)
                await asyncio.sleep(IDLE)

    async def sweep(self) -> bool:
        """Drops what a crash left in the inbox."""
        unread = Bundle.filter(read_at=None).values_list("key", flat=True)
        await asyncio.to_thread(self._inbox.sweep, set(await unread))
        return True

    async def drain(self) -> None:
        """Reads everything that waits now."""
        while await self.step():
            pass

    async def step(self) -> bool:
        """Reads one page; False when none waits."""
        bundle = await Bundle.filter(read_at=None).order_by("id").first()
        if bundle is None:
            return False
        read = await self._read(bundle)
        await take(bundle, read, self._clock.now())
        if read.number == read.pages:
            await asyncio.to_thread(self._inbox.drop, bundle.key)
        return True

    async def _read(self, bundle: Bundle) -> Read:
        number, pages = bundle.done + 1, bundle.pages
        try:
            content = await asyncio.to_thread(self._inbox.get, bundle.key)
            pages = pages or await self._scanner.count(content)
            page = await self._scanner.page(content, number)
        except FileNotFoundError:
            return Read(number, number, failed=GONE)
        except ChildFailed as failure:
            return Read(number, pages or 1, failed=str(failure))
        sha256 = await asyncio.to_thread(self._files.put, page.jpeg)
        return Read(number, pages, sha256, len(page.jpeg), page.codes)
