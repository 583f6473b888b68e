"""What minutes must hold before they are confirmed, and what a confirmed count comes to. Pure.

Source: the method's own minutes (time, place, chair, entitled/present/absent with reason, points,
count). The outcome is computed from the count and never chosen: too few present is inquorate,
too few agreed of all entitled is not passed.
"""

from fractions import Fraction

from deliberation.matters.rules import MeetingFacts, meeting_blockers
from deliberation.procedure import Outcome


def open_points(facts: MeetingFacts, points: str, quorum: Fraction | None) -> list[str]:
    """Why minutes cannot be confirmed yet.

    `quorum` is None for a meeting that takes no count; without a quorum no count is taken either.
    """
    reasons = []
    if not facts.entitled:
        reasons.append("还没有应到人员名单")
    elif not facts.present:
        reasons.append("没有人到会，请改时间重新召集")
    if facts.unexplained:
        reasons.append(f"还有{facts.unexplained}人没有登记到会，也没有写明缺席原因")
    if not points.strip():
        reasons.append("还没有登记会议内容")
    if quorum is not None and facts.present >= facts.entitled * quorum:
        reasons += _count(facts)
    return reasons


def _count(facts: MeetingFacts) -> list[str]:
    counted = (facts.for_, facts.against, facts.abstain)
    if None in counted:
        return ["还没有登记同意、反对、弃权的人数"]
    if sum(counted) != facts.present:
        return [f"同意、反对、弃权合计{sum(counted)}人，与实到{facts.present}人不符"]
    return []


def failure(facts: MeetingFacts, *, quorum: Fraction, majority: Fraction) -> Outcome | None:
    """How a confirmed count failed; None when it carries."""
    if facts.present < facts.entitled * quorum:
        return Outcome.INQUORATE
    if facts.for_ <= facts.entitled * majority:
        return Outcome.NOT_PASSED
    return None


def why(facts: MeetingFacts, *, name: str, quorum: Fraction, majority: Fraction) -> str:
    """The failure in one sentence, for the announcement."""
    if failure(facts, quorum=quorum, majority=majority) is Outcome.INQUORATE:
        majority = Fraction(0)
    reasons = meeting_blockers(facts, name=name, quorum=quorum, majority=majority)
    return reasons[0]


def not_concluded(facts: MeetingFacts | None, *, quorum: Fraction, majority: Fraction) -> list[str]:
    """Why a meeting's failure cannot be recorded: nothing confirmed yet, or it carried."""
    if facts is None or not facts.confirmed:
        return ["会议纪要确认以后才能办理结果"]
    if failure(facts, quorum=quorum, majority=majority) is None:
        return ["会议已经通过，请办完这一步"]
    return []
