"""What a roll file would change: each household added, changed or the same. Reads only.

A file never removes anybody: who is not in it stays, since files are often partial.
"""

from dataclasses import dataclass, field

from deliberation.people.models import Appointment, Member
from deliberation.people.phones import Phones
from deliberation.places.models import Household, Place, PlaceKind
from deliberation.procedure import Role
from deliberation.roll.reading.parsed import HouseholdRow, Parsed, PersonRow, Refusal

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Known:
    """What the database holds of a compound, by (building, entrance, room) and by name.

    `people` maps household id → name → the person's row as a dictionary of columns.
    """

    places: dict[tuple[str, str], int]
    households: dict[Key, dict]
    people: dict[int, dict[str, dict]]
    representatives: set[int]


@dataclass(frozen=True)
class Change:
    """One household of the file beside what is known: `household` is None for a new one.

    `fields` are the household's columns that change; `persons` maps a known person's id to its
    changed columns, `phones` their new number; `newcomers` are people not yet known there.
    `was` is the household as known, `people` those known there by id.
    """

    row: HouseholdRow
    household: int | None
    fields: dict = field(default_factory=dict)
    persons: dict[int, dict] = field(default_factory=dict)
    newcomers: tuple[PersonRow, ...] = ()
    elected: tuple[int, ...] = ()
    phones: dict[int, str] = field(default_factory=dict)
    was: dict = field(default_factory=dict)
    people: dict[int, dict] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        return bool(self.fields or self.persons or self.newcomers or self.elected)


async def known(compound: Place) -> Known:
    """A compound's places, households and people, in four queries whatever its size."""
    rows = await Place.filter(path__startswith=compound.path).values(
        "id", "kind", "name", "parent_id"
    )
    by_id = {row["id"]: row for row in rows}
    places = {_spot(row, by_id): row["id"] for row in rows if row["kind"] != PlaceKind.COMPOUND}
    spots = {number: spot for spot, number in places.items()}
    households = await Household.filter(path__startswith=compound.path).values()
    members = await Member.filter(household__path__startswith=compound.path).values(
        "household_id",
        id="person_id",
        name="person__name",
        gender="person__gender",
        birth_year="person__birth_year",
        birth_date="person__birth_date",
        party="person__party",
        phone_hash="person__phone_hash",
        phone_cipher="person__phone_cipher",
    )
    people: dict[int, dict[str, dict]] = {}
    for member in members:
        people.setdefault(member.pop("household_id"), {})[member["name"]] = member
    elected = await Appointment.filter(
        role=Role.REPRESENTATIVE, place__path__startswith=compound.path, until=None
    ).values_list("person_id", flat=True)
    keyed = {(*spots.get(row["place_id"], ("", "")), row["room"]): row for row in households}
    return Known(places, keyed, people, set(elected))


def _spot(row: dict, by_id: dict[int, dict]) -> tuple[str, str]:
    """(building, entrance) of a place row; entrance '' for a building itself."""
    if row["kind"] == PlaceKind.ENTRANCE:
        return by_id[row["parent_id"]]["name"], row["name"]
    return row["name"], ""


def compare(parsed: Parsed, before: Known, phones: Phones) -> list[Change]:
    """One change per household of the file, also for those where nothing changes."""
    return [_change(row, before, phones) for row in parsed.households]


def unbuilt(parsed: Parsed, before: Known) -> list[Refusal]:
    """Remarks on buildings and entrances that a compound with others does not have: most are
    misspelt. A compound without any is about to get them all."""
    first: dict[tuple[str, str], HouseholdRow] = {}
    for row in parsed.households if before.places else ():
        new = (row.building, "") not in before.places
        first.setdefault((row.building, "" if new else row.entrance), row)
    return [
        Refusal(row.row, row.sheet, f"小区里没有{building}{entrance}，会新建")
        for (building, entrance), row in first.items()
        if (building, entrance) not in before.places
    ]


def _change(row: HouseholdRow, before: Known, phones: Phones) -> Change:
    old = before.households.get((row.building, row.entrance, row.room))
    if old is None:
        return Change(row, None, newcomers=row.people)
    people = before.people.get(old["id"], {})
    persons, newcomers, elected, numbers = {}, [], [], {}
    for person in row.people:
        there = people.get(person.name)
        if there is None:
            newcomers.append(person)
            continue
        changed = _differences(person_columns(person, phones), there)
        if changed:
            persons[there["id"]] = changed
        if "phone_hash" in changed:
            numbers[there["id"]] = person.phone
        if person.representative and there["id"] not in before.representatives:
            elected.append(there["id"])
    return Change(
        row,
        old["id"],
        _differences(household_columns(row), old),
        persons,
        tuple(newcomers),
        tuple(elected),
        numbers,
        old,
        {there["id"]: there for there in people.values()},
    )


def household_columns(row: HouseholdRow) -> dict:
    """What the file says of a home; columns it is silent about are left out."""
    said = {"area": row.area_hundredths, "tenure": row.tenure or None, "size": row.size}
    return {name: value for name, value in said.items() if value is not None} | (
        {"vacant": True} if row.vacant else {}
    )


def person_columns(row: PersonRow, phones: Phones) -> dict:
    """What the file says of a person; the phone only as its hash."""
    said = {
        "gender": row.gender or None,
        "birth_year": row.birth_year,
        "birth_date": row.birth_date,
        "party": row.party or None,
        "phone_hash": phones.hash(row.phone) or None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _differences(said: dict, known: dict) -> dict:
    return {name: value for name, value in said.items() if known[name] != value}
