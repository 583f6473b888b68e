"""What the organisations have answered so far, the meeting and the final plan."""

from deliberation.matters.differences import changes
from deliberation.matters.facts import current_meeting, current_passage
from deliberation.matters.items import items_of, newest
from deliberation.matters.models import Matter, Passage, Plan
from deliberation.stages.consultation.rules import Facts
from deliberation.stages.consultation.table import Table, table


async def facts(matter: Matter, stage: str) -> Facts:
    passage = await current_passage(matter, stage)
    found = await table(passage)
    meeting = await current_meeting(matter, stage)
    plan = await newest(matter)
    return Facts(
        invited=len(found.answered),
        waiting=tuple(found.waiting),
        empty_seats=tuple(found.empty_seats),
        open_conditions=found.open_conditions,
        minutes_confirmed=bool(meeting and meeting.confirmed_at),
        convened=meeting is not None,
        due_on=found.due_on,
        unsent=tuple(found.unsent),
        frozen=bool(passage and plan and plan.frozen_at and plan.frozen_at >= passage.entered_at),
        unchanged=await _unchanged(found, passage, plan),
    )


async def asked_about(passage: Passage) -> Plan | None:
    """The version that the organisations of a stay were asked about: the newest frozen before."""
    before = Plan.filter(matter_id=passage.matter_id, frozen_at__lt=passage.entered_at)
    return await before.order_by("-version").first()


async def _unchanged(
    found: Table, passage: Passage | None, plan: Plan | None
) -> tuple[tuple[str, int], ...]:
    """Conditions said to be met by an item that is still what the organisation was shown."""
    met = [
        (entry.name, row.item)
        for entry in found.answered
        for row in entry.conditions
        if row.met and row.item
    ]
    if not met:
        return ()
    shown = await items_of(await asked_about(passage))
    changed = {change.number for change in changes(shown, await items_of(plan))}
    return tuple((name, item) for name, item in met if item not in changed)
