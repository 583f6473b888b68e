"""Keeping what screens were served and what they report, a row for each stretch of time.

A screen asks every few seconds, for years. What goes on is therefore written down every other
minute only; what a stretch proves ends with what was written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from deliberation.acting import SYSTEM, Act, acting
from deliberation.boards.models import Board, Showing
from deliberation.boards.rules import GAP, NOTED_EVERY

_MOST = 5000


@dataclass(frozen=True)
class Shown:
    """A notice (None: nothing) on a screen, at a page, from `first` to `last`."""

    notice: int | None
    page: int
    first: datetime
    last: datetime


class Keeper:
    """What this process wrote last, so that it need not ask before it writes again."""

    def __init__(self):
        self._written: dict[tuple, tuple[int, datetime]] = {}

    async def keep(self, board: Board, how: str, shown: Sequence[Shown], now: datetime) -> None:
        """Extends the stretches of a board, or begins new ones after a gap."""
        due = [one for one in shown if self._is_due((board.id, how, one.notice), one)]
        if not due:
            return
        async with acting(SYSTEM, f"boards.{how}", now, place=board.place, quiet=True) as act:
            written = {}
            for one in due:
                key = (board.id, how, one.notice)
                row, _ = written.get(key) or self._written.get(key, (None, None))
                written[key] = await _write(act, board, how, one, row)
        if len(self._written) > _MOST:
            self._written.clear()
        self._written |= written

    def _is_due(self, key: tuple, one: Shown) -> bool:
        written = self._written.get(key)
        return written is None or one.last - written[1] >= NOTED_EVERY or one.last < written[1]


async def _write(
    act: Act, board: Board, how: str, one: Shown, row: int | None
) -> tuple[int, datetime]:
    """Extends a stretch, best the `row` written last, or begins one: its id and its end."""
    goes_on = {"last_at__gte": one.first - GAP, "last_at__lte": one.last}
    if row and await Showing.filter(id=row, **goes_on).update(last_at=one.last, page=one.page):
        return row, one.last
    same = Showing.filter(board=board, how=how, notice_id=one.notice)
    found = await same.filter(first_at__lte=one.last, last_at__gte=one.first - GAP).first()
    if found is None:
        found = await Showing.create(
            board=board,
            notice_id=one.notice,
            how=how,
            page=one.page,
            first_at=one.first,
            last_at=one.last,
        )
    elif found.last_at < one.last:
        found.last_at, found.page = one.last, one.page
        await found.save(update_fields=["last_at", "page"])
    return found.id, found.last_at
