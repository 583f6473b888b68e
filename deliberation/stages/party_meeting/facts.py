"""What the party meeting has decided so far."""

from deliberation.matters.facts import current_meeting, meeting_facts
from deliberation.matters.models import Matter
from deliberation.stages.party_meeting.rules import Facts


async def facts(matter: Matter, stage: str) -> Facts:
    return Facts(meeting=await meeting_facts(await current_meeting(matter, stage)))
