"""Entering and leaving stages: the only place where a matter moves.

Every end other than passed takes the stay's notice down and publishes its own announcement.
"""

from deliberation import procedures
from deliberation.acting import Act
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Passage
from deliberation.procedure import Outcome
from deliberation.stages.notices.announcements import announce
from deliberation.stages.notices.issuing import take_down


async def enter(act: Act, stage: str) -> Passage:
    """Opens a stay in `stage` and stands the matter there."""
    passage = await Passage.create(
        matter=act.matter, stage=stage, entered_at=act.now, entered_by=act.actor.account_id
    )
    act.matter.stage = stage
    await act.matter.save(update_fields=["stage"])
    act.record(entered=stage)
    return passage


async def leave(
    act: Act, outcome: Outcome, *, to: str | None, reason: str = "", figures: dict | None = None
) -> None:
    """Ends the stay in the current stage and enters `to`; without `to` the matter ends.

    `figures` go into the announcement of a failure.
    """
    matter = act.matter
    passage = await current_passage(matter, matter.stage)
    passage.outcome, passage.reason = outcome.value, reason
    passage.left_at, passage.left_by = act.now, act.actor.account_id
    await passage.save(update_fields=["outcome", "reason", "left_at", "left_by"])
    act.record(left=passage.stage, outcome=outcome.value, passage=passage.id)
    if outcome is not Outcome.PASSED:
        await take_down(act, passage)
        await announce(act, passage, kind=outcome.value, to=to, **(figures or {}))
    if to:
        await enter(act, to)
    else:
        matter.stage, matter.ended = "", outcome.value
        await matter.save(update_fields=["stage", "ended"])


async def fail(act: Act, outcome: Outcome, reason: str = "", figures: dict | None = None) -> None:
    """Leaves with a failure to the stage that the current stage declares for it."""
    stage = procedures.get(act.matter.procedure).stage(act.matter.stage)
    await leave(act, outcome, to=stage.after[outcome], reason=reason, figures=figures)
