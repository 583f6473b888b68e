"""我的话去了哪里: for whoever spoke, where each of their opinions stands now, in one line.

It asks nothing of matters in which no plan answers these opinions yet.
"""

from collections import defaultdict
from dataclasses import dataclass

from deliberation.database.plain import rows
from deliberation.matters.items import items_by_plan
from deliberation.matters.models import ItemOpinion, Matter, PlanItem
from deliberation.stages.implementation.progress import ItemProgress, progress
from deliberation.stages.opinions.models import HEARD, Answer, Opinion
from deliberation.tracing.ballots import Asked, ballots, outcome
from deliberation.tracing.rules import Facts, stand

_TOGETHER = f"SELECT x.group_id, x.id FROM opinion x WHERE x.group_id IN $1 AND {HEARD}"


@dataclass(frozen=True)
class Where:
    """`url` is the chain's page, '' while a single opinion has no answer and so is not public."""

    line: str
    url: str


@dataclass(frozen=True)
class _Words:
    """What stands somewhere: one opinion, or the `opinions` (ids) of a group; `path` is its page
    behind the address of the matter's trace."""

    matter: int
    answer: Answer | None
    path: str
    opinions: frozenset[int]


async def whereabouts(
    opinions: list[Opinion], answers: dict[int, Answer | None]
) -> dict[int, Where]:
    """By id, where opinions stand that count; `answers` are the ones that stand for them."""
    return await _whereabouts(
        {
            row.id: _Words(
                row.matter_id,
                answers[row.id],
                f"groups/{row.group_id}" if row.group_id else f"opinions/{row.id}",
                frozenset({row.id}),
            )
            for row in opinions
            if _counts(row)
        }
    )


async def groups_whereabouts(groups: dict[int, tuple[int, Answer | None]]) -> dict[int, Where]:
    """The same for groups of like opinions: by id, of which matter and with which answer."""
    told = await rows(_TOGETHER, [*groups]) if groups else []
    inside: dict[int, set[int]] = defaultdict(set)
    for group, opinion in told:
        inside[group].add(opinion)
    return await _whereabouts(
        {
            id: _Words(matter, answer, f"groups/{id}", frozenset(inside[id]))
            for id, (matter, answer) in groups.items()
        }
    )


async def _whereabouts(words: dict[int, _Words]) -> dict[int, Where]:
    if not words:
        return {}
    newest = await _newest({one.matter for one in words.values()})
    linked: dict[int, set[int]] = defaultdict(set)
    spoken = [id for one in words.values() for id in one.opinions]
    links = ItemOpinion.filter(opinion_id__in=spoken)
    tied = set()
    for matter, version, number, opinion in await links.values_list(
        "item__plan__matter_id", "item__plan__version", "item__number", "opinion_id"
    ):
        if newest.get((matter, number)) == version:
            linked[opinion].add(number)
            tied.add(matter)
    known = {row.id: await _known(row) for row in await Matter.filter(id__in=list(tied))}
    planned = {matter for matter, _ in newest}
    return {
        id: _where(
            one, set().union(*(linked[row] for row in one.opinions)), known.get(one.matter), planned
        )
        for id, one in words.items()
    }


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
    words: _Words,
    numbers: set[int],
    known: tuple[list[Asked], list[ItemProgress]] | None,
    planned: set[int],
) -> Where:
    asked, works = known or ([], [])
    own = [row for row in works if row.item.number in numbers]
    line = stand(
        Facts(
            verdict=words.answer.verdict if words.answer else "",
            planned=words.matter in planned,
            items=tuple((number, outcome(asked, number)) for number in sorted(numbers)),
            started=any(row.completed for row in own),
            done=bool(own) and all(row.done for row in own),
            paid=sum(row.balance.paid for row in own),
        )
    )
    shown = words.answer or words.path.startswith("groups/")
    return Where(line, f"/matters/{words.matter}/trace/{words.path}" if shown else "")
