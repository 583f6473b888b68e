"""Batches of unmarked papers, counted in public after the end by two people who count blind."""

from collections.abc import Mapping
from datetime import datetime

from deliberation.acting import Actor, Refused, acting
from deliberation.matters.models import Matter
from deliberation.stages.vote.facts import asked
from deliberation.stages.vote.models import PaperCount, Vote
from deliberation.stages.vote.paper.facts import WAITS, figures
from deliberation.stages.vote.paper.handling import DIFFERS, check_second, counting
from deliberation.stages.vote.paper.rules import batch_blockers, surplus


async def enter(
    actor: Actor, matter: Matter, *, papers: int, tallies: Mapping[str, dict], now: datetime
) -> PaperCount:
    """Enters a batch of papers as counted: `tallies` maps question to option to heads."""
    async with acting(actor, "vote.enter_paper", now, matter=matter) as act:
        vote = await counting(matter, now)
        reasons = batch_blockers(await figures(vote), papers, dict(tallies), await asked(vote))
        if reasons:
            raise Refused(*reasons)
        batch = await PaperCount.create(
            vote=vote,
            papers=papers,
            tallies=dict(tallies),
            entered_at=now,
            entered_by=actor.account_id,
        )
        act.record(vote=vote.id, batch=batch.id, papers=papers)
    return batch


async def confirm(
    actor: Actor,
    matter: Matter,
    *,
    batch: int,
    papers: int,
    tallies: Mapping[str, dict],
    now: datetime,
) -> PaperCount:
    """The second count by another person: equal to the first one it counts, or is void when more
    papers were counted than came back."""
    async with acting(actor, "vote.confirm_paper", now, matter=matter) as act:
        vote = await counting(matter, now)
        found = await _waiting(vote, batch)
        await check_second(actor, found.entered_by)
        if (papers, dict(tallies)) != (found.papers, found.tallies):
            raise Refused(DIFFERS)
        found.void_reason = surplus(await figures(vote), papers)
        if found.void_reason:
            found.refused_at = now
        else:
            found.confirmed_by = actor.account_id
        await found.save(update_fields=["confirmed_by", "refused_at", "void_reason"])
        act.record(vote=vote.id, batch=found.id, papers=papers, void=bool(found.void_reason))
    return found


async def refuse(actor: Actor, matter: Matter, *, batch: int, now: datetime) -> None:
    """Sends an entry back: it was mistyped and is counted again."""
    async with acting(actor, "vote.confirm_paper", now, matter=matter) as act:
        found = await _waiting(await counting(matter, now), batch)
        found.refused_at = now
        await found.save(update_fields=["refused_at"])
        act.record(refused=found.id)


async def _waiting(vote: Vote, batch: int) -> PaperCount:
    found = await PaperCount.filter(WAITS, id=batch, vote=vote).first()
    if found is None:
        raise Refused("没有这一批待核对的票，或者已经核对过了")
    return found
