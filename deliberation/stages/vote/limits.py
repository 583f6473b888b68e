"""What may still be changed of a frozen vote, until when, and which proposals have lapsed. Pure.

Only what was announced may be voted on: an end moves later, or to now when nobody is left; a roll
is amended by whole events, never late and never under a secret vote. These limits are this
program's own care; no public rule fixes them.
"""

from datetime import datetime, timedelta

from deliberation.calendar import moment_text
from deliberation.stages.vote.rules import CERTIFIED, FROZEN

QUIET_END = timedelta(hours=24)  # before the end, in which the roll stays as it is


# In which states of the vote a proposal may still be approved; a vote never goes back to one.
_LASTS = {
    "vote.freeze": ("draft", "posted"),
    "vote.extend": ("open",),
    "vote.end_early": ("open",),
    "vote.amend": ("frozen", "open"),
    "vote.issue_paper": ("open",),
    "vote.hand_back": ("open",),
    "vote.explain_paper": ("open", "closing"),
    "vote.void": ("draft", "posted", *(key for key in FROZEN if key not in CERTIFIED)),
    "vote.conclude": CERTIFIED,
}
_AFTER_END = ("vote.explain_paper", "vote.void", "vote.conclude")


def lapses_at(act: str, payload: dict, closes_at: datetime | None) -> datetime | None:
    """Until when what was proposed may be approved; None without an end."""
    if act in _AFTER_END:
        return None
    return datetime.fromisoformat(payload["closes_at"]) if act == "vote.freeze" else closes_at


def lapsed(act: str, payload: dict, status: str, closes_at: datetime | None, now: datetime) -> bool:
    """Whether what was proposed can never be approved any more: the vote is past it."""
    ends = lapses_at(act, payload, closes_at)
    return (ends is not None and now >= ends) or status not in _LASTS[act]


def void_blockers(status: str) -> list[str]:
    """Why a vote may not be voided: what the scrutineers certified stands."""
    if status in CERTIFIED:
        return ["结果已经监票人核验，不能作废，请按结果办理"]
    return [] if status != "void" else ["没有可以作废的表决"]


def extend_blockers(status: str, old: datetime | None, new: datetime, now: datetime) -> list[str]:
    """Why the end may not be moved to `new`: announced before the old one, and only later."""
    if status != "open" or old is None:
        return ["现在没有正在进行的表决"]
    if now >= old:
        return ["表决已经到截止时间，不能再延长"]
    return [] if new > old else [f"新的截止时间要晚于{moment_text(old)}"]


def early_blockers(status: str, closes_at: datetime | None, left: int, now: datetime) -> list[str]:
    """Why the vote may not end before its announced end: `left` lines could still be cast."""
    if status != "open" or closes_at is None or now >= closes_at:
        return ["现在没有正在进行的表决"]
    return [f"还有{left}人没有投票，公告的时间没到不能提前截止"] if left else []


def amend_blockers(
    status: str, secret: bool, closes_at: datetime, voted: list[int], now: datetime
) -> list[str]:
    """Why the frozen roll may not be amended; `voted` are numbers to be struck that have voted.

    A late addition to a secret vote could be told apart by subtraction.
    """
    if status not in ("frozen", "open") or now >= closes_at:
        return ["名册冻结以后、截止以前才能更正名册"]
    if secret:
        return ["无记名表决冻结以后不能更正名册，否则能推算出新增的人投了什么"]
    if now + QUIET_END > closes_at:
        return ["截止前24小时内不能更正名册"]
    return [f"名册{number}号已经投票或者领了纸质票，不能去掉" for number in voted]
