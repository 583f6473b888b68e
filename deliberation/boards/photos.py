"""Photos of paper boards: added at posting and at the end, shown to all once confirmed.

A wrong photo is followed by a better one and stays in the record: proof is never taken away.
"""

from datetime import datetime

from deliberation.acting import Actor, Refused, acting
from deliberation.boards.facts import last_day
from deliberation.boards.models import Board, Photo
from deliberation.boards.rules import too_early
from deliberation.documents.actions import keep
from deliberation.documents.developing import Developed
from deliberation.stages.notices.models import Notice

MOST = 12 * 1024 * 1024


async def add(
    actor: Actor,
    board: Board,
    notice: int,
    *,
    moment: str,
    photo: Developed,
    sha256: str,
    now: datetime,
) -> Photo:
    """Registers a developed photo, already stored under `sha256`, with the matter's own record.

    Raises Refused for a notice that is not published at the board's community, for an end that
    has not come, and for a board that is a screen.
    """
    row = await Notice.get_or_none(id=notice).select_related("passage")
    if row is None:
        raise Refused("请选一份公示")
    async with acting(actor, "boards.photograph", now, matter=await row.matter) as act:
        await board.refresh_from_db()
        await _check(board, row, moment, now)
        file = await keep(
            act,
            sha256=sha256,
            name=f"公示栏照片{row.number}.jpg",
            media_type="image/jpeg",
            size=len(photo.jpeg),
        )
        made = await Photo.create(
            board=board,
            notice=row,
            moment=moment,
            file=file,
            taken_at=photo.taken_at,
            spot=photo.spot,
            added_at=now,
            added_by=actor.account_id,
        )
        act.record(board=board.id, notice=row.id, moment=moment, photo=made.id)
        return made


async def _check(board: Board, notice: Notice, moment: str, now: datetime) -> None:
    place = await board.place
    ids = [int(part) for part in place.path.strip("/").split("/")]
    if board.kind != "paper" or board.retired_at:
        raise Refused("这块公示栏不能登记照片")
    if notice.community_id not in ids or notice.status != "published":
        raise Refused("这份公示不在这个社区张贴，或者已经撤下")
    if reasons := too_early(moment, last_day(notice), now):
        raise Refused(*reasons)


async def confirm(actor: Actor, board: Board, *, photo: int, public: bool, now: datetime) -> None:
    """Lets everybody see a photo that shows no people, or nobody but the staff any longer."""
    row = await Photo.get_or_none(id=photo, board=board).select_related("notice__matter")
    if row is None:
        raise Refused("没有这张照片，请看最新的页面")
    async with acting(actor, "boards.confirm_photo", now, matter=row.notice.matter) as act:
        by = {"public_at": now, "public_by": actor.account_id}
        await Photo.filter(id=row.id).update(**by if public else dict.fromkeys(by))
        act.record(photo=row.id, public=public)
