"""Which characters our typefaces cannot draw: a notice prints each as a box, without an error."""

import unicodedata
from functools import cache

from fontTools.ttLib import TTFont

from deliberation.web.assets import STATIC


@cache
def _drawn() -> frozenset[int]:
    with TTFont(STATIC / "fonts" / "NotoSerifSC-Regular.ttf", lazy=True) as font:
        return frozenset(font.getBestCmap())


def missing_glyphs(text: str) -> set[str]:
    """The characters of `text` that a notice would print as a box.

    Characters that are invisible by nature (spaces, line ends, joiners, variation selectors) are
    not reported.
    """
    return {c for c in set(text) if ord(c) not in _drawn() and not _invisible(c)}


def _invisible(c: str) -> bool:
    selector = "\ufe00" <= c <= "\ufe0f" or "\U000e0100" <= c <= "\U000e01ef"
    return selector or c.isspace() or unicodedata.category(c) == "Cf"
