"""A published notice with its PDF, boards, and screens: what the tests of boards begin with."""

import httpx2
import pymupdf
from tortoise import connections

from deliberation import features
from deliberation.boards import actions
from deliberation.boards.models import Board
from deliberation.database import guards
from deliberation.documents.models import Document
from deliberation.matters.models import Matter
from deliberation.stages.notices.models import Notice
from tests.cast import World
from tests.notices.test_actions import hung
from tests.notices.test_pages import made


async def published(world: World, app, *, pages: int = 2, procedure: str = "") -> Notice:
    """The notice of a resolution that hangs from tomorrow on, as a PDF of so many pages."""
    matter, notice = await hung(world)
    if procedure:
        await Matter.filter(id=matter.id).update(procedure=procedure)
    document = await Document.get(id=notice.document_id)
    await made(app, document, pdf(pages))
    # `hung` wrote history into the tables without them.
    await guards.install(connections.get("default"), features.model_modules())
    return await Notice.get(id=notice.id).select_related("passage", "matter")


def pdf(pages: int) -> bytes:
    document = pymupdf.open()
    for number in range(1, pages + 1):
        document.new_page(width=595, height=842).insert_text((60, 90), f"page {number}")
    return document.tobytes()


async def board(
    world: World, kind: str = "electronic", place=None, name: str = "南门大屏"
) -> Board:
    clerk = await world.actor("张经办")
    where = place or world.community
    made = await actions.create(clerk, where, name=name, kind=kind, now=world.now)
    return await Board.get(id=made.id).select_related("place")


def code_on(page: str) -> str:
    """The code that a screen shows."""
    letters = page.split('<p class="code">', 1)[1].split("</p>", 1)[0]
    return letters.replace("<span> </span>", "")


async def paired(world: World, client, row: Board) -> httpx2.AsyncClient:
    """A screen that staff paired with a board: opened, its code typed, asked again."""
    screen, staff = await client("visitor"), await client("张经办")
    code = code_on((await screen.get("/board")).text)
    typed = await staff.post(f"/boards/{row.id}/pair", data={"code": code})
    assert typed.status_code == 303, typed.text
    assert (await screen.get("/board")).status_code == 303
    return screen
