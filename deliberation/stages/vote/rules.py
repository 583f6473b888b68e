"""三议: the declaration of the vote's stage, and what must be true before it is left.

The roll is posted before it is frozen, the vote opened, closed, certified by the scrutineers; only
a certified result that passed leads on. Profiles and sums live in `profiles.py` and `tally.py`.
"""

from dataclasses import dataclass
from datetime import date, datetime

from deliberation.calendar import day_text, end_of, moment_text
from deliberation.matters.rules import MOVES
from deliberation.procedure import Norms, Outcome, Role, Stage

STATUSES = {
    "draft": "起草",
    "posted": "名册公示",
    "frozen": "名册已冻结",
    "open": "正在表决",
    "closed": "已截止",
    "certified": "已核验",
    "void": "作废",
}
CHOICES = {"for": "同意", "against": "反对", "abstain": "弃权"}
FORMS = {"plan": "整个方案一起表决", "items": "逐项表决", "choice": "几个方案里选一个"}


@dataclass(frozen=True)
class Facts:
    """`outcome` is the computed result (passed, not_passed, inquorate), '' before close."""

    status: str
    posting_last_on: date | None
    open_objections: int
    opens_at: datetime | None
    closes_at: datetime | None
    scrutineers: int
    unconfirmed_paper: int
    certified: int
    outcome: str


def blockers(facts: Facts | None, norms: Norms, now: datetime) -> list[str]:
    if facts is None:
        return ["还没有起草表决"]
    reasons = {
        "draft": ["名册还没有公示"],
        "posted": freeze_blockers(facts, norms, now) + ["名册还没有冻结"],
        "frozen": ["表决还没有开始"],
        "open": [f"表决到{moment_text(facts.closes_at)}截止"] if facts.closes_at else [],
        "closed": certify_blockers(facts, norms, now),
        "certified": [],
        "void": ["本次表决已作废，请重新起草"],
    }[facts.status]
    if facts.status == "closed":
        need = norms.scrutineers
        reasons = reasons + [f"需要{need}名监票人核验，已核验{facts.certified}名"]
    if facts.outcome == Outcome.NOT_PASSED:
        reasons = reasons + ["表决没有通过，请办理“未通过”"]
    if facts.outcome == Outcome.INQUORATE:
        reasons = reasons + ["到会人数不够，请办理“流会”"]
    return reasons


def freeze_blockers(facts: Facts, norms: Norms, now: datetime) -> list[str]:
    """Why the roll may not be frozen yet."""
    reasons = []
    if facts.posting_last_on is None:
        reasons.append("名册还没有公示")
    elif now < end_of(facts.posting_last_on):
        reasons.append(f"名册公示到{day_text(facts.posting_last_on)}24:00结束")
    if facts.open_objections:
        reasons.append(f"还有{facts.open_objections}条对名册的异议没有答复")
    if facts.scrutineers < norms.scrutineers:
        reasons.append(f"监票人至少{norms.scrutineers}名，已登记{facts.scrutineers}名")
    return reasons


def certify_blockers(facts: Facts, norms: Norms, now: datetime) -> list[str]:
    """Why the result may not be certified yet."""
    if facts.unconfirmed_paper:
        return [f"还有{facts.unconfirmed_paper}份纸质票没有经第二人核对"]
    return []


STAGE = Stage(
    key="vote",
    name="决议表决",
    step="三议",
    package="deliberation.stages.vote",
    purpose="名册公示、冻结，党员和居民代表表决，监票人核验。",
    may={
        "vote.draft": MOVES,
        "vote.name_scrutineer": MOVES,
        "vote.post_roll": MOVES,
        "vote.file_objection": frozenset({Role.RESIDENT, Role.CLERK}),
        "vote.answer_objection": MOVES,
        "vote.freeze": frozenset({Role.SECRETARY}),
        "vote.open": MOVES,
        "vote.sign_in": frozenset({Role.CLERK, Role.COMMITTEE, Role.RESIDENT}),
        "vote.cast": frozenset({Role.RESIDENT, Role.PARTY_MEMBER, Role.REPRESENTATIVE}),
        "vote.issue_paper": frozenset({Role.CLERK, Role.COMMITTEE}),
        "vote.enter_paper": frozenset({Role.CLERK, Role.COMMITTEE}),
        "vote.confirm_paper": frozenset({Role.CLERK, Role.COMMITTEE, Role.SUPERVISOR}),
        "vote.close": MOVES,
        "vote.certify": frozenset({Role.SUPERVISOR, Role.REPRESENTATIVE}),
        "vote.conclude": MOVES,
        "vote.void": frozenset({Role.SECRETARY}),
        "vote.extend": MOVES,
        "matters.advance": MOVES,
        "matters.send_back": frozenset({Role.SECRETARY}),
    },
    blockers=blockers,
    next_roles=(Role.CLERK, Role.REPRESENTATIVE, Role.PARTY_MEMBER),
    back_to=("consultation", "proposal"),
    after={Outcome.NOT_PASSED: "proposal", Outcome.INQUORATE: "vote"},
)
