"""What the code of a form looks like, where it leads, which code on a page is one, and how many
forms are bundled. Pure."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from math import ceil

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


def bundles(doors: Sequence[tuple]) -> list[Sequence[tuple]]:
    """Doors (id, compound, building, label) in their order, cut into parts of about the same size
    where there are too many: whoever hands them out carries one building's."""
    found = []
    for _, group in groupby(doors, key=lambda door: door[1:3]):
        part = list(group)
        each = ceil(len(part) / ceil(len(part) / FORMS_EACH))
        found += [part[at : at + each] for at in range(0, len(part), each)]
    return found
