"""A plan as it is read: its items, what each costs and who pays, and how two versions differ.

Amounts are fen (1/100 yuan); every sum is of integers, so totals always add up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from deliberation.calendar import day_text
from deliberation.matters.models import Funding, ItemOpinion, Matter, Plan, PlanItem
from deliberation.matters.rules import CATEGORIES, OWNERS_REASONS, PAYERS

OWNERS_DECIDE = "依法须由业主共同决定"


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
    return await Plan.filter(matter=matter).order_by("-version").first()


async def items_of(plan: Plan | None) -> list[Item]:
    """A plan's items in order, in three queries whatever their number."""
    if plan is None:
        return []
    rows = await PlanItem.filter(plan=plan)
    money: dict[int, dict] = {row.id: {} for row in rows}
    for item, payer, amount in await Funding.filter(item__plan=plan).values_list(
        "item_id", "payer", "amount"
    ):
        money[item][payer] = amount
    heard: dict[int, set] = {row.id: set() for row in rows}
    for item, opinion in await ItemOpinion.filter(item__plan=plan).values_list(
        "item_id", "opinion_id"
    ):
        heard[item].add(opinion)
    return [
        Item(
            **{name: getattr(row, name) for name in COLUMNS},
            funding=money[row.id],
            opinions=frozenset(heard[row.id]),
            number=row.number,
        )
        for row in rows
    ]


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


@dataclass(frozen=True)
class Change:
    """What became of an item: `kind` is 新增, 取消 or 修改; amounts in fen; details in words."""

    kind: str
    number: int
    name: str
    before: int
    after: int
    details: tuple[str, ...] = ()


def changes(before: list[Item], after: list[Item]) -> list[Change]:
    """Item by item, what `after` has that `before` had not, and the other way round."""
    old = {item.number: item for item in before}
    new = {item.number: item for item in after}
    found = []
    for number in sorted(old.keys() | new.keys()):
        was, now = old.get(number), new.get(number)
        if was is None:
            found.append(Change("新增", number, now.name, 0, now.estimate))
        elif now is None:
            found.append(Change("取消", number, was.name, was.estimate, 0))
        elif details := _details(was, now):
            found.append(Change("修改", number, now.name, was.estimate, now.estimate, details))
    return found


LABELS = {
    "name": "名称",
    "category": "类别",
    "quantity": "数量",
    "responsible": "责任单位",
    "period": "工期",
    "upkeep": "后续管护",
    "owners_note": "业主决定",
}


def _details(was: Item, now: Item) -> tuple[str, ...]:
    details = [
        f"{label}：{_word(was, name)} → {_word(now, name)}"
        for name, label in LABELS.items()
        if getattr(was, name) != getattr(now, name)
    ]
    details += [
        f"{label}：{_yuan(was.funding.get(payer, 0))} → {_yuan(now.funding.get(payer, 0))}"
        for payer, label in PAYERS.items()
        if was.funding.get(payer, 0) != now.funding.get(payer, 0)
    ]
    if was.opinions != now.opinions:
        details.append("所回应的意见有调整")
    return tuple(details)


def _word(item: Item, name: str) -> str:
    value = getattr(item, name)
    return (CATEGORIES[value] if name == "category" else value) or "无"


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}元"
