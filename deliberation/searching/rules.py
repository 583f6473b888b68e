"""What a search shows: rows under the name of their kind, and words cut out around a hit. Pure."""

from dataclasses import dataclass

MOST = 8  # rows of a kind on a page
PARTS = ("住户", "人员", "意见", "议题", "公示和公告", "大家的意见和答复")
MOST_PAGES = 1000
WORDS = 6  # that must all fit; what is typed beyond them is not asked for
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
    """The rows of one kind on one page of it, from 1; `more` says that others follow."""

    name: str
    rows: list[Row]
    more: bool
    page: int = 1

    @property
    def which(self) -> str:
        """How many these are: 3, 前8, 第9到16."""
        before, here = (self.page - 1) * MOST, len(self.rows)
        if before:
            return f"第{before + 1}到{before + here}"
        return f"前{here}" if self.more else str(here)


def apart(words: str) -> list[str]:
    """The single words of what was typed."""
    return words.split()[:WORDS]


def around(text: str, words: str) -> str:
    """The text around the first hit; its beginning where there is none."""
    text = " ".join(text.split())
    places = [(text.lower().find(word.lower()), len(word)) for word in apart(words)]
    at, long = min((one for one in places if one[0] >= 0), default=(0, 0))
    start, end = max(at - _BEFORE, 0), at + long + _AFTER
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
