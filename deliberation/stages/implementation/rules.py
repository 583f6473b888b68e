"""实施: responsible organisations report, residents watch; money per plan item.

A variation beyond the resolution sends the matter back to consultation or vote.
"""

from dataclasses import dataclass
from datetime import datetime

from deliberation.matters.rules import MOVES
from deliberation.procedure import STAFF, Norms, Outcome, Role, Stage

SPENDING_KINDS = {"contract": "合同价", "payment": "付款", "settlement": "结算价"}


@dataclass(frozen=True)
class Facts:
    """`undone`: names of plan items without a completed last milestone; `unsettled`: no sum."""

    undone: tuple[str, ...]
    unsettled: tuple[str, ...]
    beyond: int


def blockers(facts: Facts, norms: Norms, now: datetime) -> list[str]:
    reasons = []
    if facts.beyond:
        reasons.append("有超出决议的变更，请退回商议或表决")
    if facts.undone:
        reasons.append(f"还没有完工：{'、'.join(facts.undone)}")
    if facts.unsettled:
        reasons.append(f"还没有登记结算价：{'、'.join(facts.unsettled)}")
    return reasons


STAGE = Stage(
    key="implementation",
    name="实施",
    step="实施",
    package="deliberation.stages.implementation",
    purpose="各责任单位施工、报进度、报花费，居民看得见。",
    may={
        "implementation.plan_milestone": STAFF,
        "implementation.report": STAFF,
        "implementation.spend": STAFF,
        "implementation.vary": STAFF,
        "implementation.send_back": frozenset({Role.SECRETARY}),
        "implementation.evaluate": frozenset({Role.RESIDENT, Role.CLERK, Role.COMMITTEE}),
        "notices.draft": MOVES,
        "notices.publish": frozenset({Role.SECRETARY}),
        "matters.advance": MOVES,
    },
    blockers=blockers,
    next_roles=(Role.CLERK,),
    back_to=("consultation", "vote"),
    after={Outcome.VARIED: "consultation"},
)
