"""What the code of a form looks like, where it leads, and which code on a page is one. Pure."""

import re
from collections.abc import Iterable

PATH = "/o/"
_CODE = re.compile(r"[A-Za-z0-9_-]{16}")
_AT_THE_END = re.compile(rf"{PATH}({_CODE.pattern})$")
# How many at once: the page of a board, a notice, should not wait long behind them.
MOST_FORMS = 1000
FORMS_EACH = 40


def is_code(text: str) -> bool:
    return bool(_CODE.fullmatch(text))


def codes_on(texts: Iterable[str]) -> list[str]:
    """The codes of forms among what QR codes say. The address before them may have changed since
    they were printed."""
    found = (_AT_THE_END.search(text.strip()) for text in texts)
    return list(dict.fromkeys(match[1] for match in found if match))
