"""一征: what must be true before opinions are closed, and the words for channels and verdicts.

Every opinion is answered, alone or through its group, with a reason. Household coverage is shown
against a target and never blocks. Sources: personal information law (个人信息保护法) for what may
stand in a public text; door visits are signed by two people so that neither can make one up.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from deliberation.calendar import day_text, end_of
from deliberation.matters.rules import MOVES
from deliberation.people.rules import personal_data
from deliberation.procedure import STAFF, TIME, Norms, Reason, Role, Stage

CHANNELS = {
    "online": "网上",
    "visit": "入户走访",
    "bench": "小板凳会议",
    "paper": "意见表",
    "chat": "微信群摘录",
    "phone": "电话",
    "office": "来访",
}
# What staff write down one by one; what was said among many is written down as that gathering.
SINGLY = {key: CHANNELS[key] for key in ("visit", "paper", "phone", "office")}
STANCES = {"agree": "同意改造", "disagree": "不同意改造", "consider": "再考虑"}
VERDICTS = {"adopted": "采纳", "partly": "部分采纳", "declined": "不采纳", "referred": "转办"}
# What a household may think of a group of like opinions that it did not say itself.
STANDS = {"second": "附议", "differ": "看法不同"}
# Answers that fit many opinions: verdict, how staff call it, the reason as it goes public.
REPLIES = {
    "plan": ("adopted", "列入方案", "将写进改造方案，做法、数量和时间在方案里写明。"),
    "now": ("adopted", "马上就办", "不用等改造，社区现在就办，办好以后贴出来。"),
    "partly": ("partly", "能做的先做", "能做的列入改造方案，做不到的在方案里写明为什么。"),
    "meeting": (
        "partly",
        "商议后再定",
        "各家想法不一样，列入下一步商议，结果和理由都会公开。",
    ),
    "most": ("declined", "多数人不同意", "多数住户的想法不同，这次不做；想法已经记下，以后再议。"),
    "safety": ("declined", "不符合规定", "按现行的安全和消防规定不能这样做。"),
    "office": ("referred", "转有关单位", "已转给主管的单位办理，社区负责催问，结果贴出来。"),
    "owners": ("referred", "由业主决定", "依法要由业主共同决定，已转街道，由街道帮助业主协商。"),
}
PLANNED = {
    "plan": ("adopted", "列入方案", "已列入改造方案，做法、数量和时间在方案里写明。"),
}
MOST_TEXT = 2000
# Of people on no roll, waiting to be confirmed one by one: the stage cannot be left before, so that
# a program that fills in the form without end would hold it up for good.
MOST_STRANGERS = 200
# Further words found in spreadsheets for the same channels.
CHANNEL_WORDS = {name: key for key, name in CHANNELS.items()} | {
    "微信群": "chat",
    "走访": "visit",
    "入户": "visit",
    "问卷": "paper",
    "纸质问卷": "paper",
    "线上": "online",
}
# A visit is made to a home and a questionnaire comes from one.
AT_HOME = frozenset({"visit", "paper"})


def replies(planned: bool) -> dict[str, tuple[str, str, str]]:
    """The ready answers: what stands in a plan can only be said once there is one to read."""
    return REPLIES | (PLANNED if planned else {})


@dataclass(frozen=True)
class Facts:
    """`households`/`covered` count households in scope and those that spoke at least once;
    `groups` are the titles of the groups that still wait for an answer; `unwritten` are voice notes
    that nobody wrote down yet. `sheets` counts pages on paper that no clerk read, `reading` files
    still being read, `contested` what households say was written down wrongly."""

    last_on: date | None
    total: int
    unconfirmed: int
    unanswered: int
    households: int
    covered: int
    groups: tuple[str, ...] = ()
    sheets: int = 0
    reading: int = 0
    contested: int = 0
    unwritten: int = 0


_WAITING = (  # of Facts: what it says while there are some, what removes it, and where
    ("unconfirmed", "还有{}条名册外人员的意见没有确认身份", "opinions.confirm", "opinions/list"),
    ("unwritten", "还有{}段语音没有写成文字", "opinions.transcribe", "opinions/list"),
    ("reading", "还有{}个扫描件没有读完", "opinions.read_scans", "opinions/paper"),
    ("sheets", "还有{}张意见表没有录入", "opinions.record", "opinions/paper"),
    (
        "contested",
        "有{}条替住户记下的意见，住户说记错了，还没有处理",
        "opinions.settle",
        "opinions/contested",
    ),
)


def blockers(facts: Facts, norms: Norms, now: datetime) -> list[str]:
    reasons = []
    if facts.last_on is None:
        reasons.append(Reason("还没有公布征求意见的起止日期", "opinions.announce"))
    elif now < end_of(facts.last_on):
        text = f"征求意见到{day_text(facts.last_on)}24:00结束"
        reasons.append(Reason(text, who=TIME, until=end_of(facts.last_on)))
    for name, text, act, at in _WAITING:
        if number := getattr(facts, name):
            reasons.append(Reason(text.format(number), act, at))
    if facts.unanswered:
        groups = f"，其中有{few(facts.groups, '组')}" if facts.groups else ""
        text = f"还有{facts.unanswered}条意见没有答复{groups}"
        reasons.append(Reason(text, "opinions.answer", "opinions/answers"))
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


def period_reasons(days: int, norms: Norms) -> list[str]:
    """Whether a period of so many natural days may be announced."""
    least, most = norms.opinions_days_least, norms.opinions_days_most
    if least <= days <= most:
        return []
    return [f"征求意见的期限是{least}到{most}天，现在填的是{days}天"]


def closed(last_on: date | None, now: datetime) -> list[str]:
    """Why nobody can speak online now; empty from the announcement to 24:00 of the last day."""
    if last_on is None:
        return ["还没有开始征求意见，公布期限以后再来提"]
    if now >= end_of(last_on):
        return [f"征求意见已于{day_text(last_on)}24:00结束"]
    return []


OLDEST = timedelta(days=366)  # what was said before is of another plan, or a slip of the pen


def said_reasons(said_on: date, *, last_on: date | None, today: date) -> list[str]:
    """Whether an opinion said on that day may be recorded; paper arrives after the last day."""
    if last_on is None:
        return ["还没有公布征求意见的期限，请先公布"]
    if said_on > today:
        return ["提意见的日期不能晚于今天"]
    if said_on < today - OLDEST:
        return ["提意见的日期是一年以前，请核对"]
    if said_on > last_on:
        return [f"征求意见到{day_text(last_on)}为止，之后说的不能再登记"]
    return []


def few(names: Sequence[str], unit: str) -> str:
    """How many there are, and at most three of them by name."""
    if len(names) > 3:
        return f"{'、'.join(names[:3])}等{len(names)}{unit}"
    return f"{len(names)}{unit}：{'、'.join(names)}"


def names_of(visitors: str) -> list[str]:
    """The names in a list such as “张三、李四”."""
    return [name for name in re.split(r"[、，,；;\s]+", visitors) if name]


def visit_reasons(channel: str, visitors: str) -> list[str]:
    """A door visit is signed by two different people."""
    if channel == "visit" and len(set(names_of(visitors))) < 2:
        return ["入户走访要写两名走访人的姓名，用顿号隔开"]
    return []


def public_reasons(text: str) -> list[str]:
    """Why a text of ours (a group's title, an answer) may not go public as it is."""
    return [f"这段话要公开，{found}，请删去" for found in personal_data(text)]


STAGE = Stage(
    key="opinions",
    name="征求意见",
    step="一征",
    package="deliberation.stages.opinions",
    purpose="听每一户的想法，每一条都给答复、给理由。",
    may={
        "opinions.menu": STAFF,
        "opinions.announce": frozenset({Role.CLERK, Role.SECRETARY}),
        "opinions.submit": frozenset({Role.RESIDENT, Role.VISITOR}),
        "opinions.record": STAFF,
        "opinions.begin_round": STAFF,
        "opinions.visit": STAFF,
        "opinions.undo_visit": STAFF,
        "opinions.transcribe": STAFF,
        "opinions.confirm": STAFF,
        "opinions.group": STAFF,
        "opinions.answer": STAFF,
        "opinions.check": STAFF,
        "opinions.publish": STAFF,
        "opinions.second": frozenset({Role.RESIDENT}),
        "opinions.print_forms": STAFF,
        "opinions.bring_scans": STAFF,
        "opinions.discard_scan": STAFF,
        "opinions.take_back": STAFF,
        "matters.extend": MOVES,
        "matters.advance": MOVES,
        "matters.send_back": frozenset({Role.SECRETARY}),
    },
    blockers=blockers,
    next_roles=(Role.RESIDENT, Role.CLERK),
    back_to=("matters",),
    ends="不能再提意见、附议，也不能再登记走访、会议和纸质意见表。",
)
