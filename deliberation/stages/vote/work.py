"""What the vote's page shows to those who act at a step. Reads only."""

from collections.abc import Callable
from datetime import datetime

from deliberation.acting import Actor
from deliberation.matters.models import Matter
from deliberation.stages.vote import closing, dangerous, drafts, freezing, opening
from deliberation.stages.vote.roll import amending, rolls
from deliberation.stages.vote.rules import VOTING
from deliberation.stages.vote.views import Overview, may_certify


async def work(
    matter: Matter, may: Callable, view: Overview | None, actor: Actor, now: datetime
) -> dict:
    """What only those who act at this step see: names that are missing, candidates, reasons."""
    empty = dict.fromkeys(("post_reasons", "freeze_reasons", "open_reasons", "close_reasons"), [])
    empty |= {"undecided": [], "candidates": [], "to_certify": False, "pending": [], "missing": []}
    if view is None:
        return empty
    steps = await _roll(matter, may, view, now) | await _voting(matter, may, view, now)
    if view.result and may("vote.certify"):
        steps["to_certify"] = await may_certify(view.vote, actor)
    if view.is_staff:
        steps["pending"] = await dangerous.pending(view.vote, matter, actor, now)
    return empty | steps


async def _roll(matter: Matter, may: Callable, view: Overview, now: datetime) -> dict:
    """Until the roll is frozen."""
    steps = {}
    if view.vote.status not in ("draft", "posted"):
        return steps
    if may("vote.post_roll") and (view.vote.status == "draft" or view.rebuild_due):
        found = await rolls.entitled(matter, view.vote, now)
        steps["post_reasons"] = await rolls.post_reasons(matter, view.vote, found)
        steps["undecided"] = found.undecided
    if may("vote.name_scrutineer"):
        people = await drafts.candidates(matter, now)
        steps["candidates"] = [(person.id, person.name) for person in people]
    if view.vote.status == "posted" and may("vote.propose"):
        steps["freeze_reasons"] = await freezing.roll_reasons(matter, view.vote, now)
    return steps


async def _voting(matter: Matter, may: Callable, view: Overview, now: datetime) -> dict:
    """From the freeze to the count."""
    steps, status = {}, view.vote.status
    if status == "frozen" and may("vote.open"):
        steps["open_reasons"] = opening.open_reasons(view.vote, now) + view.restored_reasons
    if status in VOTING and may("vote.close"):
        steps["close_reasons"] = await closing.close_reasons(matter, now)
    if status in ("frozen", "open") and not view.vote.secret and may("vote.propose"):
        missing = await amending.missing(matter, view.vote, now)
        steps["missing"] = await amending.named(missing)
    return steps
