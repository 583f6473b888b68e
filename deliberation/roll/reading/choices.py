"""Single cells as choices: sex, party membership, ticks, who lives in a home.

A word that cannot be told is None, so that the row is refused rather than guessed.
"""

from __future__ import annotations

import re
from functools import lru_cache

from deliberation.roll.reading.text import blank, plain

_cached = lru_cache(maxsize=4096, typed=True)


_YES = frozenset(
    ("是", "√", "✓", "✔", "☑", "Y", "YES", "TRUE", "1", "有", "对", "○", "●", "★", "V")
)
_NO = frozenset(("否", "不是", "非", "×", "✗", "✕", "X", "N", "NO", "FALSE", "0", "☐", "□"))
_GENDERS = {
    "男": "male",
    "男性": "male",
    "M": "male",
    "1": "male",
    "♂": "male",
    "女": "female",
    "女性": "female",
    "F": "female",
    "2": "female",
    "♀": "female",
}
_KIND_OF_MEMBER = re.compile(r"正式|流动|离休|退休|离退休|在职|老|在册")
_MEMBER = frozenset(
    ("党员", "中共", "中共党员", "共产党员", "中国共产党员", "中国共产党党员", "党")
)
_NO_MEMBER = frozenset(
    (
        "群众",
        "团员",
        "共青团员",
        "少先队员",
        "无党派",
        "无党派人士",
        "民主党派",
        "积极分子",
        "入党积极分子",
        "发展对象",
        "非党员",
        "非中共党员",
        "普通居民",
        "学龄前",
        "公民",
    )
)
_OWNER = re.compile(r"业主|自有|自住|自购|产权人|房主|私有|私产|私房|有产权|已购")
_TENANT = re.compile(r"承租|租户|租客|租住|租赁|租房|公租|廉租|租用|借住")
_LETS = re.compile(r"出租|已租")
_VACANT = re.compile(r"(?<![非不])(空置|空房|空户|空关|闲置|无人(居)?住|未入住)")


def read_gender(text: str) -> str | None:
    """'male', 'female', '' where nothing is written, None where it cannot be told."""
    return "" if blank(text) else _GENDERS.get(text)


@_cached
def read_party(text: str) -> str | None:
    """'member', 'probationary', '' for none, None where it cannot be told."""
    if blank(text) or text in _NO or text in _NO_MEMBER:
        return ""
    if re.fullmatch(r"(中共|中国共产党)?预备(期)?党员", text):
        return "probationary"
    return "member" if text in _YES or _KIND_OF_MEMBER.sub("", text) in _MEMBER else None


def read_yes(text: str) -> bool | None:
    """Whether a tick, or the word for the thing itself, stands there; None if unclear."""
    if blank(text) or text in _NO:
        return False
    return True if text in _YES or text in ("代表", "居民代表") else None


@_cached
def read_tenure(text: str) -> str | None:
    """'owner', 'tenant', '' where nothing is written, None where it cannot be told.

    “出租” says that someone lets the home, not which of the two is named, so it is not a guess.
    """
    if blank(text) or is_vacant(text):
        return ""
    if _LETS.search(text):
        return None
    owner, tenant = bool(_OWNER.search(text)), bool(_TENANT.search(text) or text == "租")
    return None if owner == tenant else "owner" if owner else "tenant"


@_cached
def is_vacant(text: str) -> bool:
    """Whether a remark says that nobody lives there."""
    return bool(_VACANT.search(plain(text)))
