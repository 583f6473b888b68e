"""What stands between a hung notice and the end of its stage."""

from datetime import date

from deliberation.boards.facts import evidence
from deliberation.database.plain import day, first, found, rows
from deliberation.matters.facts import current_passage, final_plan
from deliberation.matters.models import Funding, Matter, Passage, Plan
from deliberation.matters.rules import OWNERS_PROFILES
from deliberation.procedure import Outcome
from deliberation.stages.implementation.models import OwnersDecision
from deliberation.stages.notices.models import Notice
from deliberation.stages.notices.rules import Facts
from deliberation.stages.notices.voted import decided_vote, refused_funds, resolved_items
from deliberation.stages.vote.models import Vote
from deliberation.stages.vote.rules import CERTIFIED

_HANGING = (
    "WHERE x.passage_id = $1 AND x.kind IN ('A', 'B') AND x.status = 'published' ORDER BY x.id DESC"
)
_RENDERED = "SELECT 1 FROM document WHERE id = $1 AND file_id IS NOT NULL"
_OBJECTIONS = (
    "SELECT o.id, o.upheld, o.due_on, o.escalated_from_id, n.passage_id "
    "FROM objection o JOIN notice n ON n.id = o.notice_id WHERE n.passage_id IN $1 ORDER BY o.id"
)
_JUDGED = (
    "SELECT (SELECT COUNT(*) FROM supervisor_opinion WHERE passage_id = $1), "
    "(SELECT COUNT(*) FROM evaluation WHERE matter_id = $2)"
)


async def facts(matter: Matter, stage: str) -> Facts:
    passage = await current_passage(matter, stage)
    notice = await hanging(passage)
    open_, upheld = await _objections(matter, passage)
    common = {
        "published": notice is not None,
        "rendered": bool(notice and await rows(_RENDERED, notice.document_id)),
        "last_on": passage.last_on if notice else None,
        "open_objections": open_,
        "upheld": upheld,
    }
    if notice:
        common |= await _hung(notice, passage)
    if stage == "result_notice":
        ((written, evaluations),) = await rows(_JUDGED, passage.id, matter.id)
        return Facts(**common, supervisors_opinion=written > 0, evaluations=evaluations)
    plan = await final_plan(matter)
    return Facts(
        **common,
        owners=await _owners(matter, plan) if plan else (),
        residents_meeting_missing=bool(plan) and await _meeting_missing(matter, plan),
    )


async def hanging(passage: Passage) -> Notice | None:
    """The notice that stands published for a stay in a stage, without its long figures."""
    return await first(Notice, _HANGING, passage.id, columns="x.id, x.first_on, x.document_id")


async def _hung(notice: Notice, passage: Passage) -> dict[str, int]:
    """How many boards prove that it hung by the first day, and on the last."""
    shown = await evidence(notice)
    return {
        "posted": sum(one.is_posted(notice.first_on) for one in shown),
        "ended": sum(one.is_ended(passage.last_on) for one in shown),
    }


async def _objections(matter: Matter, passage: Passage) -> tuple[tuple[date, ...], int]:
    """When those unanswered were due, to this stay's notices and to interim ones of the works
    before it; and how many to this stay's were upheld. One taken up a level waits there, not where
    nobody answered it."""
    works = await current_passage(matter, "implementation")
    stays = [passage.id] + ([works.id] if works else [])
    filed = await rows(_OBJECTIONS, stays)
    taken = {row[3] for row in filed}
    open_ = tuple(day(due) for id, upheld, due, *_ in filed if upheld is None and id not in taken)
    return open_, sum(bool(row[1]) and row[4] == passage.id for row in filed)


async def _owners(matter: Matter, plan: Plan) -> tuple[str, ...]:
    """Why owners must decide, unless their minutes are attached or they voted here."""
    items = await resolved_items(matter, plan)
    reasons = tuple(dict.fromkeys(item.owners_reason for item in items if item.owners_reason))
    if not reasons or await _attached(matter, plan, "owners"):
        return ()
    certified = "WHERE x.matter_id = $1 AND x.plan_id = $2 AND x.status IN $3 ORDER BY x.id"
    votes = await found(Vote, certified, matter.id, plan.id, [*CERTIFIED])
    passed = [vote.profile["key"] for vote in votes if vote.result["outcome"] == Outcome.PASSED]
    return tuple(key for key in reasons if not OWNERS_PROFILES[key] & set(passed))


async def _attached(matter: Matter, plan: Plan, kind: str) -> bool:
    """Whether a record was attached since this plan was final: what was decided on an earlier
    one says nothing of it."""
    since = "WHERE x.matter_id = $1 AND x.kind = $2 AND x.recorded_at >= $3"
    return await first(OwnersDecision, since, matter.id, kind, plan.frozen_at) is not None


async def _meeting_missing(matter: Matter, plan: Plan) -> bool:
    """Money from residents, decided by a profile that is no meeting of the residents."""
    vote = await decided_vote(matter)
    if vote is None or refused_funds(vote):
        return False
    if not vote.profile["needs_residents_meeting_for_funds"]:
        return False
    ids = [item.id for item in await resolved_items(matter, plan)]
    paid = "WHERE x.item_id IN $1 AND x.payer = 'residents' AND x.amount > 0"
    return bool(await first(Funding, paid, ids)) and not await _attached(matter, plan, "residents")
