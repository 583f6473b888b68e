"""Writing a roll's rows in bulk: places, homes, people with what they are."""

from dataclasses import dataclass

from deliberation.acting import Act
from deliberation.calendar import local_date
from deliberation.people.models import Appointment, Member, Ownership, Person
from deliberation.people.phones import Phones
from deliberation.places.models import Household, Place, PlaceKind
from deliberation.places.rules import counted
from deliberation.procedure import Role
from deliberation.roll.changes import household_columns
from deliberation.roll.reading.parsed import HouseholdRow, PersonRow

BATCH = 500


async def add_places(
    act: Act, compound: Place, spots: set[tuple[str, str]]
) -> tuple[dict[tuple[str, str], Place], list[int]]:
    """The place of every (building, entrance), making what is missing; and the new ids."""
    places: dict[tuple[str, str], Place] = {}
    new: list[int] = []
    for building, entrance in sorted(spots, key=lambda spot: [counted(name) for name in spot]):
        if (building, "") not in places:
            places[building, ""] = await _place(act, PlaceKind.BUILDING, building, compound, new)
        if entrance and (building, entrance) not in places:
            parent = places[building, ""]
            places[building, entrance] = await _place(
                act, PlaceKind.ENTRANCE, entrance, parent, new
            )
    act.record(places=len(new))
    return places, new


async def _place(act: Act, kind: PlaceKind, name: str, parent: Place, new: list[int]) -> Place:
    place = await Place.get_or_none(parent=parent, name=name)
    if place is None:
        place = await Place.create(kind=kind, name=name, parent=parent, path="")
        place.path = f"{parent.path}{place.id}/"
        await place.save(update_fields=["path"])
        new.append(place.id)
    return place


async def add_households(
    act: Act, rows: list[HouseholdRow], places: dict[tuple[str, str], Place]
) -> dict[tuple[str, str, str], int]:
    """Makes the homes and returns their ids by (building, entrance, room)."""
    made = []
    for row in rows:
        place = places[row.building, row.entrance]
        label = f"{row.building}{row.entrance}{row.room}"
        made.append(
            Household(
                place=place, path=place.path, room=row.room, label=label, **household_columns(row)
            )
        )
    last = await _last(Household)
    await Household.bulk_create(made, batch_size=BATCH)
    new = Household.filter(id__gt=last, place_id__in=[place.id for place in places.values()])
    ids = await new.values_list("id", "place_id", "room")
    numbers = {(place, room): number for number, place, room in ids}
    act.record(households=len(made))
    return {
        (row.building, row.entrance, row.room): numbers[
            places[row.building, row.entrance].id, row.room
        ]
        for row in rows
    }


@dataclass(frozen=True)
class Resident:
    """A person to add to a home: whether they head it, and whether the home is its people's own."""

    household: int
    person: PersonRow
    heads: bool
    owns: bool


async def add_people(
    act: Act, compound: Place, residents: list[Resident], phones: Phones, sealed: dict[str, str]
) -> list[int]:
    """Makes the people of the homes with what they own and are; returns their ids."""
    community, last = compound.parent_id, await _last(Person)
    people = [_person(resident.person, community, phones, sealed) for resident in residents]
    await Person.bulk_create(people, batch_size=BATCH)
    # Inserted in order under the community's lock, so the ids follow the list.
    new = Person.filter(id__gt=last, place_id=community).order_by("id")
    ids = list(await new.values_list("id", flat=True))
    rows = list(zip(ids, residents, strict=True))
    members = [_member(number, resident) for number, resident in rows]
    await Member.bulk_create(members, batch_size=BATCH)
    owners = [
        Ownership(household_id=resident.household, person_id=number)
        for number, resident in rows
        if resident.owns and resident.heads
    ]
    await Ownership.bulk_create(owners, batch_size=BATCH)
    elected = [number for number, resident in rows if resident.person.representative]
    await elect(act, compound, elected)
    act.record(persons=len(ids))
    return ids


def _member(number: int, resident: Resident) -> Member:
    return Member(
        household_id=resident.household,
        person_id=number,
        relationship=resident.person.relationship[:20],
        is_head=resident.heads,
    )


async def elect(act: Act, compound: Place, people: list[int]) -> list[int]:
    """Appoints representatives of the compound from today; returns the appointments' ids."""
    last = await _last(Appointment)
    today = local_date(act.now)
    rows = [
        Appointment(person_id=number, place=compound, role=Role.REPRESENTATIVE.value, since=today)
        for number in people
    ]
    await Appointment.bulk_create(rows, batch_size=BATCH)
    new = Appointment.filter(id__gt=last, place=compound)
    return list(await new.values_list("id", flat=True))


def _person(row: PersonRow, community: int, phones: Phones, sealed: dict[str, str]) -> Person:
    return Person(
        place_id=community,
        name=row.name,
        gender=row.gender,
        birth_year=row.birth_year,
        birth_date=row.birth_date,
        party=row.party,
        phone_cipher=sealed[row.phone],
        phone_hash=phones.hash(row.phone),
    )


async def _last(model) -> int:
    newest = await model.all().order_by("-id").first()
    return newest.id if newest else 0
