"""What the two committees, the organisations and the party meeting did, as figures of a notice."""

from deliberation.calendar import local_date
from deliberation.matters.facts import current_meeting, current_passage, meeting_facts
from deliberation.matters.models import Matter, Meeting
from deliberation.stages.consultation.rules import SEAT_NAMES, STANCES
from deliberation.stages.consultation.table import Answered, table

ABSENT, UNSENT = "逾期未答复", "没有发出邀请"


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


def _stance(entry: Answered) -> str:
    if entry.position:
        return STANCES[entry.position.stance]
    return ABSENT if entry.links else UNSENT


async def organisations(matter: Matter) -> dict:
    """{invited, stances: [[name, count]], list: [{name, seat, stance}]} of the newest
    stay in the consultation."""
    rows = [
        {
            "name": entry.name,
            "seat": SEAT_NAMES[entry.invitation.seat],
            "stance": _stance(entry),
        }
        for entry in (await table(await current_passage(matter, "consultation"))).answered
    ]
    names = (*STANCES.values(), ABSENT, UNSENT)
    counts = [[name, sum(row["stance"] == name for row in rows)] for name in names]
    return {
        "invited": len(rows),
        "stances": [[name, count] for name, count in counts if count],
        "list": rows,
    }
