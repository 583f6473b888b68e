"""What residents said as the public reads it, with the answer and the plan items that answer it.

Groups of like opinions, and single opinions once they are answered; never who said them. Whoever
asks for thousands of opinions gets as many queries as for two.
"""

from collections import defaultdict
from dataclasses import dataclass

from tortoise.expressions import Subquery
from tortoise.queryset import QuerySet

from deliberation.matters.models import ItemOpinion, Matter, PlanItem
from deliberation.people.rules import redact
from deliberation.stages.opinions.models import Answer, Opinion, heard, standing_answers
from deliberation.stages.opinions.published import merged
from deliberation.stages.opinions.seconding import counts

MOST = 20  # single opinions shown in one place: more are read on the opinions' own page


@dataclass(frozen=True)
class Voice:
    """A group (`count` opinions, some of their `words`, households that second or differ) or one
    opinion.

    `path` is its page behind the address of the matter's trace.
    """

    path: str
    text: str
    count: int
    answer: Answer | None
    second: int = 0
    differ: int = 0
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Voices:
    """`by_item` by the item's number; `loose` are those that no item answers. Single ones beyond
    MOST are only counted: `hidden` by the item's number, `more` of the loose ones. `tied` are the
    ids of all, by "groups" or "opinions", then by the item's number."""

    by_item: dict[int, list[Voice]]
    hidden: dict[int, int]
    loose: list[Voice]
    more: int
    tied: dict[str, dict[int, list[int]]]

    def items(self, path: str) -> frozenset[int]:
        """The numbers of the items that answer the voice of this path."""
        kind, id = path.split("/")
        return frozenset(number for number, ids in self.tied[kind].items() if int(id) in ids)


async def voices(matter: Matter, newest: dict[int, int]) -> Voices:
    """What was said in a matter. `newest` maps each item's number to the last frozen version of
    the plan that has it: what that one answers counts."""
    numbers = await _last(matter, newest)
    links = ItemOpinion.filter(item_id__in=list(numbers))
    grouped, single = await _tied(links, numbers)
    groups = await _groups(matter)
    alone = await _singles(
        Opinion.filter(id__in=[id for ids in single.values() for id in ids[:MOST]])
    )
    by_item = {
        number: [groups[id] for id in grouped[number] if id in groups]
        + [alone[id] for id in single[number][:MOST] if id in alone]
        for number in newest
    }
    tied = {id for ids in grouped.values() for id in ids}
    others = _answered(matter).filter(id__not_in=Subquery(links.values("opinion_id")))
    first = await _singles(others.limit(MOST))
    loose = [voice for id, voice in groups.items() if id not in tied] + list(first.values())
    more = await others.count() - len(first) if len(first) == MOST else 0
    hidden = {number: max(len(single[number]) - MOST, 0) for number in newest}
    return Voices(by_item, hidden, loose, more, {"groups": grouped, "opinions": single})


async def voice_of(matter: Matter, kind: str, id: int) -> Voice | None:
    """One of the matter's groups or answered single opinions; None for every other id."""
    if kind == "groups":
        return (await _groups(matter)).get(id)
    return (await _singles(_answered(matter).filter(id=id))).get(id)


async def _last(matter: Matter, newest: dict[int, int]) -> dict[int, int]:
    """The numbers of the items as they were last planned, by their ids."""
    rows = PlanItem.filter(plan__matter=matter, plan__frozen_at__not_isnull=True)
    found = await rows.values_list("id", "number", "plan__version")
    return {id: number for id, number, version in found if newest.get(number) == version}


async def _tied(
    links: QuerySet, numbers: dict[int, int]
) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """(groups, single opinions) by the number of the item that answers them, by ids."""
    grouped, single = defaultdict(list), defaultdict(list)
    together = links.filter(opinion__group_id__not_isnull=True).order_by("opinion__group_id")
    for item, id in await together.distinct().values_list("item_id", "opinion__group_id"):
        grouped[numbers[item]].append(id)
    apart = links.filter(opinion__group_id__isnull=True).order_by("opinion_id")
    for item, id in await apart.values_list("item_id", "opinion_id"):
        single[numbers[item]].append(id)
    return grouped, single


def _answered(matter: Matter) -> QuerySet:
    """Single opinions that are public."""
    answered = Answer.filter(opinion__matter=matter).values("opinion_id")
    return Opinion.filter(heard(), matter=matter, group_id__isnull=True, id__in=Subquery(answered))


async def _groups(matter: Matter) -> dict[int, Voice]:
    stands = await counts(matter)
    return {
        row.id: Voice(
            f"groups/{row.id}",
            redact(row.title),
            row.count,
            row.answer,
            words=row.words,
            **stands.get(row.id, {}),
        )
        for row in await merged(matter)
    }


async def _singles(rows: QuerySet) -> dict[int, Voice]:
    opinions = await rows.filter(heard())
    answers = await standing_answers(opinions)
    return {
        row.id: Voice(f"opinions/{row.id}", redact(row.text), 1, answers[row.id])
        for row in opinions
        if answers[row.id]
    }
