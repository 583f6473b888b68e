"""The lines of a roll that somebody may act for."""

from deliberation.acting import Actor
from deliberation.people.models import Member, Ownership
from deliberation.stages.vote.facts import profile_of
from deliberation.stages.vote.models import RollEntry, Vote, standing
from deliberation.stages.vote.profiles import Electorate


async def own_entries(vote: Vote, actor: Actor) -> list[RollEntry]:
    """The lines of the roll for which `actor` may vote.

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
