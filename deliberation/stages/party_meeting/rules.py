"""党员大会审议: the stage that 四议两公开 inserts before the vote.

Full members only; quorum and majority come from the profile the rule set names (P6: present
≥ 2/3, agreed > 1/2 of all entitled).
"""

from dataclasses import dataclass
from datetime import datetime

from deliberation.matters.rules import MOVES, MeetingFacts, meeting_blockers, meeting_bound
from deliberation.procedure import STAFF, Norms, Outcome, Role, Stage
from deliberation.stages.vote.profiles import PROFILES

MEETING = "党员大会"


@dataclass(frozen=True)
class Facts:
    meeting: MeetingFacts | None


def blockers(facts: Facts, norms: Norms, now: datetime) -> list[str]:
    profile = PROFILES[norms.meeting_profile]
    return meeting_blockers(
        facts.meeting,
        name=MEETING,
        quorum=profile.quorum,
        majority=profile.majority,
        stage="party_meeting",
    )


def bound(facts: Facts, norms: Norms) -> list[str]:
    profile = PROFILES[norms.meeting_profile]
    shares = {"quorum": profile.quorum, "majority": profile.majority}
    return meeting_bound(facts.meeting, name=MEETING, **shares)


STAGE = Stage(
    key="party_meeting",
    name="党员大会审议",
    step="三议",
    package="deliberation.stages.party_meeting",
    purpose="党员大会审议最终方案，过半数正式党员同意后交付表决。",
    may={
        "party_meeting.convene": frozenset({Role.SECRETARY, Role.CLERK}),
        "party_meeting.minute": frozenset({Role.CLERK, Role.COMMITTEE}),
        "party_meeting.confirm": frozenset({Role.SECRETARY, Role.PARTY_MEMBER}),
        "party_meeting.sign": STAFF,
        "party_meeting.conclude": frozenset({Role.SECRETARY}),
        "matters.advance": MOVES,
        "matters.send_back": frozenset({Role.SECRETARY}),
    },
    blockers=blockers,
    next_roles=(Role.SECRETARY, Role.PARTY_MEMBER),
    back_to=("consultation", "proposal"),
    after={Outcome.NOT_PASSED: "proposal", Outcome.INQUORATE: "party_meeting"},
    bound=bound,
    ends="党员大会的记录不能再改。",
)
