"""二议: the organisations concerned answer in writing; “1+6+X” under the secretary.

Each invited organisation answered or is recorded absent after its deadline, each of the six fixed
groups is filled or its absence explained, each condition became a change of the plan or an
explained no, the final plan is frozen.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from deliberation.calendar import end_of, local_date, moment_text
from deliberation.matters.rules import MOVES
from deliberation.procedure import STAFF, Norms, Reason, Role, Stage

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
    """`waiting`: organisations neither answered nor recorded absent, names as written; the last of
    them has until the end of `due_on`. `unsent` have no link that works. `convened`: whether the
    meeting was called.

    `unchanged` are conditions said to be met by an item that is as it was before: (name, item).
    """

    invited: int
    waiting: tuple[str, ...]
    empty_seats: tuple[str, ...]
    open_conditions: int
    minutes_confirmed: bool
    frozen: bool
    unchanged: tuple[tuple[str, int], ...] = ()
    due_on: date | None = None
    convened: bool = True
    unsent: tuple[str, ...] = ()


def blockers(facts: Facts, norms: Norms, now: datetime) -> list[str]:
    reasons = []
    if not facts.invited:
        reasons.append(Reason("还没有邀请相关单位", "consultation.invite"))
    if facts.unsent:
        text = f"{'、'.join(facts.unsent)}的答复链接还没有发"
        reasons.append(Reason(text, "consultation.link"))
    if facts.waiting:
        text = f"还在等{len(facts.waiting)}家单位的书面意见：{'、'.join(facts.waiting)}"
        due = end_of(facts.due_on) if facts.due_on else None
        reasons.append(Reason(text, who="相关单位", until=due))
    if facts.empty_seats:
        text = f"这些席位没有人，也没有说明原因：{'、'.join(facts.empty_seats)}"
        reasons.append(Reason(text, "consultation.explain"))
    if facts.open_conditions:
        text = f"还有{facts.open_conditions}个条件没有回应"
        reasons.append(Reason(text, "consultation.respond"))
    for name, item in facts.unchanged:
        text = f"{name}的条件写明改了方案第{item}项，但这一项还没有改动"
        reasons.append(Reason(text, "plan.edit", "plan"))
    if not facts.minutes_confirmed:
        act = "consultation.confirm" if facts.convened else "consultation.convene"
        reasons.append(Reason("商议会纪要还没有确认", act))
    if not facts.frozen:
        reasons.append(Reason("最终方案还没有定稿", "plan.freeze", "plan"))
    return reasons


def earliest(told: date | None, now: datetime) -> date:
    """The first day that may be named for an answer: the day an organisation was `told` while that
    runs, else tomorrow."""
    today = local_date(now)
    return told if told and told >= today else today + timedelta(days=1)


def link_reasons(*, revoked: bool, expires_at: datetime, now: datetime) -> list[str]:
    """Why an organisation's link takes no answer any more."""
    if revoked:
        return ["这个链接已经作废，请向社区要新的链接"]
    if now >= expires_at:
        at = moment_text(expires_at)
        return [f"答复期限（{at}）已经过了，要补充请和社区联系"]
    return []


def position_reasons(stance: str, reason: str, conditions: tuple[str, ...]) -> list[str]:
    """What a written position lacks, or says twice."""
    reasons = []
    if (stance == "conditional") != bool(conditions):
        reasons.append("有条件同意的，请逐条写明条件；同意或不同意的，不填条件")
    if stance != "agree" and not reason:
        reasons.append("有条件同意、不同意的，请写明理由")
    return reasons


def reminder_due(due_on: date, norms: Norms, now: datetime) -> bool:
    """Whether an organisation that has not answered should be reminded: its last days run."""
    first = due_on - timedelta(days=norms.consultation_reminder_days)
    return first <= local_date(now) and now < end_of(due_on)


STAGE = Stage(
    key="consultation",
    name="相关单位商议",
    step="二议",
    package="deliberation.stages.consultation",
    purpose="请相关单位书面表态，把条件和承诺写进方案，定下交付表决的最终方案。",
    may={
        "consultation.invite": STAFF,
        "consultation.withdraw": STAFF,
        "consultation.correct": STAFF,
        "consultation.link": STAFF,
        "consultation.open": frozenset({Role.VISITOR}),
        "consultation.answer": frozenset({Role.VISITOR}),
        "consultation.record": STAFF,
        "consultation.absent": frozenset({Role.SYSTEM}),
        "consultation.explain": STAFF,
        "consultation.respond": STAFF,
        "consultation.convene": frozenset({Role.SECRETARY, Role.CLERK}),
        "consultation.minute": frozenset({Role.CLERK, Role.COMMITTEE}),
        "consultation.confirm": frozenset({Role.SECRETARY, Role.COMMITTEE}),
        "consultation.sign": STAFF,
        "plan.edit": STAFF,
        "plan.freeze": frozenset({Role.SECRETARY}),
        "matters.advance": MOVES,
        "matters.send_back": frozenset({Role.SECRETARY}),
    },
    blockers=blockers,
    next_roles=(Role.SECRETARY, Role.CLERK),
    back_to=("proposal", "opinions"),
    ends="相关单位不能再答复，最终方案不能再改。",
)
