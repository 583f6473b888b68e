"""A plan as it is read: its items, what each costs and who pays, its drawings, its digest.

Amounts are fen (1/100 yuan); every sum is of integers, so totals always add up.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import rfc8785

from deliberation.calendar import day_text
from deliberation.database.plain import first
from deliberation.matters.models import Funding, ItemFile, ItemOpinion, Matter, Plan, PlanItem
from deliberation.matters.rules import OWNERS_REASONS, PAYERS

OWNERS_DECIDE = "依法须由业主共同决定"


@dataclass(frozen=True)
class Attached:
    """A file of an item; versions of a plan share it."""

    id: int
    name: str
    sha256: str


@dataclass(frozen=True)
class Item:
    """One item. `funding` maps payers to fen (> 0); `opinions` are the ids it answers.

    `number` stays with an item through all versions and is never given to another one.
    """

    name: str
    category: str
    quantity: str = ""
    responsible: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    upkeep: str = ""
    owners_reason: str = ""
    funding: Mapping[str, int] = field(default_factory=dict)
    opinions: frozenset[int] = frozenset()
    files: tuple[Attached, ...] = ()
    number: int = 0

    @property
    def estimate(self) -> int:
        return sum(self.funding.values())

    @property
    def owners_note(self) -> str:
        """What the page says where the resolution does not replace the owners' decision."""
        if not self.owners_reason:
            return ""
        return f"{OWNERS_DECIDE}（{OWNERS_REASONS[self.owners_reason]}）"

    @property
    def period(self) -> str:
        if not (self.starts_on or self.ends_on):
            return ""
        ends = [day_text(day) if day else "未定" for day in (self.starts_on, self.ends_on)]
        return "至".join(ends)


PLAIN = ("name", "category", "quantity", "responsible", "starts_on", "ends_on", "upkeep")
COLUMNS = (*PLAIN, "owners_reason")


async def newest(matter: Matter) -> Plan | None:
    """The newest version of the plan, frozen or not."""
    return await first(Plan, "WHERE x.matter_id = $1 ORDER BY x.version DESC", matter.id)


async def items_of(plan: Plan | None) -> list[Item]:
    """A plan's items in order, in four queries whatever their number."""
    return (await _by_plan(plan=plan)).get(plan.id, []) if plan else []


async def items_by_plan(matter: Matter) -> dict[int, list[Item]]:
    """The items of every frozen version, by the plan's id, in the same few queries. Which opinions
    they answer is left out: there may be thousands."""
    return await _by_plan(plan__matter=matter, plan__frozen_at__not_isnull=True, opinions=False)


async def _by_plan(*, opinions: bool = True, **wanted) -> dict[int, list[Item]]:
    rows, inside = await PlanItem.filter(**wanted), {f"item__{key}": wanted[key] for key in wanted}
    money: dict[int, dict] = {row.id: {} for row in rows}
    for item, payer, amount in await Funding.filter(**inside).values_list(
        "item_id", "payer", "amount"
    ):
        money[item][payer] = amount
    heard: dict[int, set] = {row.id: set() for row in rows}
    links = ItemOpinion.filter(**inside).values_list("item_id", "opinion_id")
    for item, opinion in await links if opinions else ():
        heard[item].add(opinion)
    files: dict[int, list] = {row.id: [] for row in rows}
    for item, *file in await ItemFile.filter(**inside).values_list(
        "item_id", "file_id", "file__name", "file__sha256"
    ):
        files[item].append(Attached(*file))
    found: dict[int, list[Item]] = {}
    for row in rows:
        item = Item(
            **{name: getattr(row, name) for name in COLUMNS},
            funding=money[row.id],
            opinions=frozenset(heard[row.id]),
            files=tuple(files[row.id]),
            number=row.number,
        )
        found.setdefault(row.plan_id, []).append(item)
    return found


def by_payer(items: list[Item]) -> dict[str, int]:
    """Fen per payer, in the order of PAYERS, payers of nothing left out."""
    sums = {payer: sum(item.funding.get(payer, 0) for item in items) for payer in PAYERS}
    return {payer: amount for payer, amount in sums.items() if amount}


def total(items: list[Item]) -> int:
    return sum(item.estimate for item in items)


def open_points(items: list[Item]) -> list[str]:
    """Why a plan cannot be frozen yet."""
    if not items:
        return ["方案里还没有改造内容"]
    return [
        f"第{item.number}项“{item.name}”没有写明资金来源和金额"
        for item in items
        if not item.estimate
    ]


def plan_digest(items: list[Item]) -> str:
    """Hex SHA-256 over everything that a version says: what is voted on has this fingerprint."""
    content = [
        {
            **{name: str(getattr(item, name) or "") for name in COLUMNS},
            "number": item.number,
            "funding": dict(item.funding),
            "files": [file.sha256 for file in item.files],
        }
        for item in items
    ]
    return hashlib.sha256(b"deliberation/plan\n" + rfc8785.dumps(content)).hexdigest()
