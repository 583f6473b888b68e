"""How a screen becomes a board: it shows a code, staff type it, the next request carries it.

A code is made from the secret in the screen's cookie, the time and the installation's key, so
nothing is stored for strangers who open the page, any server process can tell it, and a code read
over a shoulder is no use without the cookie. Once paired the screen gets a secret of its own.
"""

import unicodedata
from collections.abc import Callable
from datetime import datetime

from deliberation.accounts.throttle import Door
from deliberation.accounts.tokens import new_token, token_hash
from deliberation.acting import SYSTEM, Actor, Refused, acting
from deliberation.boards.models import Board
from deliberation.boards.rules import CODE_LIVES

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without those that are misread
_LENGTH = 8
_MISREAD = "配对码不对，请看清屏幕上的8个字再填一次"


def code_of(secret: str, now: datetime, keyed: Callable[[str], str], *, earlier: int = 0) -> str:
    """The code a screen shows: seven letters and one that checks them."""
    slot = int(now.timestamp() // CODE_LIVES.total_seconds()) - earlier
    digits = bytes.fromhex(keyed(f"board {secret} {slot}"))
    letters = "".join(_LETTERS[byte % 32] for byte in digits[: _LENGTH - 1])
    return letters + _check(letters)


def _check(letters: str) -> str:
    """Tells a misread letter and two that changed places."""
    return _LETTERS[sum(n * _LETTERS.index(one) for n, one in enumerate(letters, 1)) % 31]


def _typed(text: str) -> str:
    """A code as typed, made plain; '' for what no screen shows."""
    code = unicodedata.normalize("NFKC", text).upper().replace(" ", "").replace("-", "")
    right = len(code) == _LENGTH and set(code) <= set(_LETTERS) and _check(code[:-1]) == code[-1]
    return code if right else ""


async def pair(actor: Actor, board: Board, typed: str, door: Door, now: datetime) -> None:
    """Notes the code that a screen shows; the screen is this board once it asks again."""
    code = _typed(typed)

    async def is_possible() -> bool:
        return bool(code)

    await door.attempt(f"board:{actor.account_id}", is_possible, _MISREAD)
    async with acting(actor, "boards.pair", now, place=await board.place) as act:
        await board.refresh_from_db()
        if board.kind != "electronic" or board.retired_at:
            raise Refused("这块公示栏不能配对屏幕")
        await Board.filter(pairing_code=code).update(pairing_code="", pairing_until=None)
        board.pairing_code, board.pairing_until = code, now + CODE_LIVES
        await board.save(update_fields=["pairing_code", "pairing_until"])
        act.record(board=board.id)


async def unpair(actor: Actor, board: Board, now: datetime) -> None:
    """Takes a board from its screen, which shows a code again."""
    async with acting(actor, "boards.unpair", now, place=await board.place) as act:
        row = Board.filter(id=board.id)
        await row.update(token_hash=None, paired_at=None, pairing_code="", pairing_until=None)
        act.record(board=board.id)


async def board_of(secret: str) -> Board | None:
    """The board that a screen's cookie stands for."""
    return await Board.get_or_none(token_hash=token_hash(secret)).select_related("place")


async def claim(secret: str, now: datetime, keyed: Callable[[str], str]) -> str | None:
    """The new secret of a screen whose code staff have typed; None while nobody has."""
    codes = [code_of(secret, now, keyed, earlier=slots) for slots in (0, 1)]
    waiting = Board.filter(pairing_code__in=codes, pairing_until__gt=now, retired_at=None)
    board = await waiting.select_related("place").first()
    if board is None:
        return None
    async with acting(SYSTEM, "boards.bind", now, place=board.place) as act:
        token = new_token()
        unchanged = Board.filter(id=board.id, pairing_code=board.pairing_code)
        bound = {"token_hash": token_hash(token), "paired_at": now}
        if not await unchanged.update(**bound, pairing_code="", pairing_until=None):
            return None
        act.record(board=board.id)
        return token
