"""一征: what must be true before opinions are closed, and the words for channels and verdicts.

Every opinion is answered, alone or through its group, with a reason. Household coverage is shown
against a target and never blocks.
"""

from dataclasses import dataclass
from datetime import date, datetime

from deliberation.calendar import day_text, end_of
from deliberation.matters.rules import MOVES
from deliberation.procedure import STAFF, Norms, Role, Stage

CHANNELS = {
    "online": "网上",
    "visit": "入户走访",
    "bench": "小板凳会议",
    "paper": "纸质问卷",
    "chat": "微信群摘录",
    "phone": "电话",
    "office": "来访",
}
STANCES = {"agree": "同意改造", "disagree": "不同意改造", "consider": "再考虑"}
VERDICTS = {"adopted": "采纳", "partly": "部分采纳", "declined": "不采纳", "referred": "转办"}


@dataclass(frozen=True)
class Facts:
    """`households`/`covered` count households in scope and those that spoke at least once."""

    last_on: date | None
    total: int
    unconfirmed: int
    unanswered: int
    households: int
    covered: int


def blockers(facts: Facts, norms: Norms, now: datetime) -> list[str]:
    reasons = []
    if facts.last_on is None:
        reasons.append("还没有公布征求意见的起止日期")
    elif now < end_of(facts.last_on):
        reasons.append(f"征求意见到{day_text(facts.last_on)}24:00结束")
    if facts.unconfirmed:
        reasons.append(f"还有{facts.unconfirmed}条名册外人员的意见没有确认身份")
    if facts.unanswered:
        reasons.append(f"还有{facts.unanswered}条意见没有答复")
    return reasons


def warnings(facts: Facts, norms: Norms) -> list[str]:
    """Shown, never blocking: coverage below the target."""
    if facts.households and facts.covered < facts.households * norms.coverage_target:
        target = norms.coverage_target
        return [
            f"已听到{facts.covered}户，共{facts.households}户；"
            f"目标是{target.numerator}/{target.denominator}以上"
        ]
    return []


STAGE = Stage(
    key="opinions",
    name="征求意见",
    step="一征",
    package="deliberation.stages.opinions",
    purpose="听每一户的想法，每一条都给答复、给理由。",
    may={
        "opinions.announce": frozenset({Role.CLERK, Role.SECRETARY}),
        "opinions.submit": frozenset({Role.RESIDENT, Role.VISITOR}),
        "opinions.record": STAFF,
        "opinions.confirm": STAFF,
        "opinions.group": STAFF,
        "opinions.answer": STAFF,
        "matters.extend": MOVES,
        "matters.advance": MOVES,
    },
    blockers=blockers,
    next_roles=(Role.RESIDENT, Role.CLERK),
)
