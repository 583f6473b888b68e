"""Who may be given a proxy, and until when: in writing, with powers and term, before the opening.

Sources: the profile's own number (`profiles.py`), Civil Code 165 (a written proxy names matter,
powers and term and is signed) and 169 (no passing on).
"""

from dataclasses import dataclass
from datetime import date, datetime

from deliberation.calendar import day_text

TAKING = ("posted", "frozen")  # from the posting of the roll to the opening announcement
LASTING = (*TAKING, "open")


@dataclass(frozen=True)
class Facts:
    """`carried`: proxies the person carries in this vote; `given`: the line has one already;
    `own`: the person may vote for the line anyhow; `closes_on` is None before the freeze."""

    status: str
    allowed: int
    number: int
    carried: int
    given: bool
    own: bool
    signed_on: date
    until: date
    closes_on: date | None


def taking_blockers(status: str, allowed: int) -> list[str]:
    """Why no proxy may be recorded or confirmed now, whoever it is for."""
    if not allowed:
        return ["这次表决须由本人投票，不接受委托"]
    if status not in TAKING:
        return ["委托要在名册公示以后、表决公告以前登记，名单要先公布再投票"]
    return []


def record_blockers(facts: Facts, today: date) -> list[str]:
    """Why this proxy may not be recorded."""
    reasons = taking_blockers(facts.status, facts.allowed)
    if reasons:
        return reasons
    if facts.signed_on > today:
        reasons.append("签名的日期不能晚于今天")
    if facts.until < max(facts.signed_on, today):
        reasons.append("委托的期限已经过了")
    elif facts.closes_on and facts.until < facts.closes_on:
        reasons.append(f"委托的期限要包括表决截止的{day_text(facts.closes_on)}")
    if facts.given:
        reasons.append(f"名册{facts.number}号已经有一份委托，要换人请先撤销")
    if facts.own:
        reasons.append("这个人本来就能投这一票，不用委托")
    if facts.carried >= facts.allowed:
        reasons.append(f"一人最多接受{facts.allowed}份委托，这个人已经有{facts.carried}份")
    return reasons


def revoke_blockers(status: str, closes_at: datetime | None, now: datetime) -> list[str]:
    """Why a proxy may not be revoked any more."""
    if status not in LASTING or (closes_at is not None and now >= closes_at):
        return ["表决已经截止，不能再撤销委托"]
    return []
