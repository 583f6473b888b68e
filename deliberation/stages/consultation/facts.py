"""What the organisations have answered so far, the meeting and the final plan."""

from deliberation.matters.facts import current_meeting, current_passage
from deliberation.matters.items import newest
from deliberation.matters.models import Matter
from deliberation.stages.consultation.rules import Facts
from deliberation.stages.consultation.table import table


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
        frozen=bool(passage and plan and plan.frozen_at and plan.frozen_at >= passage.entered_at),
    )
