"""Finding people by name, home or phone. Reads only."""

from tortoise.expressions import Q

from deliberation.people.forms import plain_mobile
from deliberation.people.models import Member, Person
from deliberation.people.phones import Phones, is_mobile

PER_PAGE = 50


async def found(inside: Q, query: str, number: int, phones: Phones) -> tuple[list[Person], bool]:
    """A page (from 1) of the people inside some places who match, and whether there are more."""
    rows = Person.filter(inside)
    phone = plain_mobile(query)
    if is_mobile(phone):
        rows = rows.filter(phone_hash=phones.hash(phone))
    elif query:
        rows = rows.filter(Q(name__contains=query) | Q(id__in=await _at_home(query)))
    found = await rows.order_by("id").offset((number - 1) * PER_PAGE).limit(PER_PAGE + 1)
    return found[:PER_PAGE], len(found) > PER_PAGE


async def _at_home(query: str) -> list[int]:
    at = Member.filter(household__label__contains=query)
    return list(await at.limit(5000).values_list("person_id", flat=True))


async def homes_of(people: list[Person]) -> dict[int, str]:
    """The homes they live in, by person, as one text."""
    rows = Member.filter(person_id__in=[row.id for row in people])
    homes: dict[int, list[str]] = {}
    for person, label in await rows.values_list("person_id", "household__label"):
        homes.setdefault(person, []).append(label)
    return {person: "、".join(labels) for person, labels in homes.items()}
