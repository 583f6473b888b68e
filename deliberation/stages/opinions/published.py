"""What everyone may read: like opinions merged, the others one by one, never who said them.

Source: personal information law (个人信息保护法): no author, no home, and phones, identity numbers
and room numbers taken out of the words. A single opinion goes public with its answer only.
"""

from dataclasses import dataclass

from tortoise.expressions import Subquery
from tortoise.functions import Count

from deliberation.matters.models import Matter
from deliberation.people.rules import redact
from deliberation.stages.opinions.models import Answer, Group, Opinion, heard, standing_answers


@dataclass(frozen=True)
class Merged:
    """Like opinions and their answer (None while they wait); `count` is of opinions."""

    id: int
    title: str
    count: int
    answer: Answer | None


@dataclass(frozen=True)
class Published:
    """One opinion in public: its words redacted, and its answer."""

    id: int
    text: str
    answer: Answer


async def merged(matter: Matter) -> list[Merged]:
    """The groups in which something was said, oldest first."""
    rows = Opinion.filter(heard(), matter=matter, group_id__isnull=False)
    counted = await (
        rows.annotate(n=Count("id")).group_by("group_id").order_by("group_id")
    ).values_list("group_id", "n")
    counts = dict(counted)
    answers = await Answer.filter(group__matter=matter).order_by("id")
    newest = {answer.group_id: answer for answer in answers}
    return [
        Merged(group.id, group.title, counts[group.id], newest.get(group.id))
        for group in await Group.filter(matter=matter)
        if group.id in counts
    ]


async def published(matter: Matter, *, offset: int, limit: int) -> list[Published]:
    """Answered opinions that are in no group, in the order they came."""
    answered = Answer.filter(opinion__matter=matter).values("opinion_id")
    rows = Opinion.filter(heard(), matter=matter, group_id__isnull=True, id__in=Subquery(answered))
    opinions = await rows.offset(offset).limit(limit)
    answers = await standing_answers(opinions)
    return [Published(item.id, redact(item.text), answers[item.id]) for item in opinions]
