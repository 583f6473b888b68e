"""What registration knows, and the figures of a stage's meeting."""

from deliberation.database.once import once
from deliberation.matters.models import (
    Attendance,
    Matter,
    MatterScope,
    Meeting,
    Passage,
    Plan,
)
from deliberation.matters.rules import MeetingFacts, Registration


async def facts(matter: Matter, stage: str) -> Registration:
    return Registration(
        places=await MatterScope.filter(matter=matter).count(),
        contact=matter.contact,
        contact_phone=matter.contact_phone,
        discussed_on=matter.discussed_on,
        discussed_by=matter.discussed_by,
        discussed_conclusion=matter.discussed_conclusion,
    )


@once
async def the_matter(id: int) -> Matter | None:
    return await Matter.get_or_none(id=id)


@once
async def stays(matter: Matter) -> tuple[Passage, ...]:
    """A matter's stays in stages, in the order they happened."""
    return tuple(await Passage.filter(matter=matter).order_by("id"))


async def current_passage(matter: Matter, stage: str) -> Passage | None:
    """The newest stay of a matter in a stage."""
    return next((stay for stay in reversed(await stays(matter)) if stay.stage == stage), None)


@once
async def final_plan(matter: Matter) -> Plan | None:
    """The newest frozen version of the plan: the text that is voted on and carried out."""
    return await Plan.filter(matter=matter, frozen_at__not_isnull=True).order_by("-version").first()


@once
async def scope_paths(matter: Matter) -> list[str]:
    """The paths of the compounds and buildings the matter concerns."""
    return await MatterScope.filter(matter=matter).values_list("place__path", flat=True)


@once
async def current_meeting(matter: Matter, stage: str) -> Meeting | None:
    """The newest meeting of the newest stay in a stage."""
    passage = await current_passage(matter, stage)
    return await Meeting.filter(passage=passage).order_by("-id").first() if passage else None


async def meeting_facts(meeting: Meeting | None) -> MeetingFacts | None:
    if meeting is None:
        return None
    rows = await Attendance.filter(meeting=meeting).values_list("present", "reason")
    return MeetingFacts(
        entitled=len(rows),
        present=sum(present is True for present, _ in rows),
        unexplained=sum(present is not True and not reason for present, reason in rows),
        for_=meeting.for_,
        against=meeting.against,
        abstain=meeting.abstain,
        confirmed=meeting.confirmed_at is not None,
    )
