"""Who gets a slip: one person, one household, or everyone of a building. Reads only."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from tortoise.expressions import Q

from deliberation.accounts.models import Account, Slip
from deliberation.accounts.rules import may_hold_slip
from deliberation.people.models import Member, Ownership, Person
from deliberation.places.models import Household, Place
from deliberation.places.rules import counted

HOUSEHOLDS, PERSONS = "households", "persons"
MISSING, EVERYONE = "missing", "everyone"
WHICH = {MISSING: "只发给还没有纸条的", EVERYONE: "全部重新发，以前的纸条作废"}
KINDS = {HOUSEHOLDS: "每户一张（本户的事）", PERSONS: "每位成年人一张（本人投票用）"}


@dataclass(frozen=True)
class Recipient:
    """Exactly one of `person_id` and `household_id` is set; `phone`: whether the roll has one."""

    home: str
    name: str
    phone: bool
    person_id: int | None = None
    household_id: int | None = None

    @property
    def key(self) -> tuple[int | None, int | None]:
        return self.person_id, self.household_id


async def in_place(place: Place, kind: str, on: date) -> list[Recipient]:
    """Everyone of a building or entrance, home by home, as one walks past the doors."""
    members = (
        await Member.filter(household__path__startswith=place.path)
        .order_by("household_id", "-is_head", "id")
        .select_related("household", "person")
    )
    members.sort(key=lambda row: (counted(row.household.label), row.household_id))
    return _of(members, kind, on)


async def of_household(household: Household, on: date) -> list[Recipient]:
    """The household itself, as one recipient; none while nobody is known to live there."""
    members = Member.filter(household=household).order_by("-is_head", "id")
    return _of(await members.select_related("household", "person"), HOUSEHOLDS, on)


async def of_person(person: Person) -> list[Recipient]:
    """One person, with the home they live in or own."""
    home = await Member.filter(person=person).select_related("household").first()
    home = home or await Ownership.filter(person=person).select_related("household").first()
    label = home.household.label if home else ""
    return [_person(person, label)]


def _of(members: list[Member], kind: str, on: date) -> list[Recipient]:
    if kind == PERSONS:
        # Someone on two homes' lists still gets one slip.
        first = {row.person_id: row for row in reversed(members)}
        rows = [row for row in members if first[row.person_id] is row]
        grown = [row for row in rows if _grown(row.person, on)]
        return [_person(row.person, row.household.label) for row in grown]
    homes = groupby(members, key=lambda row: row.household_id)
    return [_household(list(rows)) for _, rows in homes]


def _grown(person: Person, on: date) -> bool:
    return may_hold_slip(person.birth_date, person.birth_year, on)


def _person(person: Person, home: str) -> Recipient:
    return Recipient(home, person.name, bool(person.phone_cipher), person_id=person.id)


def _household(members: list[Member]) -> Recipient:
    home = members[0].household
    phone = any(row.person.phone_cipher for row in members)
    return Recipient(home.label, f"{members[0].person.name}一户", phone, household_id=home.id)


async def accounts_of(recipients: list[Recipient]) -> dict[tuple[int | None, int | None], int]:
    """The accounts that exist already, by the recipients' keys. Staff accounts are not among
    them: a slip opens no office."""
    persons = [item.person_id for item in recipients if item.person_id]
    households = [item.household_id for item in recipients if item.household_id]
    mine = Q(person_id__in=persons, username=None) | Q(household_id__in=households)
    rows = await Account.filter(mine).order_by("-id")
    return {(row.person_id, row.household_id): row.id for row in rows}


async def valid(recipients: list[Recipient]) -> dict[tuple[int | None, int | None], Slip]:
    """The slips that are in force, by the keys of those who hold them."""
    known = {id: key for key, id in (await accounts_of(recipients)).items()}
    slips = await Slip.filter(account_id__in=list(known), revoked_at=None)
    return {known[slip.account_id]: slip for slip in slips}
