"""实施: responsible organisations report, residents watch; money per plan item.

A variation beyond the resolution sends the matter back to consultation or vote.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from deliberation.matters.rules import MOVES
from deliberation.procedure import STAFF, Norms, Outcome, Reason, Role, Stage

SPENDING_KINDS = {"contract": "合同价", "payment": "付款", "settlement": "结算价"}
VARIATION_KINDS = {"changed": "改变做法或数量", "dropped": "取消这一项", "added": "新增内容"}
BEYOND_RULE = (
    "取消或新增内容，或者某一资金来源的变更合计超过决议定下的数额，属于超出决议，要退回商议或表决。"
)
DECISION_KINDS = {"owners": "业主共同决定", "residents": "居民会议讨论"}
WEB = "web"
CHANNELS = {"visit": "上门", "paper": "纸质", "phone": "电话"}


@dataclass(frozen=True)
class Facts:
    """`undone`: names of plan items without a completed last milestone; `unsettled`: no sum;
    `beyond`: variations beyond the resolution that the matter was not sent back for yet."""

    undone: tuple[str, ...]
    unsettled: tuple[str, ...]
    beyond: int
    planned: bool = True


def blockers(facts: Facts, norms: Norms, now: datetime) -> list[str]:
    reasons = []
    if not facts.planned:
        reasons.append("没有定稿的方案，无法核对完工和结算")
    if facts.beyond:
        text = "有超出决议的变更，请退回商议或表决"
        reasons.append(Reason(text, "implementation.send_back"))
    if facts.undone:
        text = f"还没有完工：{'、'.join(facts.undone)}"
        reasons.append(Reason(text, "implementation.report"))
    if facts.unsettled:
        text = f"还没有登记结算价：{'、'.join(facts.unsettled)}"
        reasons.append(Reason(text, "implementation.spend"))
    return reasons


def warnings(evaluated: int, homes: int) -> list[str]:
    """Shown, never blocking: homes that have not said yet whether the works were well done."""
    return [f"评议 {evaluated}/{homes}户"] if evaluated < homes else []


def beyond_resolution(kind: str, difference: int, before: int = 0) -> bool:
    """What the rule says of a variation, amounts in fen.

    `before` is what earlier variations already added to the same payer's money over the whole
    plan: savings there may be used, one fen above the resolved amount is beyond.
    """
    return kind != "changed" or (difference > 0 and before + difference > 0)


@dataclass(frozen=True)
class Line:
    """An entry of an item's ledger, in fen; a reversing one carries the opposite amount.

    `cancelled` marks both the entry taken back and the one that takes it back.
    """

    kind: str
    payer: str
    amount: int
    cancelled: bool = False


@dataclass(frozen=True)
class Balance:
    """What was resolved and what became of it, in fen.

    `contract` and `settled` are None while no entry of the kind stands. `payers` are rows
    (payer, resolved, paid, left), every payer that was resolved or paid.
    """

    resolved: int
    contract: int | None
    paid: int
    settled: int | None
    payers: tuple[tuple[str, int, int, int], ...]

    @property
    def left(self) -> int:
        """Resolved and not paid; negative when more was paid than resolved."""
        return self.resolved - self.paid


def balance(resolved: Iterable[tuple[str, int]], lines: Iterable[Line]) -> Balance:
    """The sums of one item, or of a plan when given everything of its items."""
    planned: dict[str, int] = {}
    for payer, amount in resolved:
        planned[payer] = planned.get(payer, 0) + amount
    lines, paid = list(lines), dict.fromkeys(planned, 0)
    for line in lines:
        if line.kind == "payment":
            paid[line.payer] = paid.get(line.payer, 0) + line.amount
    return Balance(
        resolved=sum(planned.values()),
        contract=_standing(lines, "contract"),
        paid=sum(paid.values()),
        settled=_standing(lines, "settlement"),
        payers=tuple(
            (payer, planned.get(payer, 0), sum_, planned.get(payer, 0) - sum_)
            for payer, sum_ in paid.items()
        ),
    )


def _standing(lines: list[Line], kind: str) -> int | None:
    amounts = [line.amount for line in lines if line.kind == kind and not line.cancelled]
    return sum(amounts) if amounts else None


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
        "implementation.reverse": STAFF,
        "implementation.vary": STAFF,
        "implementation.send_back": frozenset({Role.SECRETARY}),
        "implementation.evaluate": frozenset({Role.RESIDENT}),
        "implementation.record_evaluation": frozenset({Role.CLERK, Role.COMMITTEE}),
        "notices.draft": MOVES,
        "notices.check": MOVES | {Role.COMMITTEE},
        "notices.publish": frozenset({Role.SECRETARY}),
        "notices.object": frozenset({Role.RESIDENT, Role.VISITOR, Role.CLERK}),
        "notices.answer": MOVES,
        "notices.escalate": frozenset({Role.RESIDENT, Role.VISITOR, Role.CLERK}),
        "notices.decide": frozenset({Role.SECRETARY, Role.SUBDISTRICT}),
        "matters.advance": MOVES,
    },
    blockers=blockers,
    next_roles=(Role.CLERK,),
    back_to=("consultation", "vote"),
    after={Outcome.VARIED: "consultation"},
    ends="不能再登记进度、花费和变更。没有评议的住户，下一步还可以评议。",
)
