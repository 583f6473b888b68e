"""Registration of a matter, and the rules shared by every stage's plan and meetings.

Sources: the residents'-committee law as in force from 2026 (the community's party organisation
discusses a matter before it is put to a resolution); 国办发〔2020〕23号 for the classes of items.
"""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from deliberation.procedure import STAFF, Norms, Reason, Role, Stage

SOURCES = {"party": "党员群众建议", "community": "社区提议", "superior": "上级安排"}
CATEGORIES = {"basic": "基础类", "improving": "完善类", "raising": "提升类"}
PAYERS = {
    "treasury": "财政资金",
    "maintenance": "维修资金",
    "residents": "居民出资",
    "organisation": "单位出资",
    "common": "公共收益",
    "donation": "社会捐助",
}
OWNERS_REASONS = {
    "maintenance": "使用维修资金",
    "raise": "筹集维修资金",
    "rebuild": "改建、重建建筑物及其附属设施",
    "common": "改变共有部分用途或利用共有部分经营",
    "manager": "选聘物业服务企业",
}
# The profiles of an owners' vote that decide it (Civil Code 278): raising maintenance funds,
# rebuilding and changing what is common take three quarters.
OWNERS_PROFILES = {
    "maintenance": frozenset({"P7", "P8"}),
    "raise": frozenset({"P8"}),
    "rebuild": frozenset({"P8"}),
    "common": frozenset({"P8"}),
    "manager": frozenset({"P7", "P8"}),
}
MOVES = frozenset({Role.CLERK, Role.SECRETARY})


@dataclass(frozen=True)
class Registration:
    """What is known of a matter when it wants to leave registration."""

    places: int
    contact: str
    contact_phone: str
    discussed_on: date | None
    discussed_by: str
    discussed_conclusion: str


def registration_blockers(facts: Registration, norms: Norms, now: datetime) -> list[str]:
    reasons = []
    if not facts.places:
        reasons.append(Reason("请登记涉及的小区或楼栋", "matters.edit"))
    if not facts.contact or not facts.contact_phone:
        reasons.append(Reason("请登记联系人和办公电话", "matters.edit"))
    if not (facts.discussed_on and facts.discussed_by and facts.discussed_conclusion):
        text = "请登记社区党组织研究的日期、参加人和结论"
        reasons.append(Reason(text, "matters.discuss"))
    return reasons


@dataclass(frozen=True)
class MeetingFacts:
    """One meeting: heads only. `unexplained` are absent without a reason."""

    entitled: int
    present: int
    unexplained: int
    for_: int | None
    against: int | None
    abstain: int | None
    confirmed: bool


def meeting_blockers(
    facts: MeetingFacts | None, *, name: str, quorum: Fraction, majority: Fraction, stage: str = ""
) -> list[str]:
    """Why a counted meeting does not carry: present ≥ quorum of entitled (以上 includes the
    number), agreed > majority of all entitled (过半数 excludes it). `stage` is whose meeting."""
    if facts is None:
        return [Reason(f"还没有召开{name}", f"{stage}.convene")]
    minute = f"{stage}.minute"
    if not facts.entitled:
        return [Reason(f"{name}还没有应到人员名单", minute)]
    reasons = []
    failed = f"{stage}.conclude" if facts.confirmed else minute
    if facts.unexplained:
        text = f"{name}还有{facts.unexplained}人没有登记到会，也没有写明缺席原因"
        reasons.append(Reason(text, minute))
    if facts.present < facts.entitled * quorum:
        need = least(quorum, facts.entitled)
        text = f"{name}应到{facts.entitled}人，至少{need}人到会，实到{facts.present}人"
        reasons.append(Reason(text, failed))
    reasons += [Reason(text, failed) for text in _count_blockers(facts, name, majority)]
    if not facts.confirmed:
        reasons.append(Reason(f"{name}纪要还没有确认", f"{stage}.confirm"))
    return reasons


def meeting_bound(
    facts: MeetingFacts | None, *, name: str, quorum: Fraction, majority: Fraction
) -> list[str]:
    """Why a meeting's matter may not be sent back: its confirmed count failed."""
    if facts is None or not facts.confirmed:
        return []
    if meeting_blockers(facts, name=name, quorum=quorum, majority=majority):
        return [f"{name}没有通过，请办理会议结果"]
    return []


def _count_blockers(facts: MeetingFacts, name: str, majority: Fraction) -> list[str]:
    if facts.for_ is None:
        return [f"{name}还没有登记表决人数"]
    counted = facts.for_ + (facts.against or 0) + (facts.abstain or 0)
    if counted != facts.present:
        return [f"{name}同意、反对、弃权合计{counted}人，与实到{facts.present}人不符"]
    if facts.for_ <= facts.entitled * majority:
        need = more_than(majority, facts.entitled)
        return [f"{name}应到{facts.entitled}人，至少{need}人同意，实际{facts.for_}人同意"]
    return []


def least(share: Fraction, whole: int) -> int:
    """The smallest integer that is at least `share` of `whole`."""
    return -(-share.numerator * whole // share.denominator)


def more_than(share: Fraction, whole: int) -> int:
    """The smallest integer that exceeds `share` of `whole`."""
    return share.numerator * whole // share.denominator + 1


REGISTRATION = Stage(
    key="matters",
    name="动议登记",
    step="动议",
    package="deliberation.matters",
    purpose="把要办的事登记清楚：涉及哪些楼栋、谁来联系、社区党组织研究过没有。",
    may={
        "matters.edit": STAFF,
        "matters.discuss": frozenset({Role.CLERK, Role.SECRETARY}),
        "matters.advance": MOVES,
    },
    blockers=registration_blockers,
    next_roles=(Role.CLERK, Role.SECRETARY),
    ends="题目、涉及范围和研究情况不能再改。",
)
