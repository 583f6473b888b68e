"""What staff do with a person's data: look at it, correct it, appoint to a role, end that."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from deliberation.accounts.models import Access
from deliberation.acting import Act, Actor, Refused, acting
from deliberation.calendar import local_date
from deliberation.people.models import Appointment, Person
from deliberation.people.phones import Phones, is_mobile
from deliberation.people.rules import appointable, appointing, wrong_place
from deliberation.people.search import kind_of
from deliberation.places.models import Place
from deliberation.places.offices import seat
from deliberation.procedure import Role
from deliberation.procedures import STANDING

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Corrected:
    """A person's data as it should be. `phone` is None to leave it, '' to remove it."""

    name: str
    gender: str
    birth_year: int | None
    birth_date: date | None
    party: str
    phone: str | None


async def unmask(actor: Actor, person: Person, reason: str, phones: Phones, now: datetime) -> str:
    """Returns the full phone. The person can see who looked and why."""
    async with acting(actor, "people.unmask", now, place=await person.place) as act:
        access = await Access.create(
            at=now, account_id=actor.account_id, person=person, reason=reason
        )
        act.record(person=person.id, access=access.id)
    return phones.reveal(person.phone_cipher)


async def searched(actor: Actor, people: list[Person], typed: str, now: datetime) -> None:
    """Tells the people whom a search showed who looked, once a day by one way of looking."""
    if people:
        await _looked(actor, people, f"查找人员，按{kind_of(typed)}", now)


async def opened(actor: Actor, person: Person, now: datetime) -> None:
    """Tells a person who opened their page, once a day; of one's own one knows."""
    if actor.person_id != person.id:
        await _looked(actor, [person], "打开人员页", now)


async def _looked(actor: Actor, people: list[Person], reason: str, now: datetime) -> None:
    shown = dict.fromkeys(person.id for person in people)
    recent = Access.filter(account_id=actor.account_id, reason=reason, at__gt=now - ONE_DAY)
    known = await recent.filter(person_id__in=list(shown)).values_list("person_id", flat=True)
    new = [id for id in shown if id not in set(known)]
    if not new:
        return
    place = await seat(actor, STANDING["people.search"])
    async with acting(actor, "people.search", now, place=place) as act:
        await Access.bulk_create(
            Access(at=now, account_id=actor.account_id, person_id=id, reason=reason) for id in new
        )
        act.record(people=new)


async def correct(
    actor: Actor, person: Person, right: Corrected, phones: Phones, now: datetime
) -> list[str]:
    """Corrects a person's data and returns the names of the fields that changed.

    The log keeps the id and these names, never what was written.
    """
    _check_birth(right, local_date(now))
    async with acting(actor, "people.correct", now, place=await person.place) as act:
        await person.refresh_from_db()
        changed = _changed(person, right, phones)
        if changed:
            await person.save(update_fields=changed)
        act.record(person=person.id, fields=changed)
    return changed


def _check_birth(right: Corrected, today: date) -> None:
    if right.birth_date and right.birth_year not in (None, right.birth_date.year):
        raise Refused("出生年份和出生日期对不上，请核对")
    if (right.birth_date or today) > today or (right.birth_year or 0) > today.year:
        raise Refused("出生日期不能晚于今天")


def _changed(person: Person, right: Corrected, phones: Phones) -> list[str]:
    """Sets what differs and returns the names of those columns."""
    year = right.birth_date.year if right.birth_date else right.birth_year
    values = {
        "name": right.name,
        "gender": right.gender,
        "birth_year": year,
        "birth_date": right.birth_date,
        "party": right.party,
    }
    if right.phone is not None and phones.hash(right.phone) != person.phone_hash:
        values |= _sealed(right.phone, phones)
    changed = [name for name, value in values.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, values[name])
    return changed


def _sealed(phone: str, phones: Phones) -> dict[str, str]:
    if phone and not is_mobile(phone):
        raise Refused("手机号应当是11位数字，请核对")
    return {"phone_cipher": phones.seal(phone), "phone_hash": phones.hash(phone)}


async def add_person(act: Act, place: Place, name: str, phone: str, phones: Phones) -> Person:
    person = await Person.create(place=place, name=name, **_sealed(phone, phones))
    act.record(person=person.id)
    return person


async def appoint(
    actor: Actor,
    person: Person,
    place: Place,
    role: Role,
    *,
    title: str,
    since: date,
    until: date | None,
    now: datetime,
) -> Appointment:
    """Appoints from `since` to `until`, both included. Nobody appoints themselves."""
    async with acting(actor, appointing(role), now, place=place) as act:
        return await add_appointment(act, person, place, role, title, since, until)


async def add_appointment(
    act: Act,
    person: Person,
    place: Place,
    role: Role,
    title: str,
    since: date,
    until: date | None,
) -> Appointment:
    """Raises Refused when the actor may not give this role, or not at this kind of place."""
    if person.id == act.actor.person_id:
        raise Refused("不能任命自己，请另一位有权的人来办")
    if role not in appointable(act.actor.roles_at(place.path)):
        raise Refused(f"“{role.label}”由系统管理员任命")
    if reason := wrong_place(role, place.kind):
        raise Refused(reason)
    if until and until < since:
        raise Refused("结束日期早于开始日期，请核对")
    held = Appointment.filter(person=person, place=place, role=role)
    for other in await held:
        if other.since <= (until or date.max) and since <= (other.until or date.max):
            raise Refused("这段时间里已经有同样的任命")
    row = await Appointment.create(
        person=person, place=place, role=role, title=title, since=since, until=until
    )
    act.record(
        appointment=row.id,
        person=person.id,
        role=role.value,
        since=since.isoformat(),
        until=until.isoformat() if until else None,
    )
    return row


async def end_appointment(
    actor: Actor, appointment: Appointment, last: date, now: datetime
) -> None:
    """Ends an appointment with `last` as its last day: yesterday at the earliest, so that what
    was done in office stays done in office."""
    if last < local_date(now) - ONE_DAY:
        raise Refused("最后一天最早填昨天，已经过去的任期不能改")
    role, place = Role(appointment.role), await appointment.place
    async with acting(actor, appointing(role), now, place=place) as act:
        await appointment.refresh_from_db()
        if role not in appointable(actor.roles_at(place.path)):
            raise Refused(f"“{role.label}”的任期由系统管理员办理")
        if appointment.until and appointment.until <= last:
            raise Refused("这项任命到那时已经结束")
        appointment.until = last
        await appointment.save(update_fields=["until"])
        act.record(appointment=appointment.id, until=last.isoformat())
