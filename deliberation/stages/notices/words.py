"""Where people write into a notice, and the search through all of it for personal data.

Figures come from the record; a person writes only what WRITTEN names, each with its most
characters. What was written elsewhere (a plan's items, answers) is searched as well, so that
nothing personal hangs whichever way it came in. Source: personal information law.
"""

from collections.abc import Iterable, Iterator

from deliberation.acting import Refused
from deliberation.people.private import excerpt, found

# What may be typed into a notice: key, name, most characters.
WRITTEN = {"note": ("正文说明", 1000), "reason": ("更正的原因", 300)}
OPINION, WITHDRAWAL = ("监督意见", 1000), ("异议成立的理由", 500)
_PARTS = {
    "note": "正文说明",
    "corrects": "更正的原因",
    "supervisors": "监督意见",
    "matter": "议题名称",
    "scope": "涉及的范围",
    "opinions": "居民意见和答复",
    "organisations": "相关单位",
    "vote": "表决情况",
    "plan": "决议内容",
    "works": "完成情况",
}
# Of offices, and printed as such: they are what a reader shall ring.
_OFFICES = ("contact", "issuer")
# Where organisations are named with how to reach them.
_WITH_OFFICES = ("organisations", "plan", "works")
_SHOWN_MOST = 5


def private(figures: dict) -> list[str]:
    """Sentences that name what personal data stands in a notice's figures, and where."""
    contact, issuer = figures.get("contact", {}), figures.get("issuer", {})
    printed = [contact.get("phone"), issuer.get("phone"), issuer.get("supervisor_phone")]
    reasons = []
    for part, value in figures.items():
        if part not in _OFFICES:
            name, office = _PARTS.get(part, "其他内容"), part in _WITH_OFFICES
            reasons += [_sentences(name, text, printed, office) for text in _texts(value)]
    return list(dict.fromkeys(one for several in reasons for one in several))[:_SHOWN_MOST]


def check(name: str, text: str, *, most: int, printed: Iterable[str] = ()) -> None:
    """Raises Refused with every find in something typed, or when it is too long to print."""
    reasons = _sentences(name, text, printed, office=False)
    if len(text) > most:
        reasons.append(f"“{name}”最多{most}个字，现在有{len(text)}个字")
    if reasons:
        raise Refused(*reasons)


def _sentences(name: str, text: str, printed: Iterable[str], office: bool) -> list[str]:
    return [
        f"“{name}”里有{row.kind}（{excerpt(text, row)}），公示是公开的，请删去"
        for row in found(text, printed=printed, office=office)
    ]


def _texts(value) -> Iterator[str]:
    """Every text in nested figures; days and instants are figures, not words."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
