"""Previewing, committing and undoing the import of a roll file."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tortoise.exceptions import IntegrityError

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.documents.actions import keep
from deliberation.people.models import Appointment, Member, Ownership, Person
from deliberation.people.phones import Phones
from deliberation.places.models import Household, Place, community_of
from deliberation.roll.changes import Change, compare, known, unbuilt
from deliberation.roll.models import Import
from deliberation.roll.reading.parsed import Parsed, Refusal
from deliberation.roll.writing import Resident, add_households, add_people, add_places, elect
from deliberation.stages.vote.models import RollEntry


@dataclass(frozen=True)
class Upload:
    """A roll file as kept: sealed, since it is full of names and phones."""

    sha256: str
    name: str
    size: int


async def preview(
    actor: Actor, compound: Place, upload: Upload, parsed: Parsed, phones: Phones, now: datetime
) -> Import:
    """Keeps the file and says what it would do, without doing it."""
    there = await known(compound)
    changes = compare(parsed, there, phones)
    community = await community_of(compound.path)
    async with acting(actor, "roll.preview", now, place=community) as act:
        file = await keep(
            act,
            sha256=upload.sha256,
            name=upload.name,
            media_type="application/octet-stream",
            size=upload.size,
        )
        report = summary(parsed, changes, unbuilt(parsed, there))
        made = await Import.create(
            compound=compound,
            file=file,
            status="preview",
            report=report,
            created_at=now,
            created_by=actor.account_id,
        )
        act.record(roll=made.id, **{name: report[name] for name in ("added", "changed", "people")})
    return made


def summary(parsed: Parsed, changes: list[Change], places: Sequence[Refusal] = ()) -> dict:
    """Counts of households added and changed, of people named, the refusals and the remarks, those
    on `places` first; no names."""
    warnings = (*places, *parsed.warnings)
    several = len({refusal.sheet for refusal in parsed.refused + warnings}) > 1

    def listed(refusals) -> list[dict]:
        where = "工作表“{}”：" if several else ""
        return [
            {"row": item.row, "reason": where.format(item.sheet) + item.reason} for item in refusals
        ]

    return {
        "added": sum(change.household is None for change in changes),
        "changed": sum(change.household is not None and change.any for change in changes),
        "people": parsed.people,
        "refused": listed(parsed.refused),
        "warnings": listed(warnings),
    }


async def commit(
    actor: Actor, roll: Import, parsed: Parsed, phones: Phones, now: datetime
) -> Import:
    """Brings the file in, all of it or nothing."""
    compound = await Place.get(id=roll.compound_id)
    sealed = await asyncio.to_thread(_seal, parsed, phones)
    async with acting(actor, "roll.commit", now, place=await community_of(compound.path)) as act:
        await roll.refresh_from_db()
        if roll.status != "preview":
            raise Refused("这份名册已经导入过，或者已经撤销")
        there = await known(compound)
        changes = compare(parsed, there, phones)
        before = await _write(act, compound, changes, phones, sealed)
        roll.status, roll.committed_at = "committed", now
        roll.before = json.loads(json.dumps(before, default=date.isoformat))
        roll.report = summary(parsed, changes, unbuilt(parsed, there))
        await roll.save()
        act.record(roll=roll.id, added=roll.report["added"], changed=roll.report["changed"])
    return roll


def _seal(parsed: Parsed, phones: Phones) -> dict[str, str]:
    """Every phone of the file sealed: slow enough to be done before the transaction."""
    people = [person for household in parsed.households for person in household.people]
    return {person.phone: phones.seal(person.phone) for person in people}


async def _write(act: Act, compound: Place, changes: list[Change], phones, sealed: dict) -> dict:
    """Writes the changes and returns what undo needs: ids added, columns as they were."""
    spots = {(change.row.building, change.row.entrance) for change in changes}
    places, new_places = await add_places(act, compound, spots)
    added = [change for change in changes if change.household is None]
    homes = await add_households(act, [change.row for change in added], places)
    before: dict = {"places": new_places, "households": list(homes.values())}
    before["was"] = await _update(act, changes, sealed)
    residents = [
        Resident(
            change.household or homes[_key(change.row)],
            person,
            heads=change.household is None and person is change.row.contact,
            owns=change.row.tenure == "owner",
        )
        for change in changes
        for person in change.newcomers
    ]
    before["people"] = await add_people(act, compound, residents, phones, sealed)
    elected = [person for change in changes for person in change.elected]
    before["elected"] = await elect(act, compound, elected)
    return before


def _key(row) -> tuple[str, str, str]:
    return row.building, row.entrance, row.room


async def _update(act: Act, changes: list[Change], sealed: dict) -> dict:
    """Updates what is known already; returns the old columns by kind and id."""
    was: dict = {"household": {}, "person": {}}
    for change in changes:
        if change.fields and change.household:
            row = await Household.get(id=change.household)
            was["household"][row.id] = {name: getattr(row, name) for name in change.fields}
            await Household.filter(id=row.id).update(**change.fields)
        for number, columns in change.persons.items():
            if "phone_hash" in columns:
                columns = columns | {"phone_cipher": sealed[change.phones[number]]}
            row = await Person.get(id=number)
            was["person"][number] = {name: getattr(row, name) for name in columns}
            await Person.filter(id=number).update(**columns)
    return was


async def undo(actor: Actor, roll: Import, now: datetime) -> None:
    """Takes a committed import back, as long as nothing frozen or said rests on it; of a preview
    nothing was brought in yet, so it is only put away."""
    compound = await Place.get(id=roll.compound_id)
    async with acting(actor, "roll.undo", now, place=await community_of(compound.path)) as act:
        await roll.refresh_from_db()
        if roll.status == "preview":
            roll.status, roll.undone_at = "discarded", now
            await roll.save(update_fields=["status", "undone_at"])
            act.record(roll=roll.id, discarded=True)
            return
        if roll.status != "committed":
            raise Refused("这份名册没有导入，不用撤销")
        if await Import.filter(compound=compound, status="committed", id__gt=roll.id).exists():
            raise Refused("在它之后又导入过名册，请先撤销后面那一份")
        await _refuse_if_frozen(roll)
        try:
            await _take_back(act, roll.before)
        except IntegrityError:
            raise Refused("已经有人用这份名册登录、提意见或表决，不能撤销；请逐条改正") from None
        roll.status, roll.undone_at, roll.before = "undone", now, None
        await roll.save()
        act.record(roll=roll.id)


async def _refuse_if_frozen(roll: Import) -> None:
    people, homes = roll.before["people"], roll.before["households"]
    used = [RollEntry.filter(person_id__in=chunk) for chunk in _chunks(people)]
    used += [RollEntry.filter(household_id__in=chunk) for chunk in _chunks(homes)]
    for query in used:
        if await query.exists():
            raise Refused("这份名册已经用于表决，不能撤销；请逐条改正")


async def _take_back(act: Act, before: dict) -> None:
    await Appointment.filter(id__in=before["elected"]).delete()
    for chunk in _chunks(before["people"]):
        await Appointment.filter(person_id__in=chunk).delete()
        await Ownership.filter(person_id__in=chunk).delete()
        await Member.filter(person_id__in=chunk).delete()
        await Person.filter(id__in=chunk).delete()
    for number, columns in before["was"]["person"].items():
        await Person.filter(id=int(number)).update(**columns)
    for number, columns in before["was"]["household"].items():
        await Household.filter(id=int(number)).update(**columns)
    for chunk in _chunks(before["households"]):
        await Household.filter(id__in=chunk).delete()
    for number in reversed(before["places"]):
        await Place.filter(id=number).delete()


def _chunks(ids: list[int], size: int = 500):
    return (ids[start : start + size] for start in range(0, len(ids), size))
