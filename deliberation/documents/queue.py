"""Making the PDFs that wait. A document without bytes is its own queue entry."""

import asyncio
import hashlib
import logging

from deliberation.clock import Clock
from deliberation.documents.actions import claim, finish, give_up
from deliberation.documents.files import Files
from deliberation.documents.models import Document
from deliberation.settings import Settings
from deliberation.web.pdf import Renderer, RenderFailed
from deliberation.web.seal import Seal
from deliberation.web.templates import render_html

logger = logging.getLogger("deliberation")
IDLE = 0.2  # seconds


def html_of(document: Document, settings: Settings) -> str:
    """The page a document's PDF is made from: its template with the context frozen in it."""
    return render_html(
        document.template, base_url=settings.base_url, demo=settings.demo, **document.context
    )


class Queue:
    """Renders waiting documents one after another until cancelled."""

    def __init__(
        self,
        renderer: Renderer,
        files: Files,
        clock: Clock,
        settings: Settings,
        seal: Seal | None = None,
    ):
        self._renderer, self._files = renderer, files
        self._clock, self._settings, self._seal = clock, settings, seal

    async def run(self) -> None:
        while True:
            try:
                if not await self.step():
                    await asyncio.sleep(IDLE)
            except Exception as error:  # the next document must not wait for this one's fault
                logger.error("document queue: %s", type(error).__name__)
                await asyncio.sleep(IDLE)

    async def drain(self) -> None:
        """Renders everything that waits now; raises RenderFailed at the first that cannot be."""
        while document := await claim(self._clock.now()):
            await self._make(document)

    async def step(self) -> bool:
        """Renders one document; False when none waits."""
        document = await claim(self._clock.now())
        if document is None:
            return False
        try:
            await self._make(document)
        except RenderFailed as failure:
            await give_up(document, str(failure))
        except Exception:
            await give_up(document, "文件没有生成，请联系系统管理员查看日志")
            raise
        return True

    async def _make(self, document: Document) -> None:
        html = await asyncio.to_thread(html_of, document, self._settings)
        pdf = await self._renderer.render(html)
        unsigned = await asyncio.to_thread(lambda: hashlib.sha256(pdf).hexdigest())
        # A preview is nobody's word yet; what hangs is signed.
        seal = None if document.context.get("draft") else self._seal
        signed = await seal.sign(pdf) if seal else pdf
        sha256 = await asyncio.to_thread(self._files.put, signed)
        await finish(
            document,
            sha256=sha256,
            size=len(signed),
            now=self._clock.now(),
            unsigned=unsigned,
            sealed_by=seal.certificate if seal else "",
        )
