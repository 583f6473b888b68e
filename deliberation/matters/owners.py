"""Whether owners have to decide about a plan, and what it leaves to be checked. Reads nothing.

Source: Civil Code 278 for the reasons and the majorities; the residents'-committee law for money
from residents, which a residents' meeting discusses first. The resolution of party members and
representatives replaces neither.
"""

from dataclasses import dataclass

from deliberation.matters.items import Item
from deliberation.matters.rules import OWNERS_PROFILES, OWNERS_REASONS

# What an item's name may touch although nobody said so: shown to be looked at, never decided here.
HINTS = {
    "电梯": "rebuild",
    "加建": "rebuild",
    "扩建": "rebuild",
    "改建": "rebuild",
    "充电": "common",
    "停车": "common",
    "广告": "common",
    "出租": "common",
    "物业公司": "manager",
    "物业服务": "manager",
}


@dataclass(frozen=True)
class Owners:
    """`due` are (item, reason, keys of the profiles that may decide it); `perhaps` are (item,
    reason) that nobody marked; `residents` is what residents are to pay, in fen."""

    due: tuple[tuple[Item, str, tuple[str, ...]], ...]
    perhaps: tuple[tuple[Item, str], ...]
    residents: int


def owners(items: list[Item]) -> Owners:
    due = tuple(
        (
            item,
            OWNERS_REASONS[item.owners_reason],
            tuple(sorted(OWNERS_PROFILES[item.owners_reason])),
        )
        for item in items
        if item.owners_reason
    )
    perhaps = tuple(
        (item, OWNERS_REASONS[reason])
        for item in items
        if not item.owners_reason and (reason := _hint(item.name))
    )
    return Owners(due, perhaps, sum(item.funding.get("residents", 0) for item in items))


def _hint(name: str) -> str:
    return next((reason for word, reason in HINTS.items() if word in name), "")
