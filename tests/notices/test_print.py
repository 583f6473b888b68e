"""The notices as PDF: what is on the paper equals the record."""

import asyncio

import pymupdf
import pytest

from deliberation.documents.queue import html_of
from deliberation.stages.notices import actions
from deliberation.web.pdf import Renderer
from tests.notices.record import told
from pathlib import Path

pytestmark = pytest.mark.anyio


async def test_dump(world):
    matter = await told(world, "decision_notice")
    notice = await actions.draft(await world.actor("张经办"), matter, note="说明", now=world.now)
    notice = await actions.publish(await world.actor("李书记"), matter, notice.id, now=world.now)
    html = html_of(notice.document, world.settings)
    Path("/tmp/a.html").write_text(html)
    async with Renderer(workers=1) as r:
        Path("/tmp/a.pdf").write_bytes(await r.render(html))
    matter = await told(world, "result_notice")
    await actions.supervise(await world.actor("孙监督"), matter, text="账目清楚。", now=world.now)
    notice = await actions.draft(await world.actor("张经办"), matter, note="", now=world.now)
    notice = await actions.publish(await world.actor("李书记"), matter, notice.id, now=world.now)
    html = html_of(notice.document, world.settings)
    async with Renderer(workers=1) as r:
        Path("/tmp/b.pdf").write_bytes(await r.render(html))
