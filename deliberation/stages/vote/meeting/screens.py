"""What the projector in a meeting shows: numbers, and nothing of the result before the count.

Present are those who signed in and those whose ballot was accepted. Both are told as numbers of
their own, never as one before the close: whoever knows who signed in would read from the joint
number which of them voted. Nor is the area of the ballots told, since 83.17 m² names its owner.
"""

from dataclasses import dataclass
from datetime import datetime

from deliberation.matters.models import Meeting
from deliberation.stages.vote.count.tally import quorum_need
from deliberation.stages.vote.meeting.attendance import signed_in
from deliberation.stages.vote.models import Vote, standing
from deliberation.stages.vote.profiles import Base, Profile
from deliberation.stages.vote.roll.electorate import Weights, total
from deliberation.stages.vote.rules import VOTING


@dataclass(frozen=True)
class Screen:
    """Heads who `signed` in and who `cast` a ballot; `need` is the least that makes a quorum, of
    ballots (`by_cast`) where the rule counts those who take part (area 0 unless it is weighed)."""

    entitled: Weights
    signed: int
    cast: int
    need: Weights
    by_cast: bool

    @property
    def is_quorate(self) -> bool | None:
        """Whether enough came; None when that depends on how many did both, or on the area."""
        signed = 0 if self.by_cast else self.signed
        if signed + self.cast < self.need.heads:
            return False
        enough = max(signed, self.cast) >= self.need.heads
        return True if enough and not self.need.area else None


async def screen(vote: Vote, profile: Profile, meeting: Meeting | None) -> Screen:
    """The figures of a posted vote as they are now."""
    came = await signed_in(meeting)
    rows = await standing(vote).values_list("state", "person_id", "heads", "area")
    entitled = total(Weights(heads, area) for _, _, heads, area in rows)
    area = quorum_need(profile, entitled.area) if profile.by_area else 0
    return Screen(
        entitled=entitled,
        signed=sum(heads for _, person, heads, _ in rows if person in came),
        cast=sum(heads for state, _, heads, _ in rows if state == "voted"),
        need=Weights(quorum_need(profile, entitled.heads), area),
        by_cast=profile.base is Base.PARTICIPATING,
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
