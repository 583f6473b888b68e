"""我的话去了哪里: for whoever spoke, where each of their opinions stands now, in one line.

It asks nothing of matters in which no plan answers these opinions yet.
"""

from collections import defaultdict
from dataclasses import dataclass

from deliberation.matters.items import items_by_plan
from deliberation.matters.models import ItemOpinion, Matter, PlanItem
from deliberation.stages.implementation.progress import ItemProgress, progress
from deliberation.stages.opinions.models import Answer, Opinion
from deliberation.tracing.ballots import Asked, ballots, outcome
from deliberation.tracing.rules import Facts, stand


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
    rows = ItemOpinion.filter(opinion_id__in=[row.id for row in counted])
    tied = set()
    for matter, version, number, opinion in await rows.values_list(
        "item__plan__matter_id", "item__plan__version", "item__number", "opinion_id"
    ):
        if newest.get((matter, number)) == version:
            linked[opinion].add(number)
            tied.add(matter)
    known = {row.id: await _known(row) for row in await Matter.filter(id__in=list(tied))}
    planned = {matter for matter, _ in newest}
    return {
        row.id: _where(row, answers[row.id], linked[row.id], known.get(row.matter_id), planned)
        for row in counted
    }


def _counts(opinion: Opinion) -> bool:
    return not opinion.set_aside and not (opinion.speaker and opinion.confirmed_at is None)


async def _newest(matters: set[int]) -> dict[tuple[int, int], int]:
    """(matter, number of an item) → the last frozen version that has it."""
    rows = PlanItem.filter(plan__matter_id__in=list(matters), plan__frozen_at__not_isnull=True)
    found: dict[tuple[int, int], int] = {}
    for matter, number, version in await rows.values_list(
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
