"""What a search shows: rows under the name of their kind, and words cut out around a hit. Pure."""

from dataclasses import dataclass

MOST = 8  # rows of a kind
_BEFORE, _AFTER = 12, 40  # characters around a hit


@dataclass(frozen=True)
class Row:
    """One thing found; `people` are (url, name) of who lives in a home."""

    title: str
    url: str = ""
    note: str = ""
    badge: str = ""
    people: tuple | list = ()


@dataclass(frozen=True)
class Part:
    """The rows of one kind; `more` says that there are others."""

    name: str
    rows: list[Row]
    more: bool


def around(text: str, words: str) -> str:
    """The text around the first hit; its beginning where there is none."""
    text = " ".join(text.split())
    at = max(text.lower().find(words.lower()), 0)
    start, end = max(at - _BEFORE, 0), at + len(words) + _AFTER
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
