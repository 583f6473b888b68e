"""The chains of a matter, one per plan item: what came before it and what came of it.

A number stays with an item through all versions of the plan, so it is what holds a chain together.
Everything is read at once, in a number of queries that grows with nothing. Amounts are fen.
"""

from dataclasses import dataclass

from deliberation.matters import differences
from deliberation.matters.differences import Change
from deliberation.matters.facts import current_passage
from deliberation.matters.items import Item, items_by_plan
from deliberation.matters.models import Matter, Plan
from deliberation.stages.consultation.models import Condition, Undertaking
from deliberation.stages.consultation.table import Answered, table
from deliberation.stages.implementation import evaluations
from deliberation.stages.implementation.progress import ItemProgress, Progress, progress
from deliberation.tracing import ballots, printed
from deliberation.tracing.ballots import Asked
from deliberation.tracing.printed import Printed
from deliberation.tracing.rules import Facts
from deliberation.tracing.voices import Voice, Voices, voices


@dataclass(frozen=True)
class Edition:
    """An item in a version of the plan; `change` is None where nothing differs from the one
    before, `item` None where that version leaves it out."""

    version: int
    item: Item | None
    change: Change | None


@dataclass(frozen=True)
class Promised:
    """An undertaking and who gave it; `items` are the numbers it is for, none: the whole plan."""

    entry: Answered
    undertaking: Undertaking
    items: frozenset[int]


@dataclass(frozen=True)
class Chain:
    """`more` counts further single opinions it answers; `works` are the records of the item and
    of what it was called in older versions."""

    number: int
    editions: tuple[Edition, ...]
    voices: tuple[Voice, ...]
    more: int
    conditions: tuple[tuple[Answered, Condition], ...]
    promises: tuple[Promised, ...]
    asked: tuple[Asked, ...]
    outcome: str
    works: tuple[ItemProgress, ...]
    printed: tuple[Printed, ...]

    @property
    def item(self) -> Item:
        """The item as it was last planned."""
        return next(one.item for one in reversed(self.editions) if one.item)

    @property
    def dropped(self) -> bool:
        return self.editions[-1].item is None

    @property
    def paid(self) -> int:
        return sum(row.balance.paid for row in self.works)

    def stands(self, verdict: str) -> Facts:
        return facts(verdict, [self], planned=True)


@dataclass(frozen=True)
class Trace:
    """`promises` are all of them; `versions` the plan's frozen ones."""

    chains: tuple[Chain, ...]
    voices: Voices
    promises: tuple[Promised, ...]
    works: Progress
    verdicts: dict[str, int]
    versions: tuple[Plan, ...]

    @property
    def planned(self) -> int:
        """The estimates of the final plan together."""
        return sum(chain.item.estimate for chain in self.chains if not chain.dropped)

    @property
    def paid(self) -> int:
        return sum(chain.paid for chain in self.chains)

    @property
    def general(self) -> list[Promised]:
        """The undertakings that stand in no chain."""
        return [row for row in self.promises if not self.of(row.items)]

    def of(self, numbers: frozenset[int]) -> list[Chain]:
        return [chain for chain in self.chains if chain.number in numbers]


def facts(verdict: str, chains: list[Chain], *, planned: bool) -> Facts:
    """Where words with this verdict stand that these chains began with."""
    records = [row for chain in chains for row in chain.works]
    return Facts(
        verdict=verdict,
        planned=planned,
        items=tuple((chain.number, chain.outcome) for chain in chains),
        started=any(row.completed for row in records),
        done=bool(records) and all(row.done for row in records),
        paid=sum(chain.paid for chain in chains),
    )


async def trace(matter: Matter) -> Trace:
    """Everything of a matter that has happened, tied together."""
    versions = await Plan.filter(matter=matter, frozen_at__not_isnull=True).order_by("version")
    plans = await items_by_plan(matter)
    editions = _editions([(plan.version, plans.get(plan.id, [])) for plan in versions])
    said = await voices(matter, {number: _last(rows) for number, rows in editions.items()})
    talks = (await table(await current_passage(matter, "consultation"))).answered
    asked, works = await ballots.ballots(matter, plans), await progress(matter)
    notices, promises = await printed.hanging(matter), [row for e in talks for row in _promised(e)]
    chains = [
        Chain(
            number=number,
            editions=tuple(rows),
            voices=tuple(said.by_item[number]),
            more=said.hidden[number],
            conditions=tuple(_conditions(talks, number)),
            promises=tuple(row for row in promises if number in row.items),
            asked=tuple(row for row in asked if number in row.items),
            outcome=ballots.outcome(asked, number),
            works=tuple(row for row in works.every if row.item.number == number),
            printed=tuple(printed.of_item(notices, number, _names(rows))),
        )
        for number, rows in sorted(editions.items())
    ]
    verdicts = await evaluations.counts(matter)
    return Trace(tuple(chains), said, tuple(promises), works, verdicts, tuple(versions))


def _editions(versions: list[tuple[int, list[Item]]]) -> dict[int, list[Edition]]:
    """By number, an item in every version from the first that has it."""
    found: dict[int, list[Edition]] = {}
    before: list[Item] = []
    for place, (version, items) in enumerate(versions):
        known = {item.number: item for item in items}
        compared = differences.changes(before, items) if place else []
        changed = {change.number: change for change in compared}
        for number in found.keys() | known.keys():
            edition = Edition(version, known.get(number), changed.get(number))
            if edition.item or edition.change:
                found.setdefault(number, []).append(edition)
        before = items
    return found


def _last(rows: list[Edition]) -> int:
    return next(row.version for row in reversed(rows) if row.item)


def _names(rows: list[Edition]) -> set[str]:
    return {row.item.name for row in rows if row.item}


def _promised(entry: Answered) -> list[Promised]:
    """An undertaking that names no item goes with the items that its organisation's conditions
    changed."""
    changed = frozenset(row.item for row in entry.conditions if row.item is not None)
    rows = entry.last.undertakings if entry.last else ()
    return [
        Promised(entry, row, changed if row.item is None else frozenset([row.item])) for row in rows
    ]


def _conditions(talks: tuple[Answered, ...], number: int) -> list[tuple[Answered, Condition]]:
    return [(entry, row) for entry in talks for row in entry.conditions if row.item == number]
