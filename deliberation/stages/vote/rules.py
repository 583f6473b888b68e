"""三议: the declaration of the vote's stage, and what must be true before each of its steps.

The roll is posted before it is frozen, the vote opened, closed, certified by the scrutineers; only
a certified result that passed leads on. Profiles and sums live in `profiles.py` and `tally.py`.
Sources: the residents'-committee law and local rules for the days of notice, Civil Code 278 for
owners; batches of 50 papers and secret phone ballots from 10 voters on are this program's own care.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from deliberation.calendar import (
    day_text,
    end_of,
    full_days_between,
    local_date,
    moment_text,
)
from deliberation.matters.rules import MOVES
from deliberation.procedure import STAFF, TIME, Norms, Outcome, Reason, Role, Stage
from deliberation.stages.vote.count.rerun import Rerun
from deliberation.stages.vote.count.tally import FOR_OR_AGAINST

STATUSES = {
    "draft": "起草",
    "posted": "名册公示",
    "frozen": "名册已冻结",
    "open": "正在表决",
    "closing": "投票已截止，等候计票",
    "closed": "已计票",
    "certified": "已核验",
    "published": "结果已公布",
    "void": "作废",
}
VOTING = ("open", "closing")
COUNTED = ("closed", "certified", "published")
CERTIFIED = ("certified", "published")
FROZEN = ("frozen", *VOTING, *COUNTED)  # the roll stands as printed
CHOICES = {key.value: label for key, label in FOR_OR_AGAINST}
FORMS = {"plan": "整个方案一起表决", "items": "逐项表决", "choice": "几个方案里选一个"}
SCHEMES = (2, 6)  # how many schemes a choice may offer
SECRET_LEAST = 10  # below, an answer nearly names its voter; paper goes into one box
_FAILED = {"not_passed": "表决没有通过，请办理“未通过”", "inquorate": "到会人数不够，请办理“流会”"}
_DRAFT = ("vote.draft", "vote/draft")
_REBUILD = Reason("有对名册的异议成立，请改正人员信息后重新生成名册", "vote.post_roll")
_NEXT = {
    "draft": Reason("名册还没有公示", "vote.post_roll"),
    "frozen": Reason("表决还没有开始", "vote.open"),
    "void": Reason("本次表决已作废，请重新起草", *_DRAFT),
}
GRACE = timedelta(seconds=30)  # for requests that arrived in time and wait for their turn
BATCH_MOST = 50  # papers that two people can count in public without losing their place


@dataclass(frozen=True)
class Facts:
    """`outcome` is the computed result (passed, not_passed, inquorate), '' before close.

    `paper_gap`: papers that came back and are neither counted nor explained by two people.
    `rebuild_due`: an objection to the roll was upheld and the roll is still the old one.
    `rerun`: what an outage in the last hour before the end calls for, if there was one.
    """

    status: str
    posting_last_on: date | None
    open_objections: int
    opens_at: datetime | None
    closes_at: datetime | None
    scrutineers: int
    unconfirmed_paper: int
    certified: int
    outcome: str
    rebuild_due: bool = False
    rerun: Rerun | None = None
    paper_gap: int = 0


def blockers(facts: Facts | None, norms: Norms, now: datetime) -> list[str]:
    if facts is None:
        return [Reason("还没有起草表决", *_DRAFT)]
    reasons = _blockers(facts, norms, now)
    ended = [_FAILED[facts.outcome]] if facts.outcome in _FAILED else []
    again = facts.rerun.asks(now) if facts.rerun else []
    return [*reasons, *(Reason(text, "vote.propose") for text in ended + again)]


def _blockers(facts: Facts, norms: Norms, now: datetime) -> list[str]:
    if facts.status == "posted":
        return [*freeze_blockers(facts, norms, now), Reason("名册还没有冻结", "vote.propose")]
    if facts.status in VOTING:
        return close_blockers(facts, norms, now) or [Reason("表决还没有计票", "vote.close")]
    if facts.status == "closed":
        text = f"需要{norms.scrutineers}名监票人核验，已核验{facts.certified}名"
        return [Reason(text, "vote.certify")]
    return [_NEXT[facts.status]] if facts.status in _NEXT else []


def bound(facts: Facts | None, norms: Norms) -> list[str]:
    """Why the matter may not be sent back: ballots are in, and their result is what counts."""
    if facts and facts.status in VOTING:
        return ["正在表决，要退回请先作废表决并公告"]
    if facts and facts.status in COUNTED:
        return ["表决已经计票，请按结果办理"]
    return []


def scrutineer_blockers(named: int, norms: Norms) -> list[str]:
    if named < norms.scrutineers:
        least = norms.scrutineers
        return [Reason(f"监票人至少{least}名，已登记{named}名", "vote.name_scrutineer")]
    return []


def notice_blockers(days: int, announced: date, held: date) -> list[str]:
    """Why a meeting on `held` may not be announced on `announced`: `days` full days between."""
    if full_days_between(announced, held) >= days:
        return []
    return [f"会议要提前{days}天通知（当天和开会那天不算），请把会议改到更晚的日子"]


def lead_blockers(days: int, posted: date, opens: date) -> list[str]:
    """Why a vote without a meeting may not open yet: `days` full days after its roll was posted."""
    if full_days_between(posted, opens) >= days:
        return []
    return [f"不开会的表决要提前{days}天公布（公示名册那天和开始那天不算），请晚些开始"]


def freeze_blockers(facts: Facts, norms: Norms, now: datetime) -> list[str]:
    """Why the roll may not be frozen yet."""
    reasons = []
    if facts.posting_last_on is None:
        reasons.append(Reason("名册还没有公示", "vote.post_roll"))
    elif now < end_of(facts.posting_last_on):
        text = f"名册公示到{day_text(facts.posting_last_on)}24:00结束"
        reasons.append(Reason(text, who=TIME, until=end_of(facts.posting_last_on)))
    if number := facts.open_objections:
        text = f"还有{number}条对名册的异议没有答复"
        reasons.append(Reason(text, "vote.answer_objection", "vote/roll"))
    if facts.rebuild_due:
        reasons.append(_REBUILD)
    return reasons + scrutineer_blockers(facts.scrutineers, norms)


def times_blockers(
    opens_at: datetime, closes_at: datetime, now: datetime, held_at: datetime | None = None
) -> list[str]:
    """Why a vote may not be opened with these times; `held_at` is its meeting's, if there is one.

    Only what was announced may be voted on, so a vote at a meeting is open while it is held.
    """
    if opens_at < now:
        return ["开始时间不能早于现在"]
    if closes_at <= opens_at:
        return ["截止时间要晚于开始时间"]
    if held_at and local_date(opens_at) > local_date(held_at):
        return [f"会议在{moment_text(held_at)}召开，开始时间不能晚于会议那天"]
    if held_at and closes_at <= held_at:
        return [f"会议在{moment_text(held_at)}召开，截止时间要晚于会议开始的时间"]
    return []


def is_casting(status: str, opens_at: datetime, closes_at: datetime, at: datetime) -> bool:
    """Whether a ballot that arrives `at` counts: the closing instant itself is too late."""
    return status == "open" and opens_at <= at < closes_at


def phone_blockers(secret: bool, voters: int) -> list[str]:
    """Why nobody may vote by phone in this vote."""
    if secret and voters < SECRET_LEAST:
        return [f"无记名表决不足{SECRET_LEAST}人时容易猜出是谁投的，请领取纸质票投票"]
    return []


def close_blockers(facts: Facts, norms: Norms, now: datetime) -> list[str]:
    """Why the vote may not be closed and counted yet."""
    if facts.closes_at and now < facts.closes_at:
        text = f"表决到{moment_text(facts.closes_at)}截止"
        return [Reason(text, who=TIME, until=facts.closes_at)]
    if facts.closes_at and now < facts.closes_at + GRACE:
        text = "截止以前发出的票可能还在路上，请过半分钟再计票"
        return [Reason(text, who=TIME, until=facts.closes_at + GRACE)]
    if number := facts.unconfirmed_paper:
        text = f"还有{number}份纸质票没有经第二人核对"
        return [Reason(text, "vote.confirm_paper", "vote/paper")]
    if gap := facts.paper_gap:
        text = f"交回的纸质票还有{gap}张没有计入，请计完；确实少了的由两个人写明原因"
        return [Reason(text, "vote.enter_paper", "vote/paper")]
    return []


# Who may be the second person of what is dangerous, and of what happens at the paper desk.
SECOND = frozenset({Role.SECRETARY, Role.COMMITTEE, Role.SUPERVISOR})
PAPER = frozenset({Role.CLERK, Role.COMMITTEE, Role.SUPERVISOR})
CASTERS = frozenset({Role.RESIDENT, Role.PARTY_MEMBER, Role.REPRESENTATIVE, Role.COMMITTEE})

STAGE = Stage(
    key="vote",
    name="决议表决",
    step="三议",
    package="deliberation.stages.vote",
    purpose="名册公示、冻结，党员和居民代表表决，监票人核验。",
    may={
        "vote.draft": MOVES,
        "vote.name_scrutineer": MOVES,
        "vote.decide_age": MOVES,
        "vote.post_roll": MOVES,
        "vote.file_objection": frozenset({Role.RESIDENT, Role.CLERK}),
        "vote.answer_objection": MOVES,
        "vote.propose": STAFF,
        "vote.freeze": SECOND,
        "vote.amend": SECOND,
        "vote.record_proxy": frozenset({Role.CLERK, Role.COMMITTEE}),
        "vote.confirm_proxy": PAPER,
        "vote.revoke_proxy": frozenset({Role.CLERK, Role.COMMITTEE}),
        "vote.open": MOVES,
        "vote.extend": SECOND,
        "vote.end_early": SECOND,
        "vote.sign_in": CASTERS | {Role.CLERK},
        "vote.cast": CASTERS,
        "vote.issue_paper": PAPER,
        "vote.hand_back": PAPER,
        "vote.return_paper": frozenset({Role.CLERK, Role.COMMITTEE}),
        "vote.enter_paper": frozenset({Role.CLERK, Role.COMMITTEE}),
        "vote.confirm_paper": PAPER,
        "vote.explain_paper": PAPER,
        "vote.carry_box": frozenset({Role.CLERK, Role.COMMITTEE}),
        "vote.print": PAPER,
        "vote.commit": frozenset({Role.SYSTEM}),
        "vote.end": frozenset({Role.SYSTEM}),
        "vote.close": MOVES,
        "vote.certify": frozenset({Role.SUPERVISOR, Role.REPRESENTATIVE}),
        "vote.conclude": SECOND,
        "vote.void": SECOND,
        "matters.advance": MOVES,
        "matters.send_back": frozenset({Role.SECRETARY}),
    },
    blockers=blockers,
    next_roles=(Role.CLERK, Role.REPRESENTATIVE, Role.PARTY_MEMBER),
    back_to=("consultation", "proposal"),
    after={Outcome.NOT_PASSED: "proposal", Outcome.INQUORATE: "vote"},
    bound=bound,
    ends="不能再补票、改票，也不能再核验。",
)
