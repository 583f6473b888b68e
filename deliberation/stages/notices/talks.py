"""What the two committees, the organisations and the party meeting did, as figures of a notice."""

from deliberation.calendar import local_date
from deliberation.matters.facts import current_meeting, current_passage, meeting_facts
from deliberation.matters.models import Matter, Meeting
from deliberation.stages.consultation.models import Invitation, Position
from deliberation.stages.consultation.rules import SEAT_NAMES, STANCES

ABSENT = "逾期未答复"


async def meeting(matter: Matter, stage: str) -> dict | None:
    """{on, entitled, present, for, against, abstain} of a stage's newest meeting: heads only."""
    return await heads(await current_meeting(matter, stage))


async def heads(row: Meeting | None) -> dict | None:
    """The same of one meeting; None without one."""
    facts = await meeting_facts(row)
    if facts is None:
        return None
    return {
        "on": local_date(row.held_at).isoformat(),
        "entitled": facts.entitled,
        "present": facts.present,
        "for": facts.for_,
        "against": facts.against,
        "abstain": facts.abstain,
    }


async def organisations(matter: Matter) -> dict:
    """{invited, stances: [[name, count]], list: [{name, seat, stance}]} of the newest
    stay in the consultation."""
    passage = await current_passage(matter, "consultation")
    invitations = await Invitation.filter(passage=passage).select_related("organisation")
    positions = await Position.filter(invitation__passage=passage).order_by("id")
    stances = {item.invitation_id: STANCES[item.stance] for item in positions}
    rows = [
        {
            "name": item.organisation.name,
            "seat": SEAT_NAMES[item.seat],
            "stance": stances.get(item.id, ABSENT),
        }
        for item in invitations
    ]
    counts = [
        [name, sum(row["stance"] == name for row in rows)] for name in (*STANCES.values(), ABSENT)
    ]
    return {
        "invited": len(rows),
        "stances": [[name, count] for name, count in counts if count],
        "list": rows,
    }
