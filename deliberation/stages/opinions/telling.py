"""Who is told of an answer: those who said it, and those who seconded it or differed.

The mark stays until the person says that they have seen it; it is theirs, not their home's.
"""

from dataclasses import dataclass
from datetime import datetime

from deliberation.accounts.browsers import home_of
from deliberation.accounts.models import Account
from deliberation.acting import Actor, acting
from deliberation.database.once import once
from deliberation.database.plain import found, refer, rows
from deliberation.stages.opinions.models import Answer, Second, Seen, standing_answers
from deliberation.stages.opinions.rules import STANDS
from deliberation.stages.opinions.speakers import said_by


@dataclass(frozen=True)
class Told:
    """An answer somebody is told of, and why: what they said, or the group they took a stand on."""

    answer: Answer
    matter: object
    why: str


@once
async def unseen(actor: Actor) -> list[Told]:
    """The answers that stand and that an actor has not seen, newest first."""
    if actor.account_id is None:
        return []
    said = [row for row in await said_by(actor) if row.is_heard]
    answers = await standing_answers(said)
    told = {
        answer.id: Told(answer, row.matter, row.text)
        for row in said
        if (answer := answers[row.id]) is not None
    }
    stood = await _stood(actor)
    given = "WHERE x.group_id IN $1 ORDER BY x.id"
    shared = await found(Answer, given, [*stood]) if stood else []
    for group, answer in {answer.group_id: answer for answer in shared}.items():
        row = stood[group]
        why = f"您家{STANDS[row.stand]}的：{row.group.title}"
        told.setdefault(answer.id, Told(answer, row.group.matter, why))
    if not told:
        return []
    marked = "SELECT answer_id FROM answer_seen WHERE account_id = $1 AND answer_id IN $2"
    seen = {answer for (answer,) in await rows(marked, actor.account_id, [*told])}
    return [told[id] for id in sorted(told, reverse=True) if id not in seen]


async def _stood(actor: Actor) -> dict[int, Second]:
    """By group, what the actor's households think of it."""
    if not actor.homes:
        return {}
    taken = "WHERE x.household_id IN $1 AND x.stand IN $2 ORDER BY x.id"
    stood = await refer(await found(Second, taken, actor.homes, [*STANDS]), "group")
    await refer([row.group for row in stood], "matter")
    return {row.group_id: row for row in stood}


async def see(actor: Actor, answers: list[int], now: datetime) -> None:
    """Notes that an actor has seen those of `answers` (ids) that they were told of."""
    account = await Account.get(id=actor.account_id).select_related("person", "household")
    async with acting(actor, "opinions.see", now, place=await home_of(account), quiet=True) as act:
        told = {one.answer.id for one in await unseen(actor)}
        for id in sorted(told & set(answers)):
            await Seen.get_or_create(
                account_id=account.id, answer_id=id, defaults={"seen_at": act.now}
            )
