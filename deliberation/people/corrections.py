"""What people say is wrong in their own data: asked by themselves, settled by a clerk with a word.

The law gives everybody the right to see and to correct what is kept of them (个人信息保护法 第45、
46条). The roll itself is changed by `actions.correct`, as for everybody.
"""

from dataclasses import dataclass
from datetime import datetime

from deliberation.acting import Actor, Refused, acting
from deliberation.people.models import Correction, Person
from deliberation.people.phones import Phones


@dataclass(frozen=True)
class Asked:
    row: Correction
    words: str


async def ask(actor: Actor, person: Person, words: str, phones: Phones, now: datetime) -> None:
    """Says what is wrong. Raises Refused for another person's data and while one still waits."""
    async with acting(actor, "people.ask_correction", now, place=await person.place) as act:
        if actor.person_id != person.id:
            raise Refused("只能请社区改正自己的信息")
        if await Correction.filter(person=person, settled_at=None).exists():
            raise Refused("上一次说的社区还没有办，请等一等，或者到社区当面说")
        row = await Correction.create(
            person=person,
            words_cipher=phones.seal(words),
            asked_at=now,
            asked_by=actor.account_id,
        )
        act.record(correction=row.id)


async def settle(actor: Actor, row: Correction, answer: str, now: datetime) -> None:
    """Says what came of it. Raises Refused when somebody else has."""
    person = await row.person
    async with acting(actor, "people.settle_correction", now, place=await person.place) as act:
        changed = {"answer": answer, "settled_at": now, "settled_by": actor.account_id}
        if not await Correction.filter(id=row.id, settled_at=None).update(**changed):
            raise Refused("这一条别人已经办了")
        act.record(correction=row.id)


async def of(person: Person, phones: Phones) -> list[Asked]:
    """All that one person said, the newest first."""
    rows = await Correction.filter(person=person).order_by("-id")
    return [Asked(row, phones.reveal(row.words_cipher)) for row in rows]
