"""The lines of the roll that somebody may act for, of one vote or of several at once."""

from collections import defaultdict

from deliberation.acting import Actor
from deliberation.calendar import local_date
from deliberation.database.once import once
from deliberation.database.plain import found, refer
from deliberation.stages.vote.facts import profile_of
from deliberation.stages.vote.models import RollEntry, Vote
from deliberation.stages.vote.profiles import Electorate
from deliberation.stages.vote.proxies.models import Proxy

Lines = dict[int, list[RollEntry]]  # by the vote's id


async def own_entries(vote: Vote, actor: Actor) -> list[RollEntry]:
    """The lines of the roll for which `actor` may vote: those they hold, then those by proxy."""
    return (await own_lines([vote], actor))[vote.id]


async def held_entries(vote: Vote, actor: Actor) -> list[RollEntry]:
    """The lines that are `actor`'s own."""
    return (await _held([vote], actor))[vote.id]


async def voted(actor: Actor) -> list[RollEntry]:
    """The lines of `actor`'s own that a ballot came in for, the newest vote first; each with its
    vote and matter."""
    mine = "WHERE (x.household_id IN $1 OR x.person_id = $2) AND x.state = 'voted' "
    mine += "AND x.struck_by IS NULL ORDER BY x.vote_id DESC, x.number"
    homes = [*actor.homes, *actor.owned]
    lines = await refer(await found(RollEntry, mine, homes, actor.person_id or 0), "vote")
    await refer([row.vote for row in lines], "matter")

    def is_own(row: RollEntry) -> bool:
        asked = _homes(actor, profile_of(row.vote).electorate)
        return row.person_id == actor.person_id if asked is None else row.household_id in asked

    return [row for row in lines if is_own(row)]


def _homes(actor: Actor, electorate: Electorate) -> tuple[int, ...] | None:
    """The homes that give somebody a line in a vote; None where the person does."""
    return {Electorate.HOUSEHOLDS: actor.homes, Electorate.OWNERS: actor.owned}.get(electorate)


async def own_lines(votes: list[Vote], actor: Actor) -> Lines:
    """The same as `own_entries`, for several votes in as many queries as for one."""
    lines = await _held(votes, actor)
    for entry in await _carried(votes, actor):
        if all(entry.id != held.id for held in lines[entry.vote_id]):
            lines[entry.vote_id].append(entry)
    return lines


async def _held(votes: list[Vote], actor: Actor) -> Lines:
    """A vote of persons needs the person's own account; a household's may be cast from the
    household's account or by a member; an owners' by any owner of that head's units.
    """
    asked = defaultdict(list)
    for vote in votes:
        asked[profile_of(vote).electorate].append(vote.id)
    lines: Lines = {vote.id: [] for vote in votes}
    for electorate, ids in asked.items():
        homes = _homes(actor, electorate)
        own = ("household_id", homes) if homes is not None else ("person_id", (actor.person_id,))
        for entry in await _unstruck(tuple(ids), *own):
            lines[entry.vote_id].append(entry)
    return lines


@once
async def _unstruck(votes: tuple[int, ...], column: str, own: tuple) -> list[RollEntry]:
    here = f"WHERE x.vote_id IN $1 AND x.{column} IN $2 AND x.struck_by IS NULL ORDER BY x.number"
    return await found(RollEntry, here, votes, own) if any(own) else []


async def _carried(votes: list[Vote], actor: Actor) -> list[RollEntry]:
    """The lines `actor` votes for by a confirmed proxy whose term covers the closing time.

    A proxy acts with the own slip: a household's account carries nobody's.
    """
    may = {vote.id: vote for vote in votes if profile_of(vote).proxies}
    if actor.person_id is None or not may:
        return []
    given = _confirmed(list(may)).filter(person_id=actor.person_id)
    terms = await given.values_list("entry_id", "until", "entry__vote_id")
    lines = [entry for entry, until, vote in terms if _covers(until, may[vote])]
    return await RollEntry.filter(id__in=lines, struck_by=None) if lines else []


def _covers(until, vote: Vote) -> bool:
    return vote.closes_at is None or until >= local_date(vote.closes_at)


def _confirmed(votes: list[int]):
    return Proxy.filter(entry__vote_id__in=votes, confirmed_by__not_isnull=True, revoked_at=None)


def in_force(vote: Vote):
    """The proxies of a vote that two people recorded, and whose term covers the closing time."""
    given = _confirmed([vote.id])
    return given.filter(until__gte=local_date(vote.closes_at)) if vote.closes_at else given
