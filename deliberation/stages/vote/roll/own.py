"""The lines of a roll that somebody may act for."""

from deliberation.acting import Actor
from deliberation.calendar import local_date
from deliberation.people.models import Member, Ownership
from deliberation.stages.vote.facts import profile_of
from deliberation.stages.vote.models import RollEntry, Vote, standing
from deliberation.stages.vote.profiles import Electorate
from deliberation.stages.vote.proxies.models import Proxy


async def own_entries(vote: Vote, actor: Actor) -> list[RollEntry]:
    """The lines of the roll for which `actor` may vote: those they hold, then those by proxy."""
    held = await held_entries(vote, actor)
    known = {entry.id for entry in held}
    return held + [entry for entry in await carried(vote, actor) if entry.id not in known]


async def held_entries(vote: Vote, actor: Actor) -> list[RollEntry]:
    """The lines that are `actor`'s own.

    A vote of persons needs the person's own account; a household's may be cast from the
    household's account or by a member; an owners' by any owner of that head's units.
    """
    homes: list[int | None] = []
    if profile_of(vote).electorate is Electorate.HOUSEHOLDS:
        homes = [actor.household_id, *await _homes(Member, actor)]
    elif profile_of(vote).electorate is Electorate.OWNERS:
        homes = await _homes(Ownership, actor)
    elif actor.person_id is not None:
        return await standing(vote).filter(person_id=actor.person_id)
    known = [home for home in homes if home is not None]
    return await standing(vote).filter(household_id__in=known) if known else []


async def _homes(table: type[Member] | type[Ownership], actor: Actor) -> list[int]:
    if actor.person_id is None:
        return []
    return await table.filter(person_id=actor.person_id).values_list("household_id", flat=True)


async def carried(vote: Vote, actor: Actor) -> list[RollEntry]:
    """The lines `actor` votes for by a confirmed proxy whose term covers the closing time.

    A proxy acts with the own slip: a household's account carries nobody's.
    """
    if actor.person_id is None or not profile_of(vote).proxies:
        return []
    given = in_force(vote).filter(person_id=actor.person_id)
    lines = await given.values_list("entry_id", flat=True)
    return await standing(vote).filter(id__in=list(lines)) if lines else []


def in_force(vote: Vote):
    """The proxies of a vote that two people recorded, and whose term covers the closing time."""
    given = Proxy.filter(entry__vote=vote, confirmed_by__not_isnull=True, revoked_at=None)
    return given.filter(until__gte=local_date(vote.closes_at)) if vote.closes_at else given
