"""Which messages there are, what they say and when they may be sent. Pure.

A text is public: it names the community and the matter, never a person, a room or what somebody
said. Nothing goes out but what staff switched on; what is over is not announced any more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from deliberation.calendar import ONE_DAY, SHANGHAI, local_date

KINDS = {
    "opinions": "征求意见开始",
    "opinions_end": "征求意见快到期",
    "vote": "开始投票",
    "vote_end": "投票快截止",
    "answer": "意见有了答复",
    "notice": "有新的公示",
}
STATES = {
    "waiting": ("等待发送", "wait"),
    "sent": ("已发出", "done"),
    "failed": ("没有发出", "fail"),
    "dropped": ("不用发了", ""),
}
TITLE_MOST = 30
TRIES = 6
CLAIM = timedelta(minutes=2)
_WAITS = (60, 300, 1800, 7200, 21600)  # seconds after the first, second … failed try
_EARLY, _LATE = 8, 21  # hours of the day between which phones may ring
GONE, REFUSED = "电话没有了，或者不想收短信", "网关不收这条短信"


@dataclass(frozen=True)
class Offer:
    """A sending that staff may order: what it says, to how many, when it goes out and until when.

    `reasons` are why it cannot be ordered.
    """

    kind: str
    about: int
    text: str
    number: int
    due_at: datetime
    expires_at: datetime
    reasons: tuple[str, ...] = ()


def wording(community: str, title: str, said: str, url: str) -> str:
    """The text of a message: who sends it, about which matter, what it is, where to look."""
    short = title if len(title) <= TITLE_MOST else f"{title[: TITLE_MOST - 1]}…"
    return f"【{community}】“{short}”{said}详见 {url} 不想再收到，可以在“我的”里关掉。"


def day_before(last: datetime, now: datetime) -> datetime:
    """Nine in the morning, local, of the day before the instant `last`; now where that is over."""
    day = local_date(last - timedelta(microseconds=1)) - ONE_DAY
    at = datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI).astimezone(last.tzinfo)
    return max(at, now)


def rings(now: datetime) -> bool:
    """Whether messages go out at this hour: nobody is woken for them."""
    return _EARLY <= now.astimezone(SHANGHAI).hour < _LATE


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When a message that failed `attempts` times is tried again; None when it is given up."""
    return now + timedelta(seconds=_WAITS[attempts - 1]) if attempts < TRIES else None


def order_reasons(number: int, *, ordered: bool, expires_at: datetime, now: datetime) -> list[str]:
    """Why a sending cannot be ordered."""
    if ordered:
        return ["已经安排过了，不重复发"]
    if now >= expires_at:
        return ["已经过期，不用再发"]
    return [] if number else ["没有可以收到的人：名册上没有电话，或者都不想收短信"]
