"""What everyone may read: like opinions merged, the others one by one, never who said them.

Source: personal information law (个人信息保护法): no author, no home, and phones, identity numbers
and room numbers taken out of the words. A single opinion goes public with its answer only.

Of a group a few sentences are quoted, so that whoever seconds it knows what: the longest short
ones in which nothing tells a home or a person. Something said alone waits for its answer here, too.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from tortoise.expressions import Subquery
from tortoise.functions import Count

from deliberation.database.once import once
from deliberation.database.plain import rows as select
from deliberation.matters.models import Matter
from deliberation.people.rules import personal_data, redact
from deliberation.stages.opinions.models import (
    HEARD,
    Answer,
    Group,
    Opinion,
    heard,
    standing_answers,
)

QUOTED = 3
# Twelve to choose from per group, without what its home calls wrong.
_WORDS = (
    "SELECT group_id, text FROM (SELECT x.group_id, x.text, ROW_NUMBER() OVER "
    "(PARTITION BY x.group_id ORDER BY LENGTH(x.text) DESC, x.text) AS n FROM opinion x "
    f"WHERE x.matter_id = $1 AND x.group_id IS NOT NULL AND {HEARD} "
    "AND LENGTH(x.text) BETWEEN 4 AND 60 AND NOT EXISTS (SELECT 1 FROM opinion_review r "
    "WHERE r.opinion_id = x.id AND NOT r.agrees AND r.settled_at IS NULL)) AS w "
    "WHERE n <= 12 ORDER BY group_id, n"
)
# A house, an entrance, a side of the stairs, somebody by name: a floor alone tells no home.
_TELLING = re.compile(
    r"号楼|[栋幢]|单元|[0-9０-９]\s*[-－#]|[东西南北中]边?[一1]?户|对门|隔壁"
    r"|我[叫姓]|我是|本人|家?住在?[0-9０-９]"
    r"|先生|女士|大爷|大妈|大叔|大婶|阿姨|老师|师傅|奶奶|爷爷|同志"
)


@dataclass(frozen=True)
class Merged:
    """Like opinions, some of their words, and their answer (None while they wait); `count` is of
    opinions."""

    id: int
    title: str
    count: int
    answer: Answer | None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Published:
    """One opinion in public: its words redacted, and its answer."""

    id: int
    text: str
    answer: Answer


@once
async def merged(matter: Matter) -> list[Merged]:
    """The groups in which something was said, oldest first."""
    rows = Opinion.filter(heard(), matter=matter, group_id__isnull=False)
    counted = await (
        rows.annotate(n=Count("id")).group_by("group_id").order_by("group_id")
    ).values_list("group_id", "n")
    counts = dict(counted)
    answers = await Answer.filter(group__matter=matter).order_by("id")
    newest = {answer.group_id: answer for answer in answers}
    said = await _quoted(matter)
    found = []
    for group in await Group.filter(matter=matter):
        if count := counts.get(group.id):
            words = said[group.id] if count > 1 or group.id in newest else ()
            found.append(Merged(group.id, group.title, count, newest.get(group.id), tuple(words)))
    return found


async def _quoted(matter: Matter) -> dict[int, list[str]]:
    """By group at most QUOTED of its sentences, none of them twice."""
    words: dict[int, list[str]] = defaultdict(list)
    for group, text in await select(_WORDS, matter.id):
        if quotable(text) and text not in words[group] and len(words[group]) < QUOTED:
            words[group].append(text)
    return words


def quotable(text: str) -> bool:
    """Whether somebody's words may be read by all as they are."""
    return not personal_data(text) and not _TELLING.search(text)


async def published(matter: Matter, *, offset: int, limit: int) -> list[Published]:
    """Answered opinions that are in no group, in the order they came."""
    answered = Answer.filter(opinion__matter=matter).values("opinion_id")
    rows = Opinion.filter(heard(), matter=matter, group_id__isnull=True, id__in=Subquery(answered))
    opinions = await rows.offset(offset).limit(limit)
    answers = await standing_answers(opinions)
    return [Published(item.id, redact(item.text), answers[item.id]) for item in opinions]
