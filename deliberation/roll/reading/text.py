"""Cells as text: one plain form for everything compared, and a gentler one for names.

Spreadsheets typed by hand mix full-width and half-width, hard spaces and marks nobody sees.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from functools import lru_cache

# Written where there is nothing to write.
NOTHING = frozenset(
    (
        "",
        "无",
        "没有",
        "暂无",
        "空",
        "不详",
        "未知",
        "未填",
        "未留",
        "未提供",
        "不便提供",
        "拒绝提供",
        "拒填",
        "-",
        "--",
        "—",
        "——",
        "/",
        "\\",
        "N/A",
        "NA",
        "NONE",
        "NULL",
    )
)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
_DOTS = str.maketrans({dot: "·" for dot in "•・‧∙⋅･●"})
_BRACKETS = str.maketrans("【】〔〕[]{}〈〉《》", "()()()()()()")
_FULL_STOP = re.compile(r"(-?\d+)\.0+")


def plain(value: object) -> str:
    """A cell as compared: NFKC, nothing invisible, single spaces, whole numbers without “.0”."""
    if isinstance(value, str):
        return _plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


@lru_cache(maxsize=8192)
def _plain(value: str) -> str:
    text = " ".join(_visible(unicodedata.normalize("NFKC", value)).split())
    text = text.lstrip("'`")  # how people force text on a spreadsheet
    whole = _FULL_STOP.fullmatch(text)
    return whole[1] if whole else text


def tight(value: object) -> str:
    """`plain` without any space, in capitals: for codes, choices and header names."""
    return _tight(value if isinstance(value, str) else plain(value))


@lru_cache(maxsize=8192)
def _tight(value: str) -> str:
    return _plain(value).replace(" ", "").upper()


@lru_cache(maxsize=8192, typed=True)
def blank(value: object) -> bool:
    """Whether a cell says nothing, in whatever words."""
    return tight(value) in NOTHING


def spoken(value: object) -> str:
    """A cell as shown to people: its own characters, so that rare ones in names stay as typed.

    Only full-width Latin, brackets and middle dots are made uniform; line breaks are kept.
    """
    text = value if isinstance(value, str) else plain(value)
    text = unicodedata.normalize("NFC", text).translate(_FULL_WIDTH)
    return _visible(text.translate(_DOTS).translate(_BRACKETS)).strip()


def _visible(text: str) -> str:
    """Without format marks and lone surrogates; control characters other than breaks are spaces."""
    if text.isalnum() or text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if kind == "Cc" and char != "\n" else char
        for char in text
        if (kind := unicodedata.category(char)) not in ("Cf", "Cs")
    )
