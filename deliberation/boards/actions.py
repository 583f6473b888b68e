"""Putting boards up and taking them down."""

from datetime import datetime

from deliberation.acting import Actor, Refused, acting
from deliberation.boards.models import Board
from deliberation.boards.rules import PLACES
from deliberation.places.models import Place


async def create(actor: Actor, place: Place, *, name: str, kind: str, now: datetime) -> Board:
    """A board at a community, a compound or a building. Raises Refused for a name taken there."""
    async with acting(actor, "boards.create", now, place=place) as act:
        if place.kind not in PLACES:
            raise Refused("公示栏设在社区、小区或者楼栋")
        if await Board.exists(place=place, name=name, retired_at=None):
            raise Refused(f"这里已经有“{name}”，请换一个名称")
        board = await Board.create(
            place=place, name=name, kind=kind, created_at=now, created_by=actor.account_id
        )
        act.record(board=board.id, kind=kind, at=place.id)
        return board


async def retire(actor: Actor, board: Board, now: datetime) -> None:
    """Takes a board out of use; what hung on it stays on record."""
    async with acting(actor, "boards.retire", now, place=await board.place) as act:
        await Board.filter(id=board.id, retired_at=None).update(retired_at=now, token_hash=None)
        act.record(board=board.id)
