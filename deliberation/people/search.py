"""Finding people by name, home or phone. Reads only."""

from tortoise.expressions import Q, Subquery

from deliberation.people.forms import plain_mobile
from deliberation.people.models import Member, Person
from deliberation.people.phones import Phones, is_mobile
from deliberation.places.models import Household
from deliberation.roll.reading.grid import Refused
from deliberation.roll.reading.places import Spot, read_room

PER_PAGE = 50
BY_PHONE, BY_HOME, BY_NAME = "手机号", "住处", "姓名"


async def found(
    inside: Q, query: str, number: int, phones: Phones, *, most: int = PER_PAGE, homes: bool = True
) -> tuple[list[Person], bool]:
    """A page (from 1) of the people inside some places who match, and whether there are more;
    without `homes` only by name and phone."""
    rows = Person.filter(inside)
    phone = plain_mobile(query)
    if is_mobile(phone):
        rows = rows.filter(phone_hash=phones.hash(phone))
    elif query:
        lives = await _at_home(query) if homes else []
        rows = rows.filter(Q(name__contains=query) | Q(id__in=lives))
    found = await rows.order_by("id").offset((number - 1) * most).limit(most + 1)
    return found[:most], len(found) > most


def kind_of(query: str) -> str:
    """By what somebody is looked for."""
    if is_mobile(plain_mobile(query)):
        return BY_PHONE
    return BY_HOME if home_meant(query) else BY_NAME


def home_meant(query: str) -> Spot | None:
    """The home that was typed, written as on a roll: 3-2-501, 3号楼501, 501; None for words."""
    try:
        spot = read_room(query, False, None, None)
    except Refused:
        return None
    return spot if spot.building or (spot.room or "").isdigit() else None


def homes_like(spot: Spot) -> Q:
    """The filter for the households of a home, an entrance or a building."""
    at = Q(label__startswith=f"{spot.building or ''}{spot.entrance or ''}")
    return at & Q(room=spot.room) if spot.room else at


async def _at_home(query: str) -> list[int]:
    spot = home_meant(query)
    fits = homes_like(spot) if spot else Q(label__contains=query)
    at = Member.filter(household_id__in=Subquery(Household.filter(fits).values("id")))
    return list(await at.limit(5000).values_list("person_id", flat=True))


async def homes_of(people: list[Person]) -> dict[int, str]:
    """The homes they live in, by person, as one text."""
    rows = Member.filter(person_id__in=[row.id for row in people])
    homes: dict[int, list[str]] = {}
    for person, label in await rows.values_list("person_id", "household__label"):
        homes.setdefault(person, []).append(label)
    return {person: "、".join(labels) for person, labels in homes.items()}
