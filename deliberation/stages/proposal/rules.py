"""一议: the two committees, one roll of persons, propose version 1 of the plan.

Present ≥ 2/3, agreed > 1/2 of all members (defaults of the rule set). Those present confirm the
minutes.
"""

from dataclasses import dataclass
from datetime import datetime

from deliberation.matters.rules import MOVES, MeetingFacts, meeting_blockers, meeting_bound
from deliberation.procedure import STAFF, Norms, Outcome, Reason, Role, Stage

MEETING = "“两委”会议"


@dataclass(frozen=True)
class Facts:
    meeting: MeetingFacts | None
    items: int
    unfunded: int
    frozen: bool


def blockers(facts: Facts, norms: Norms, now: datetime) -> list[str]:
    reasons = meeting_blockers(
        facts.meeting,
        name=MEETING,
        quorum=norms.committee_quorum,
        majority=norms.committee_majority,
        stage="proposal",
    )
    if not facts.items:
        reasons.append(Reason("方案里还没有改造内容", "plan.edit", "plan"))
    if facts.unfunded:
        text = f"还有{facts.unfunded}项改造内容没有写明资金来源和金额"
        reasons.append(Reason(text, "plan.edit", "plan"))
    if not facts.frozen:
        reasons.append(Reason("方案还没有定稿", "plan.freeze", "plan"))
    return reasons


def bound(facts: Facts, norms: Norms) -> list[str]:
    shares = {"quorum": norms.committee_quorum, "majority": norms.committee_majority}
    return meeting_bound(facts.meeting, name=MEETING, **shares)


STAGE = Stage(
    key="proposal",
    name="“两委”提议",
    step="一议",
    package="deliberation.stages.proposal",
    purpose="社区“两委”把居民的意见变成方案第1版。",
    may={
        "proposal.convene": frozenset({Role.SECRETARY, Role.CLERK}),
        "proposal.minute": frozenset({Role.CLERK, Role.COMMITTEE}),
        "proposal.confirm": frozenset({Role.SECRETARY, Role.COMMITTEE}),
        "proposal.sign": STAFF,
        "proposal.conclude": frozenset({Role.SECRETARY}),
        "plan.edit": STAFF,
        "plan.freeze": frozenset({Role.SECRETARY}),
        "matters.advance": MOVES,
        "matters.send_back": frozenset({Role.SECRETARY}),
    },
    blockers=blockers,
    next_roles=(Role.SECRETARY, Role.COMMITTEE),
    back_to=("opinions",),
    after={Outcome.NOT_PASSED: "opinions", Outcome.INQUORATE: "proposal"},
    bound=bound,
    ends="“两委”会议的记录不能再改，方案第1版不能再改。",
)
