"""二议: the organisations concerned answer in writing; “1+6+X” under the secretary.

Each invited organisation answered or is recorded absent after its deadline, each of the six fixed
groups is filled or its absence explained, each condition answered, the final plan frozen.
"""

from dataclasses import dataclass
from datetime import datetime

from deliberation.matters.rules import MOVES
from deliberation.procedure import STAFF, Norms, Role, Stage

SEATS = {
    "committee": "社区两委",
    "supervisors": "居务监督委员会",
    "property": "物业公司",
    "counsel": "法律顾问",
    "partner": "共建单位",
    "representatives": "居民代表",
}
OTHER_SEAT = "x"
SEAT_NAMES = SEATS | {OTHER_SEAT: "其他相关单位（X）"}
MEETING = "商议会"
STANCES = {"agree": "同意", "conditional": "有条件同意", "disagree": "不同意"}


@dataclass(frozen=True)
class Facts:
    """`waiting`: organisations neither answered nor recorded absent; names as written."""

    invited: int
    waiting: tuple[str, ...]
    empty_seats: tuple[str, ...]
    open_conditions: int
    minutes_confirmed: bool
    frozen: bool


def blockers(facts: Facts, norms: Norms, now: datetime) -> list[str]:
    reasons = []
    if not facts.invited:
        reasons.append("还没有邀请相关单位")
    if facts.waiting:
        reasons.append(f"还在等{len(facts.waiting)}家单位的书面意见：{'、'.join(facts.waiting)}")
    if facts.empty_seats:
        reasons.append(f"这些席位没有人，也没有说明原因：{'、'.join(facts.empty_seats)}")
    if facts.open_conditions:
        reasons.append(f"还有{facts.open_conditions}个条件没有回应")
    if not facts.minutes_confirmed:
        reasons.append("商议会纪要还没有确认")
    if not facts.frozen:
        reasons.append("最终方案还没有定稿")
    return reasons


STAGE = Stage(
    key="consultation",
    name="相关单位商议",
    step="二议",
    package="deliberation.stages.consultation",
    purpose="请相关单位书面表态，把条件和承诺写进方案，定下交付表决的最终方案。",
    may={
        "consultation.invite": STAFF,
        "consultation.record": STAFF,
        "consultation.absent": STAFF,
        "consultation.explain": STAFF,
        "consultation.respond": STAFF,
        "consultation.convene": frozenset({Role.SECRETARY, Role.CLERK}),
        "consultation.minute": frozenset({Role.CLERK, Role.COMMITTEE}),
        "consultation.confirm": frozenset({Role.SECRETARY}),
        "plan.edit": STAFF,
        "plan.freeze": frozenset({Role.SECRETARY}),
        "matters.advance": MOVES,
        "matters.send_back": frozenset({Role.SECRETARY}),
    },
    blockers=blockers,
    next_roles=(Role.SECRETARY, Role.CLERK),
    back_to=("proposal", "opinions"),
)
