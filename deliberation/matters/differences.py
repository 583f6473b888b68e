"""How two versions of a plan differ, for people to read: item by item, field by field, by payer.

Nothing is read or written here; amounts are fen and integers, so every difference adds up.
"""

from dataclasses import dataclass

from deliberation.matters.items import Item, by_payer, total
from deliberation.matters.rules import CATEGORIES, PAYERS

ADDED, REMOVED, CHANGED = "新增", "取消", "修改"
LABELS = {
    "name": "名称",
    "category": "类别",
    "quantity": "数量",
    "responsible": "责任单位",
    "period": "工期",
    "upkeep": "后续管护",
    "owners_note": "业主决定",
    "attached": "附件",
}


@dataclass(frozen=True)
class Change:
    """What became of an item: `before` and `after` in fen; `fields` are (label, old, new)."""

    kind: str
    number: int
    name: str
    before: int
    after: int
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Money:
    """What one payer (or all of them) pays, in fen, before and after."""

    payer: str
    before: int
    after: int

    @property
    def difference(self) -> int:
        return self.after - self.before


def changes(before: list[Item], after: list[Item]) -> list[Change]:
    """Item by item, what `after` has that `before` had not, and the other way round."""
    old = {item.number: item for item in before}
    new = {item.number: item for item in after}
    found = []
    for number in sorted(old.keys() | new.keys()):
        was, now = old.get(number), new.get(number)
        if was is None:
            found.append(Change(ADDED, number, now.name, 0, now.estimate, _all(now)))
        elif now is None:
            found.append(Change(REMOVED, number, was.name, was.estimate, 0))
        elif fields := _fields(was, now):
            found.append(Change(CHANGED, number, now.name, was.estimate, now.estimate, fields))
    return found


def money(before: list[Item], after: list[Item]) -> list[Money]:
    """Every payer of either version in the order of PAYERS, then the total."""
    old, new = by_payer(before), by_payer(after)
    rows = [
        Money(label, old.get(payer, 0), new.get(payer, 0))
        for payer, label in PAYERS.items()
        if payer in old or payer in new
    ]
    return [*rows, Money("合计", total(before), total(after))]


def _all(item: Item) -> tuple[tuple[str, str, str], ...]:
    """A new item's own fields, against nothing."""
    return _fields(Item("", ""), item, but=("name",))


def _fields(was: Item, now: Item, but: tuple[str, ...] = ()) -> tuple[tuple[str, str, str], ...]:
    found = [
        (label, _word(was, name), _word(now, name))
        for name, label in LABELS.items()
        if name not in but and _word(was, name) != _word(now, name)
    ]
    found += [
        (label, _yuan(was.funding.get(payer, 0)), _yuan(now.funding.get(payer, 0)))
        for payer, label in PAYERS.items()
        if was.funding.get(payer, 0) != now.funding.get(payer, 0)
    ]
    if was.opinions != now.opinions:
        came, went = now.opinions - was.opinions, was.opinions - now.opinions
        told = f"{len(now.opinions)}条（增加{len(came)}条，去掉{len(went)}条）"
        found.append(("回应的意见", f"{len(was.opinions)}条", told))
    return tuple(found)


def _word(item: Item, name: str) -> str:
    if name == "attached":
        # The same name may hold another drawing: its first digits tell them apart.
        return "、".join(f"{file.name}（{file.sha256[:8]}）" for file in item.files) or "无"
    value = getattr(item, name)
    return (CATEGORIES.get(value, "") if name == "category" else value) or "无"


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}元"
