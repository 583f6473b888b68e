"""The walk's notice boards: a paper one is photographed where the rule set asks for proof."""

import io

from PIL import Image

from deliberation import procedures
from deliberation.boards import actions, photos
from deliberation.boards.models import Board
from deliberation.demo.walk import Walk
from deliberation.documents.developing import develop
from deliberation.documents.pictures import CHAT, page_picture
from deliberation.stages.notices.models import Notice

PAPER, SCREEN = "南门公示栏", "东门电子屏"


async def prove(walk: Walk, moment: str) -> None:
    """Registers the photo of a `moment` of what hangs, if the rule set demands any."""
    if not procedures.get(walk.procedure).norms.boards_proof:
        return
    clerk, now = await walk.actor("zhangjingban"), walk.later(minutes=30)
    notice = await Notice.filter(matter=walk.matter, status="published").order_by("-id").first()
    photo = await develop(await _photo(walk, notice), origin=False)
    row = await photos.add(
        clerk,
        await _board(walk),
        notice.id,
        moment=moment,
        photo=photo,
        sha256=walk.files.put(photo.jpeg),
        now=now,
    )
    await photos.confirm(clerk, await row.board, photo=row.id, public=True, now=now)


async def _board(walk: Walk) -> Board:
    found = await Board.get_or_none(name=PAPER)
    if found:
        return found
    clerk, place = await walk.actor("zhangjingban"), walk.staff.compound
    return await actions.create(clerk, place, name=PAPER, kind="paper", now=walk.now)


async def _photo(walk: Walk, notice: Notice) -> bytes:
    """As a phone might see it: the first page, pinned to a board."""
    document = await notice.document
    page = await page_picture(walk.files, await document.file, 1, CHAT)
    scene = Image.new("RGB", (1600, 1240), (116, 104, 92))
    scene.paste((196, 176, 142), (80, 60, 1520, 1180))
    with Image.open(io.BytesIO(page)) as sheet:
        scene.paste(sheet.convert("RGB"), (440, 110))
    png = io.BytesIO()
    scene.save(png, "png")
    return png.getvalue()


async def put_up(walk: Walk) -> None:
    """A screen at the east gate that a newcomer can pair: open /board in another window."""
    clerk, place = await walk.actor("zhangjingban"), walk.staff.community
    await actions.create(clerk, place, name=SCREEN, kind="electronic", now=walk.now)
