"""What people say is wrong in their own data: asked by themselves, settled by a clerk with a word.

What a household says goes to the page of its head, where the clerk corrects the roll.
The law gives everybody the right to see and to correct what is kept of them (个人信息保护法 第45、
46条). The roll itself is changed by `actions.correct`, as for everybody.
"""

from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import Q

from deliberation.accounts.models import Account
from deliberation.acting import Actor, Refused, acting
from deliberation.people.models import Correction, Member, Person
from deliberation.people.phones import Phones


@dataclass(frozen=True)
class Asked:
    """`home` names the household that asked, '' where the person did."""

    row: Correction
    words: str
    home: str


async def _whose(actor: Actor) -> Person | None:
    """Whose data an actor may say is wrong: their own; of a household's account the head's."""
    if actor.person_id:
        return await Person.get(id=actor.person_id)
    members = Member.filter(household_id=actor.household_id).order_by("-is_head", "id")
    first = await members.select_related("person").first()
    return first and first.person


async def ask(actor: Actor, words: str, phones: Phones, now: datetime) -> None:
    """Says what is wrong in one's own data. Raises Refused while one still waits."""
    person = await _whose(actor)
    if person is None:
        raise Refused("名册上您家现在没有人，请到社区当面说")
    async with acting(actor, "people.ask_correction", now, place=await person.place) as act:
        mine = Correction.filter(person=person, asked_by=actor.account_id)
        if await mine.filter(settled_at=None).exists():
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
    """All that was said of one person's data, the newest first."""
    return await _asked(Q(person=person), phones)


async def own(account: Account, phones: Phones) -> list[Asked]:
    """All that whoever signed in said of their own data, or their household's."""
    if account.household_id:
        return await _asked(Q(asked_by=account.id), phones)
    every = await _asked(Q(person_id=account.person_id), phones)
    return [one for one in every if not one.home]


async def _asked(which: Q, phones: Phones) -> list[Asked]:
    rows = await Correction.filter(which).order_by("-id")
    by = Account.filter(id__in=[row.asked_by for row in rows], household_id__not_isnull=True)
    homes = dict(await by.values_list("id", "household__label")) if rows else {}
    return [
        Asked(row, phones.reveal(row.words_cipher), homes.get(row.asked_by, "")) for row in rows
    ]
