"""我的话去了哪里: for whoever spoke, where each of their opinions stands now, in one line.

It asks nothing of matters in which no plan answers these opinions yet.
"""

from collections import defaultdict
from dataclasses import dataclass

from deliberation.database.plain import rows
from deliberation.matters.items import items_by_plan
from deliberation.matters.models import ItemOpinion, Matter, PlanItem
from deliberation.stages.implementation.progress import ItemProgress, progress
from deliberation.stages.opinions.models import Answer, Opinion
from deliberation.tracing.ballots import Asked, ballots, outcome
from deliberation.tracing.rules import Facts, stand

# The items of the last frozen version that has them, by group.
_LISTED = (
    "SELECT DISTINCT o.group_id, i.number FROM item_opinion t "
    "JOIN opinion o ON o.id = t.opinion_id JOIN plan_item i ON i.id = t.item_id "
    "JOIN plan p ON p.id = i.plan_id WHERE o.group_id IN $1 AND p.version = ("
    "SELECT MAX(q.version) FROM plan q JOIN plan_item j ON j.plan_id = q.id "
    "WHERE q.matter_id = p.matter_id AND q.frozen_at IS NOT NULL AND j.number = i.number) "
    "ORDER BY i.number"
)


@dataclass(frozen=True)
class Where:
    """`url` is the chain's page, '' while a single opinion has no answer and so is not public."""

    line: str
    url: str


async def whereabouts(
    opinions: list[Opinion], answers: dict[int, Answer | None]
) -> dict[int, Where]:
    """By id, where opinions stand that count; `answers` are the ones that stand for them."""
    counted = [row for row in opinions if _counts(row)]
    if not counted:
        return {}
    matters = {row.matter_id for row in counted}
    newest = await _newest(matters)
    linked: dict[int, set[int]] = defaultdict(set)
    ties = ItemOpinion.filter(opinion_id__in=[row.id for row in counted])
    tied = set()
    for matter, version, number, opinion in await ties.values_list(
        "item__plan__matter_id", "item__plan__version", "item__number", "opinion_id"
    ):
        if newest.get((matter, number)) == version:
            linked[opinion].add(number)
            tied.add(matter)
    of_tied = await Matter.filter(id__in=list(tied)) if tied else []
    known = {row.id: await _known(row) for row in of_tied}
    planned = {matter for matter, _ in newest}
    return {
        row.id: _where(row, answers[row.id], linked[row.id], known.get(row.matter_id), planned)
        for row in counted
    }


async def listed(groups: list[int]) -> dict[int, list[int]]:
    """The numbers of the plan's items that answer each group (by id), in one question."""
    found = defaultdict(list)
    for group, number in await rows(_LISTED, groups) if groups else []:
        found[group].append(number)
    return found


def _counts(opinion: Opinion) -> bool:
    return not opinion.set_aside and not (opinion.speaker and opinion.confirmed_at is None)


async def _newest(matters: set[int]) -> dict[tuple[int, int], int]:
    """(matter, number of an item) → the last frozen version that has it."""
    items = PlanItem.filter(plan__matter_id__in=list(matters), plan__frozen_at__not_isnull=True)
    found: dict[tuple[int, int], int] = {}
    for matter, number, version in await items.values_list(
        "plan__matter_id", "number", "plan__version"
    ):
        found[matter, number] = max(version, found.get((matter, number), 0))
    return found


async def _known(matter: Matter) -> tuple[list[Asked], list[ItemProgress]]:
    asked = await ballots(matter, await items_by_plan(matter))
    return asked, (await progress(matter)).every


def _where(
    opinion: Opinion,
    answer: Answer | None,
    numbers: set[int],
    known: tuple[list[Asked], list[ItemProgress]] | None,
    planned: set[int],
) -> Where:
    asked, works = known or ([], [])
    own = [row for row in works if row.item.number in numbers]
    line = stand(
        Facts(
            verdict=answer.verdict if answer else "",
            planned=opinion.matter_id in planned,
            items=tuple((number, outcome(asked, number)) for number in sorted(numbers)),
            started=any(row.completed for row in own),
            done=bool(own) and all(row.done for row in own),
            paid=sum(row.balance.paid for row in own),
        )
    )
    base = f"/matters/{opinion.matter_id}/trace"
    if opinion.group_id:
        return Where(line, f"{base}/groups/{opinion.group_id}")
    return Where(line, f"{base}/opinions/{opinion.id}" if answer else "")
