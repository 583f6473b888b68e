"""What was resolved, done, paid and changed, item by item, in a fixed number of queries.

A new version of the plan has new rows. What was recorded on an item of an older version goes on
counting for the item of the same name; older items without such an heir stay visible as history,
so that no payment disappears. Nothing is copied.
"""

from dataclasses import dataclass, field
from datetime import date

from deliberation.database.plain import found, refer, rows
from deliberation.matters.models import Matter, PlanItem
from deliberation.stages.implementation.models import Milestone, Spending, Variation
from deliberation.stages.implementation.rules import Balance, Line, balance
from deliberation.stages.notices.voted import decided_vote, refused_funds, refused_items

_FROZEN = (
    "JOIN plan p ON p.id = x.plan_id WHERE p.matter_id = $1 AND p.frozen_at IS NOT NULL "
    "ORDER BY x.number"
)
_FUNDED = "SELECT x.item_id, x.payer, x.amount FROM funding x"
_OF_MATTER = (
    "JOIN plan_item i ON i.id = x.item_id JOIN plan p ON p.id = i.plan_id "
    "WHERE p.matter_id = $1 ORDER BY x.id"
)
RESIDENTS = "residents"  # the payer whose money is put to the vote as a question of its own


@dataclass
class ItemProgress:
    """A plan item with its records in the order they were made, milestones by planned day.

    `resolved` are (payer, fen) of the final plan; none for an item that is history.
    """

    item: PlanItem
    resolved: list[tuple[str, int]] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    spendings: list[Spending] = field(default_factory=list)
    variations: list[Variation] = field(default_factory=list)

    @property
    def completed(self) -> int:
        return sum(milestone.done_on is not None for milestone in self.milestones)

    @property
    def done(self) -> bool:
        """An item is done with its last milestone."""
        return bool(self.milestones) and self.milestones[-1].done_on is not None

    @property
    def lines(self) -> list[Line]:
        taken_back = {entry.reverses_id for entry in self.spendings}
        return [
            Line(
                entry.kind,
                entry.payer,
                entry.amount,
                cancelled=entry.reverses_id is not None or entry.id in taken_back,
            )
            for entry in self.spendings
        ]

    @property
    def reversible(self) -> list[Spending]:
        """The entries that still stand."""
        pairs = zip(self.spendings, self.lines, strict=True)
        return [entry for entry, line in pairs if not line.cancelled]

    @property
    def balance(self) -> Balance:
        return balance(self.resolved, self.lines)


@dataclass
class Progress:
    """`items` of the final plan in its order; `history`: items of older versions without heir."""

    items: list[ItemProgress]
    history: list[ItemProgress]

    @property
    def every(self) -> list[ItemProgress]:
        return [*self.items, *self.history]

    @property
    def balance(self) -> Balance:
        """The whole plan against everything ever paid for the matter."""
        resolved = [row for item in self.items for row in item.resolved]
        return balance(resolved, [line for item in self.every for line in item.lines])

    @property
    def open_variations(self) -> list[tuple[ItemProgress, Variation]]:
        """Those against the final plan that the matter was not sent back for."""
        return [
            (item, row)
            for item in self.items
            for row in item.variations
            if row.settled_at is None and row.item_id == item.item.id
        ]

    @property
    def beyond(self) -> list[tuple[ItemProgress, Variation]]:
        return [pair for pair in self.open_variations if pair[1].beyond]

    def varied(self, payer: str) -> int:
        """What open variations add to a payer's money over the whole plan, in fen."""
        return sum(row.difference for _, row in self.open_variations if row.payer == payer)


async def progress(matter: Matter) -> Progress:
    """The resolved items of the newest frozen plan with all that was recorded; empty without a
    plan. An item that the vote refused is not to be carried out: it is history at most."""
    every = await refer(await found(PlanItem, _FROZEN, matter.id), "plan")
    every.sort(key=lambda row: (-row.plan.version, row.number))
    vote = await decided_vote(matter)
    refused = await refused_items(vote) if vote else set()
    unfunded = {RESIDENTS} if vote and refused_funds(vote) else set()
    items, history, home = {}, {}, {}
    for row in every:
        if row.plan.version == every[0].plan.version and row.id not in refused:
            home[row.id] = ItemProgress(row)
            items.setdefault(row.name, []).append(home[row.id])
        else:
            heirs = items.get(row.name) or [history.setdefault(row.name, ItemProgress(row))]
            home[row.id] = heirs[0]
    resolved = [row for named in items.values() for row in named]
    await _fill(matter, resolved, home, unfunded)
    kept = [row for row in history.values() if row.milestones or row.spendings or row.variations]
    return Progress(sorted(resolved, key=lambda row: row.item.number), kept)


async def _fill(
    matter: Matter,
    items: list[ItemProgress],
    home: dict[int, ItemProgress],
    unfunded: set[str],
) -> None:
    """Hangs every record on its item; money of `unfunded` payers was not resolved."""
    final = {item.item.id: item for item in items}
    for item, payer, amount in await rows(f"{_FUNDED} {_OF_MATTER}", matter.id):
        if item in final and payer not in unfunded:
            final[item].resolved.append((payer, amount))
    for milestone in await found(Milestone, _OF_MATTER, matter.id):
        home[milestone.item_id].milestones.append(milestone)
    for entry in await found(Spending, _OF_MATTER, matter.id):
        home[entry.item_id].spendings.append(entry)
    for variation in await found(Variation, _OF_MATTER, matter.id):
        home[variation.item_id].variations.append(variation)
    for row in home.values():
        row.milestones.sort(key=lambda step: (step.planned_on or date.max, step.id))
