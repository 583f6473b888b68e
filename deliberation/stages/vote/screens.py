"""What the projector in a meeting shows: numbers, and nothing of the result before the count.

Present are those who signed in and those whose ballot was accepted, as the count will have it.
"""

from dataclasses import dataclass
from datetime import datetime

from deliberation.matters.models import Meeting
from deliberation.stages.vote.attendance import signed_in
from deliberation.stages.vote.electorate import Weights, total
from deliberation.stages.vote.models import Vote, standing
from deliberation.stages.vote.profiles import Base, Profile
from deliberation.stages.vote.rules import VOTING
from deliberation.stages.vote.tally import quorum_need


@dataclass(frozen=True)
class Screen:
    """`came` is what the quorum is measured by: present, or ballots accepted where the rule
    counts those who take part; `need` the least that suffices (area 0 unless it is weighed)."""

    entitled: Weights
    came: Weights
    need: Weights
    cast: int
    by_cast: bool

    @property
    def is_quorate(self) -> bool:
        return self.came.reaches(self.need)


async def screen(vote: Vote, profile: Profile, meeting: Meeting | None) -> Screen:
    """The figures of a posted vote as they are now."""
    came = await signed_in(meeting)
    rows = await standing(vote).values_list("state", "person_id", "heads", "area")
    lines = [
        (state == "voted", person in came, Weights(*weight)) for state, person, *weight in rows
    ]
    entitled = total(weight for _, _, weight in lines)
    by_cast = profile.base is Base.PARTICIPATING
    here = [weight for cast, present, weight in lines if cast or (present and not by_cast)]
    area = quorum_need(profile, entitled.area) if profile.by_area else 0
    return Screen(
        entitled=entitled,
        came=total(here),
        need=Weights(quorum_need(profile, entitled.heads), area),
        cast=sum(weight.heads for cast, _, weight in lines if cast),
        by_cast=by_cast,
    )


def countdown(vote: Vote, now: datetime) -> str:
    """How long the vote has until it opens or ends, in words; '' when neither is ahead."""
    if vote.status == "open" and now < vote.opens_at:
        return f"还有{_span(vote.opens_at, now)}开始投票"
    if vote.status == "open" and now < vote.closes_at:
        return f"离截止还有{_span(vote.closes_at, now)}"
    return "投票已经截止，等候计票" if vote.status in VOTING else ""


def _span(end: datetime, now: datetime) -> str:
    """2天3小时, 1小时5分钟, 4分钟; below a minute the seconds are not counted aloud."""
    minutes = int((end - now).total_seconds()) // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    if hours:
        return f"{hours}小时{minutes % 60}分钟" if minutes % 60 else f"{hours}小时"
    return f"{minutes}分钟" if minutes else "不到1分钟"
