"""Who is told of an answer: those who said it, and those who seconded it or differed.

The mark stays until the person says that they have seen it; it is theirs, not their home's.
"""

from dataclasses import dataclass
from datetime import datetime

from deliberation.accounts.browsers import home_of
from deliberation.accounts.models import Account
from deliberation.acting import Actor, acting
from deliberation.database.once import once
from deliberation.database.plain import by_id, found, moment, rows
from deliberation.matters.models import Matter
from deliberation.people.rules import redact
from deliberation.stages.opinions.models import Answer, Seen, standing_answers
from deliberation.stages.opinions.rules import STANDS
from deliberation.stages.opinions.speakers import said_by

_STOOD = (
    "SELECT s.group_id, g.matter_id, g.title, s.stand, s.said_at FROM opinion_second s "
    "JOIN opinion_group g ON g.id = s.group_id "
    "WHERE s.household_id IN $1 AND s.stand IN $2 ORDER BY s.id"
)


@dataclass(frozen=True)
class Told:
    """An answer somebody is told of, and why: what they said, or the group they took a stand on."""

    answer: Answer
    matter: object
    why: str


@dataclass(frozen=True)
class Stood:
    """What an actor's household thinks of a group (by id), in words, and the answer to it."""

    group: int
    matter: int
    title: str
    stand: str
    said_at: datetime
    answer: Answer | None

    @property
    def words(self) -> str:
        return f"您家{self.stand}的：{self.title}"


@once
async def stood(actor: Actor) -> list[Stood]:
    """All that an actor's households seconded or differed on, the newest first."""
    taken = await rows(_STOOD, actor.homes, [*STANDS]) if actor.homes else []
    given = "WHERE x.group_id IN $1 ORDER BY x.id"
    shared = await found(Answer, given, {row[0] for row in taken}) if taken else []
    answers = {answer.group_id: answer for answer in shared}
    return [
        Stood(group, matter, redact(title), STANDS[stand], moment(at), answers.get(group))
        for group, matter, title, stand, at in reversed(taken)
    ]


@once
async def unseen(actor: Actor) -> list[Told]:
    """The answers that stand and that an actor has not seen, newest first."""
    if actor.account_id is None:
        return []
    said = [row for row in await said_by(actor) if row.is_heard]
    answers = await standing_answers(said)
    told = {
        answer.id: (answer, row.matter_id, row.text)
        for row in said
        if (answer := answers[row.id]) is not None
    }
    for one in await stood(actor):
        if one.answer:
            told.setdefault(one.answer.id, (one.answer, one.matter, one.words))
    if not told:
        return []
    marked = "SELECT answer_id FROM answer_seen WHERE account_id = $1 AND answer_id IN $2"
    seen = {answer for (answer,) in await rows(marked, actor.account_id, [*told])}
    new = [told[id] for id in sorted(told, reverse=True) if id not in seen]
    matters = await by_id(Matter, {matter for _, matter, _ in new}) if new else {}
    return [Told(answer, matters[matter], why) for answer, matter, why in new]


async def see(actor: Actor, answers: list[int], now: datetime) -> None:
    """Notes that an actor has seen those of `answers` (ids) that they were told of."""
    account = await Account.get(id=actor.account_id).select_related("person", "household")
    async with acting(actor, "opinions.see", now, place=await home_of(account), quiet=True) as act:
        told = {one.answer.id for one in await unseen(actor)}
        for id in sorted(told & set(answers)):
            await Seen.get_or_create(
                account_id=account.id, answer_id=id, defaults={"seen_at": act.now}
            )
