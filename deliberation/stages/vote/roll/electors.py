"""From appointments, homes and ownerships to the lines of a roll, in the order of the homes.

Sources: the method's own words for party members and representatives (who live in, or are elected
for, the compounds concerned), the residents'-committee law for residents and households, Civil
Code 278 for owners. Probationary party members have no vote. Reads only.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from tortoise.expressions import Q

from deliberation.matters.facts import scope_paths
from deliberation.matters.models import Matter
from deliberation.people.models import Appointment, Member, Ownership, Person, in_office
from deliberation.places.models import Household
from deliberation.procedure import Norms, Role
from deliberation.stages.vote.profiles import Electorate, Profile
from deliberation.stages.vote.roll.electorate import Age, Unit, adult, merge_owners

PARTY, REPRESENTATIVE, COMMITTEE = "党员", "居民代表", "两委成员"


@dataclass(frozen=True)
class Elector:
    """One line of a roll; `person_id` None where nobody registered can cast it."""

    person_id: int | None
    household_id: int | None
    marks: str = ""
    heads: int = 1
    area: int = 0


@dataclass
class Electors:
    """`missing` are sentences that name what must be known first; `undecided` turn 18 this year."""

    lines: list[Elector] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    undecided: list[Person] = field(default_factory=list)


async def electors(
    matter: Matter, profile: Profile, norms: Norms, ages: dict[str, bool], on: date
) -> Electors:
    """Whoever is entitled `on` a day; `ages` holds what a clerk decided (see Vote.ages)."""
    paths = [matter.path] if norms.whole_community_votes else await scope_paths(matter)
    kind = profile.electorate
    if kind is Electorate.OWNERS:
        return await _owners(paths)
    if kind is Electorate.HOUSEHOLDS:
        return await _households(paths)
    if kind is Electorate.RESIDENTS:
        return await _residents(paths, ages, on)
    marks: dict[int, list[str]] = defaultdict(list)
    if kind in (Electorate.PARTY, Electorate.PARTY_AND_REPRESENTATIVES):
        for person in await _party(paths, on):
            marks[person].append(PARTY)
    if kind is not Electorate.PARTY:
        for person in await _representatives(matter, paths, on):
            marks[person].append(REPRESENTATIVE)
    if kind is Electorate.REPRESENTATIVES_AND_COMMITTEE:
        for person in await _committee(matter, on):
            marks[person].append(COMMITTEE)
    return Electors(await _of_persons(marks, paths))


def inside(paths: list[str], field_name: str) -> Q:
    """The filter for paths at or below any of `paths`."""
    return Q(*(Q(**{f"{field_name}__startswith": path}) for path in paths), join_type="OR")


async def _party(paths: list[str], on: date) -> list[int]:
    """Full members who live in the scope, or whose party group is there."""
    if not paths:
        return []
    living = Member.filter(inside(paths, "household__path"), person__party="member")
    grouped = Appointment.filter(
        in_office(on), inside(paths, "place__path"), role=Role.PARTY_MEMBER
    ).exclude(person__party="probationary")
    people = [
        *await living.values_list("person_id", flat=True),
        *await grouped.values_list("person_id", flat=True),
    ]
    return list(dict.fromkeys(people))


async def _representatives(matter: Matter, paths: list[str], on: date) -> list[int]:
    """Those who live in the scope, or are elected for a place in it or for one around it."""
    held = Appointment.filter(
        in_office(on), role=Role.REPRESENTATIVE, place__path__startswith=matter.path
    )
    rows = await held.values_list("person_id", "place__path")
    people = [person for person, _ in rows]
    homes = await Member.filter(person_id__in=people).values_list("person_id", "household__path")
    living = {person for person, home in homes if home.startswith(tuple(paths))}
    elected = {
        person
        for person, place in rows
        if place.startswith(tuple(paths)) or any(path.startswith(place) for path in paths)
    }
    return [person for person in dict.fromkeys(people) if person in living | elected]


async def _committee(matter: Matter, on: date) -> list[int]:
    """The committee belongs to the whole community, so its members vote wherever they live."""
    held = Appointment.filter(in_office(on), role=Role.COMMITTEE, place_id=matter.community_id)
    return list(dict.fromkeys(await held.values_list("person_id", flat=True)))


async def _of_persons(marks: dict[int, list[str]], paths: list[str]) -> list[Elector]:
    """One line per person, with both marks; those with a home in the scope come first."""
    homes = await _homes_of(list(marks), paths)
    order = sorted(marks, key=lambda person: (*_place(homes.get(person)), person))
    return [
        Elector(person, homes[person].id if person in homes else None, "、".join(marks[person]))
        for person in order
    ]


async def _homes_of(people: list[int], paths: list[str]) -> dict[int, Household]:
    members = await Member.filter(person_id__in=people).select_related("household")
    found: dict[int, Household] = {}
    for member in members:
        if member.household.path.startswith(tuple(paths)):
            found.setdefault(member.person_id, member.household)
    return found


def _place(home: Household | None) -> tuple:
    """Sorts homes as they stand: path by its ids, then the room by length; no home last."""
    if home is None:
        return (1, [], 0, "")
    path = [int(part) for part in home.path.strip("/").split("/")]
    return (0, path, len(home.room), home.room)


async def _residents(paths: list[str], ages: dict[str, bool], on: date) -> Electors:
    found = Electors()
    members = await _members(paths)
    seen: dict[int, Household] = {}
    for member in members:
        if member.person_id in seen:
            continue
        seen[member.person_id] = member.household
        person = member.person
        age = adult(person.birth_date, person.birth_year, on)
        if age is Age.DECIDE and str(person.id) in ages:
            age = Age.ADULT if ages[str(person.id)] else Age.MINOR
        if age is Age.DECIDE:
            found.undecided.append(person)
        elif age is Age.MISSING:
            found.missing.append(f"{member.household.label} {person.name}没有出生年份")
        elif age is Age.ADULT:
            found.lines.append(Elector(person.id, member.household.id))
    return found


async def _members(paths: list[str]) -> list[Member]:
    if not paths:
        return []
    rows = await Member.filter(inside(paths, "household__path")).select_related(
        "person", "household"
    )
    return sorted(rows, key=lambda row: (*_place(row.household), row.id))


async def _households(paths: list[str]) -> Electors:
    """One line per home that is lived in; its head is named, any member may act for it."""
    heads: dict[int, int] = {}
    for member in await _members(paths):
        if member.is_head or member.household_id not in heads:
            heads[member.household_id] = member.person_id
    homes = [home for home in await _units(paths) if home.id in heads or not home.vacant]
    return Electors([Elector(heads.get(home.id), home.id) for home in homes])


async def _units(paths: list[str]) -> list[Household]:
    if not paths:
        return []
    return sorted(await Household.filter(inside(paths, "path")), key=_place)


async def _owners(paths: list[str]) -> Electors:
    """One line per head; a unit without a registered owner counts and cannot vote."""
    homes = await _units(paths)
    rows = await Ownership.filter(household_id__in=[home.id for home in homes]).values_list(
        "household_id", "person_id", "developer"
    )
    owners: dict[int, set[str]] = defaultdict(set)
    unsold = {home for home, _, developer in rows if developer}
    for home, person, _ in rows:
        owners[home].add(str(person))
    missing = [f"{home.label}没有专有部分面积" for home in homes if not home.area]
    if missing:
        return Electors(missing=missing)
    heads = merge_owners(
        Unit(str(home.id), home.area, frozenset(owners[home.id]), home.id in unsold)
        for home in homes
    )
    return Electors(
        [
            Elector(
                person_id=min(map(int, head.owners), default=None),
                household_id=int(head.units[0]),
                marks=f"{len(head.units)}套" if len(head.units) > 1 else "",
                heads=head.weight.heads,
                area=head.weight.area,
            )
            for head in heads
        ]
    )
