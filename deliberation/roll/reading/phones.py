"""Telephone numbers as people write them into one cell.

Mobile numbers are eleven digits beginning with 13 to 19. A faulty one refuses the row, and the
reason never shows the number itself. A landline cannot receive codes and is only remarked on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from deliberation.roll.reading.grid import Refused
from deliberation.roll.reading.text import blank, plain

LENGTH = 11
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{9,11}|[2-8][0-9]{6,7}|400[0-9]{7}")
_COUNTRY = re.compile(r"(?:\+|00)?86(?=1[3-9][0-9]{9}$)")
_AREA_CODE = re.compile(r"\((0[0-9]{2,3})\)")
_EXTENSION = re.compile(r"(?<=[0-9])\s*(?:转|分机|EXT\.?)\s*[0-9]{1,6}", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"[0-9.]+E\+?[0-9]+", re.IGNORECASE)
_SEPARATOR = re.compile(r"[^0-9\s\-+.*‐-―−]+")
_INSIDE = re.compile(r"[\s\-+.‐-―−]")


@dataclass(frozen=True)
class Phones:
    """`mobiles` in the order written, each once; `landline` and `words` call for a remark."""

    mobiles: tuple[str, ...]
    landline: bool
    words: bool


def read_phones(values: list) -> Phones:
    """All numbers of the phone cells of a row. Raises Refused for a faulty mobile number."""
    mobiles: list[str] = []
    landline = words = False
    for value in values:
        if blank(value) or plain(value) == "0":
            continue
        text = plain(value)
        if isinstance(value, float) and not text.isdigit() or _SCIENTIFIC.fullmatch(text):
            raise Refused("手机号被表格软件改成了小数或科学计数法，请把这一列设为文本后重新填写。")
        text = _EXTENSION.sub("", _AREA_CODE.sub(r"\1-", text))
        pieces = [piece for piece in _SEPARATOR.split(text) if re.search(r"[0-9*]", piece)]
        words = words or not pieces
        for piece in pieces:
            numbers, is_landline = _numbers(piece)
            mobiles += numbers
            landline = landline or is_landline
    return Phones(tuple(dict.fromkeys(mobiles)), landline, words)


def _numbers(piece: str) -> tuple[list[str], bool]:
    """The mobiles in a run of digits, spaces and dashes, and whether a landline is among them."""
    if "*" in piece:
        raise Refused("手机号里有“*”号，不完整，请填写完整的号码。")
    digits = _COUNTRY.sub("", _INSIDE.sub("", piece))
    if _MOBILE.fullmatch(digits):
        return [digits], False
    together = [digits[i : i + LENGTH] for i in range(0, len(digits), LENGTH)]
    if len(together) > 1 and all(_MOBILE.fullmatch(number) for number in together):
        return together, False
    if _LANDLINE.fullmatch(digits):
        return [], True
    words = piece.split()
    if len(words) > 1 and any(len(_INSIDE.sub("", word)) >= 7 for word in words):
        found = [_numbers(word) for word in words]  # several numbers with spaces between them
        return [n for numbers, _ in found for n in numbers], any(line for _, line in found)
    if len(digits) == LENGTH:
        raise Refused("手机号虽有11位，但不是以13至19开头，请核对号码。")
    raise Refused(f"手机号应为{LENGTH}位数字，这里有{len(digits)}位，请核对号码。")
