"""两公开: the two stages that hang a notice, let its period pass and answer its objections.

An objection is answered within the rule set's working days, then goes to the party organisation,
then to the subdistrict; one upheld withdraws the resolution.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from deliberation.boards.rules import missing_proof
from deliberation.calendar import day_text, end_of
from deliberation.matters.rules import MOVES, OWNERS_REASONS
from deliberation.procedure import TIME, Norms, Outcome, Reason, Role, Stage

KINDS = {
    "A": "决议公示",
    "B": "实施情况公示",
    "C": "征求意见通知",
    "D": "表决公告",
    "E": "公告",
    "R": "名册公示",
}
LEVELS = {"committee": "社区“两委”", "party": "社区党组织", "subdistrict": "街道"}
VERDICTS = {"satisfied": "满意", "fair": "基本满意", "dissatisfied": "不满意"}
STATUSES = {"draft": "草稿", "published": "已公布", "superseded": "已更正", "withdrawn": "已撤回"}
OBJECT = frozenset({Role.RESIDENT, Role.VISITOR, Role.CLERK})
CHECKERS = MOVES | {Role.COMMITTEE}
# Who decides at which level; a clerk or the secretary answers for the committees.
DECIDERS = {"party": Role.SECRETARY, "subdistrict": Role.SUBDISTRICT}
_ATTACH = ("implementation.attach_owners", "implementation/attach-owners")
_LINE = 20  # characters of the title's size that fit a line
_TITLE = (
    r"(关于.+?)((?:决议内容|实施进展情况|实施情况|征求意见|表决名册|表决作废|表决|未通过|流会|延期|退回|变更|终止"
    r"|异议成立、撤回(?:决议|公示))?的?(?:公示|公告|通知))"
)


@dataclass(frozen=True)
class Facts:
    """`owners` are keys of OWNERS_REASONS still without an owners' decision; `open_objections` are
    the days until which those unanswered should have been answered; `posted` and `ended` count the
    boards that prove the notice hung, at posting and at the end of its period."""

    published: bool
    rendered: bool
    last_on: date | None
    open_objections: tuple[date, ...]
    upheld: int
    owners: tuple[str, ...] = ()
    residents_meeting_missing: bool = False
    supervisors_opinion: bool = True
    evaluations: int = 0
    posted: int = 0
    ended: int = 0


def _notice_blockers(facts: Facts, norms: Norms, now: datetime) -> list[str]:
    if not facts.published:
        return [Reason("公示还没有签发", "notices.draft")]
    reasons = []
    if not facts.rendered:
        reasons.append(Reason("公示文件还在生成", who="文件生成"))
    if facts.last_on and now < end_of(facts.last_on):
        text = f"公示到{day_text(facts.last_on)}24:00结束"
        reasons.append(Reason(text, who=TIME, until=end_of(facts.last_on)))
    if facts.open_objections:
        late = sum(now >= end_of(day) for day in facts.open_objections)
        more = f"，其中{late}条已经超期" if late else ""
        due = end_of(min(facts.open_objections))
        text = f"还有{len(facts.open_objections)}条异议没有答复{more}"
        reasons.append(Reason(text, "notices.answer", "notices", until=due))
    if facts.upheld:
        reasons.append(Reason("有异议成立，请办理“异议成立撤回”", "notices.withdraw"))
    if facts.last_on:
        proof = (facts.posted, facts.ended, facts.last_on, now)
        reasons += missing_proof(norms.boards_proof, *proof)
    return reasons


def decision_blockers(facts: Facts, norms: Norms, now: datetime) -> list[str]:
    reasons = _notice_blockers(facts, norms, now)
    for key in facts.owners:
        text = f"涉及“{OWNERS_REASONS[key]}”，依法须由业主共同决定，请附上业主决定"
        reasons.append(Reason(text, *_ATTACH))
    if facts.residents_meeting_missing:
        reasons.append(Reason("方案有居民出资，请附上居民会议讨论的记录", *_ATTACH))
    return reasons


def result_blockers(facts: Facts, norms: Norms, now: datetime) -> list[str]:
    reasons = _notice_blockers(facts, norms, now)
    if not facts.supervisors_opinion:
        reasons.append(Reason("居务监督委员会还没有写监督意见", "notices.supervise"))
    if not facts.evaluations:
        act = "implementation.record_evaluation"
        reasons.append(Reason("还没有请居民评议满意不满意", act, "evaluation"))
    return reasons


def bound(facts: Facts, norms: Norms) -> list[str]:
    """Why the matter may not be sent back: an upheld objection is announced as such."""
    return ["有异议成立，请办理“异议成立撤回”"] if facts.upheld else []


def level_above(level: str) -> str | None:
    """Where an objection goes that was answered at `level`; None above the last."""
    levels = list(LEVELS)
    place = levels.index(level) + 1
    return levels[place] if place < len(levels) else None


def goes_up(level: str, upheld: bool | None, due_on: date, now: datetime) -> bool:
    """Whether its objector may take an objection to the next level: it was not upheld, or nobody
    answered it in time."""
    late = upheld is None and now >= end_of(due_on)
    return level_above(level) is not None and (upheld is False or late)


def percent(part: int, whole: int) -> str:
    """66.7 for 2 of 3: one decimal, half up, from integers only."""
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}"


def phrases(title: str) -> list[str]:
    """The pieces between which a title may break: its matter, then what is told of it.

    A matter longer than a line is broken after the compound it names.
    """
    parts = re.fullmatch(_TITLE, title)
    about, kind = parts.groups() if parts else (title, "")
    if len(about) > _LINE:
        about = re.sub(r"(小区|社区|[号大]院|花园)(?=.)", r"\1\n", about, count=1)
    return [piece for piece in [*about.split("\n"), kind] if piece]


_NOTICE_ACTS = {
    "notices.draft": MOVES,
    "notices.check": CHECKERS,
    "notices.publish": frozenset({Role.SECRETARY}),
    "notices.object": OBJECT,
    "notices.answer": MOVES,
    "notices.escalate": OBJECT,
    "notices.decide": frozenset({Role.SECRETARY, Role.SUBDISTRICT}),
    "matters.extend": MOVES,
    "matters.advance": MOVES,
    "matters.send_back": frozenset({Role.SECRETARY}),
}
DECISION = Stage(
    key="decision_notice",
    name="决议公开",
    step="一公开",
    package="deliberation.stages.notices",
    purpose="把决议贴出来，听有没有异议。",
    may=_NOTICE_ACTS
    | {
        "notices.withdraw": frozenset({Role.SECRETARY}),
        "implementation.attach_owners": MOVES,
    },
    blockers=decision_blockers,
    next_roles=(Role.CLERK, Role.SECRETARY),
    back_to=("vote", "consultation"),
    after={Outcome.OBJECTION_UPHELD: "vote"},
    bound=bound,
    ends="不能再对决议提异议，按决议开始实施。",
)
RESULT = Stage(
    key="result_notice",
    name="实施情况公开",
    step="二公开",
    package="deliberation.stages.notices",
    purpose="干了什么、花了多少、大家满意不满意，都贴出来。",
    may=_NOTICE_ACTS
    | {
        "notices.supervise": frozenset({Role.SUPERVISOR}),
        "implementation.evaluate": frozenset({Role.RESIDENT}),
        "implementation.record_evaluation": frozenset({Role.CLERK, Role.COMMITTEE}),
        "notices.withdraw": frozenset({Role.SECRETARY}),
    },
    blockers=result_blockers,
    next_roles=(Role.CLERK, Role.SECRETARY, Role.SUPERVISOR),
    back_to=("implementation",),
    after={Outcome.OBJECTION_UPHELD: "implementation"},
    bound=bound,
    ends="不能再评议，也不能再对结果提异议。",
)
