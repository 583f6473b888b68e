"""Recording a proxy from the signed paper, confirming it as the second person, revoking it.

A proxy acts by the principal's own line, so none can be passed on; the principal can still vote
that line, and the last valid ballot counts.
"""

from dataclasses import dataclass
from datetime import date, datetime

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.approvals.actions import ALONE, is_same
from deliberation.calendar import local_date
from deliberation.documents.actions import keep
from deliberation.matters.models import Matter
from deliberation.people.models import Member, Ownership, Person
from deliberation.people.rules import mask_name
from deliberation.stages.vote.facts import current_vote, profile_of
from deliberation.stages.vote.models import RollEntry, Vote, standing
from deliberation.stages.vote.profiles import Electorate
from deliberation.stages.vote.proxies.models import Proxy
from deliberation.stages.vote.proxies.rules import (
    Facts,
    record_blockers,
    revoke_blockers,
    taking_blockers,
)


@dataclass(frozen=True)
class Paper:
    """What the signed paper says: the line's number, the proxy (a person's id), powers and term."""

    number: int
    person: int
    powers: str
    signed_on: date
    until: date


@dataclass(frozen=True)
class Scan:
    """A scan already stored under its SHA-256."""

    sha256: str
    name: str
    media_type: str
    size: int


async def record(
    actor: Actor, matter: Matter, paper: Paper, scan: Scan | None, now: datetime
) -> Proxy:
    """The first person's half: written down, not yet valid."""
    async with acting(actor, "vote.record_proxy", now, matter=matter) as act:
        vote = await _vote(matter)
        reasons = taking_blockers(vote.status, profile_of(vote).proxies)
        if reasons:
            raise Refused(*reasons)
        entry = await standing(vote).filter(number=paper.number).first()
        person = await Person.filter(place__path__startswith=matter.path).get_or_none(
            id=paper.person
        )
        if entry is None or person is None:
            raise Refused("名册上没有这个编号" if entry is None else "没有找到受托人，请重新查找")
        reasons = record_blockers(await _facts(vote, entry, paper), local_date(now))
        if reasons:
            raise Refused(*reasons)
        made = await Proxy.create(
            entry=entry,
            person=person,
            powers=paper.powers,
            signed_on=paper.signed_on,
            until=paper.until,
            file=await keep(act, **vars(scan)) if scan else None,
            entered_at=now,
            entered_by=actor.account_id,
        )
        act.record(vote=vote.id, proxy=made.id, number=entry.number)
    return made


async def _vote(matter: Matter) -> Vote:
    vote = await current_vote(matter)
    if vote is None:
        raise Refused("还没有起草表决")
    return vote


async def _facts(vote: Vote, entry: RollEntry, paper: Paper) -> Facts:
    profile = profile_of(vote)
    live = Proxy.filter(entry__vote=vote, revoked_at=None)
    holds = Ownership if profile.electorate is Electorate.OWNERS else Member
    return Facts(
        status=vote.status,
        allowed=profile.proxies,
        number=entry.number,
        carried=await live.filter(person_id=paper.person).count(),
        given=await live.filter(entry=entry).exists(),
        own=await holds.exists(household_id=entry.household_id, person_id=paper.person),
        signed_on=paper.signed_on,
        until=paper.until,
        closes_on=vote.closes_at and local_date(vote.closes_at),
    )


async def confirm(actor: Actor, matter: Matter, *, proxy: int, now: datetime) -> None:
    """The second person's half: they compared the record with the paper."""
    async with acting(actor, "vote.confirm_proxy", now, matter=matter) as act:
        vote = await _vote(matter)
        found = await _live(vote, proxy)
        if found.confirmed_by is not None:
            raise Refused("这份委托已经核对过了")
        reasons = await alone(actor, found) or taking_blockers(
            vote.status, profile_of(vote).proxies
        )
        if reasons:
            raise Refused(*reasons)
        found.confirmed_by = actor.account_id
        await found.save(update_fields=["confirmed_by"])
        act.record(vote=vote.id, proxy=found.id, entered_by=found.entered_by)


async def alone(actor: Actor, proxy: Proxy) -> list[str]:
    """Why `actor` is not the second person for a proxy, whichever account they use."""
    return [ALONE] if await is_same(actor, proxy.entered_by) else []


async def revoke(actor: Actor, matter: Matter, *, proxy: int, now: datetime) -> None:
    """The principal takes it back through staff; what the proxy has cast stays until voted anew."""
    async with acting(actor, "vote.revoke_proxy", now, matter=matter) as act:
        vote = await _vote(matter)
        found = await _live(vote, proxy)
        reasons = revoke_blockers(vote.status, vote.closes_at, now)
        if reasons:
            raise Refused(*reasons)
        found.revoked_at = now
        await found.save(update_fields=["revoked_at"])
        act.record(vote=vote.id, proxy=found.id)


async def _live(vote: Vote, proxy: int) -> Proxy:
    found = await Proxy.filter(id=proxy, entry__vote=vote, revoked_at=None).first()
    if found is None:
        raise Refused("没有这份委托，或者已经撤销")
    return found


async def valid(vote: Vote) -> list[Proxy]:
    """The proxies that hold: confirmed, not revoked, their term covers the closing time."""
    rows = Proxy.filter(entry__vote=vote, confirmed_by__not_isnull=True, revoked_at=None)
    if vote.closes_at:
        rows = rows.filter(until__gte=local_date(vote.closes_at))
    return await rows.order_by("entry__number").select_related("entry", "person")


async def listed(vote: Vote, *, masked: bool) -> list[str]:
    """The proxies as the roll's page lists them: 名册3号 委托 张*."""
    return [
        f"名册{row.entry.number}号 委托 {mask_name(row.person.name) if masked else row.person.name}"
        for row in await valid(vote)
    ]


async def take_off(act: Act, vote: Vote) -> list[tuple[int, Proxy]]:
    """Takes the proxies off a posted roll that is made again: (household, row) of each."""
    rows = await Proxy.filter(entry__vote=vote).order_by("id").select_related("entry")
    kept = [(row.entry.household_id, row) for row in rows]
    await Proxy.filter(id__in=[row.id for row in rows]).delete()
    return kept


async def put_back(act: Act, vote: Vote, kept: list[tuple[int, Proxy]]) -> None:
    """Puts them on the new lines of the same homes; a home that has left the roll loses its own."""
    lines = dict(await standing(vote).values_list("household_id", "id"))
    for home, row in kept:
        if home is None or home not in lines:
            continue
        same = ("person_id", "powers", "signed_on", "until", "file_id", "entered_at", "entered_by")
        values = {name: getattr(row, name) for name in same}
        made = await Proxy.create(entry_id=lines[home], **values)
        if row.confirmed_by is not None:
            await Proxy.filter(id=made.id).update(confirmed_by=row.confirmed_by)
        if row.revoked_at is not None:
            await Proxy.filter(id=made.id).update(revoked_at=row.revoked_at)
    if kept:
        act.record(proxies=await Proxy.filter(entry__vote=vote).count())
