"""What stands between a hung notice and the end of its stage."""

from datetime import date

from deliberation.boards.facts import evidence
from deliberation.database.counting import counts
from deliberation.matters.facts import current_passage, final_plan
from deliberation.matters.models import Funding, Matter, Passage, Plan
from deliberation.matters.rules import OWNERS_PROFILES
from deliberation.procedure import Outcome
from deliberation.stages.implementation.models import Evaluation, OwnersDecision
from deliberation.stages.notices.models import Notice, Objection, SupervisorOpinion
from deliberation.stages.notices.rules import Facts
from deliberation.stages.notices.voted import decided_vote, refused_funds, resolved_items
from deliberation.stages.vote.models import Vote
from deliberation.stages.vote.rules import CERTIFIED


async def facts(matter: Matter, stage: str) -> Facts:
    passage = await current_passage(matter, stage)
    notice = await hanging(passage)
    open_, upheld = await _objections(matter, passage)
    common = {
        "published": notice is not None,
        "rendered": bool(notice and notice.document and notice.document.file_id),
        "last_on": passage.last_on if notice else None,
        "open_objections": open_,
        "upheld": upheld,
    }
    if notice:
        common |= await _hung(notice, passage)
    if stage == "result_notice":
        written, evaluations = await counts(
            SupervisorOpinion.filter(passage=passage), Evaluation.filter(matter=matter)
        )
        return Facts(**common, supervisors_opinion=written > 0, evaluations=evaluations)
    plan = await final_plan(matter)
    return Facts(
        **common,
        owners=await _owners(matter, plan) if plan else (),
        residents_meeting_missing=bool(plan) and await _meeting_missing(matter, plan),
    )


async def hanging(passage: Passage) -> Notice | None:
    """The notice that stands published for a stay in a stage, with its document."""
    notices = Notice.filter(passage=passage, kind__in=["A", "B"], status="published")
    return await notices.order_by("-id").select_related("document").first()


async def _hung(notice: Notice, passage: Passage) -> dict[str, int]:
    """How many boards prove that it hung by the first day, and on the last."""
    found = await evidence(notice)
    return {
        "posted": sum(one.is_posted(notice.first_on) for one in found),
        "ended": sum(one.is_ended(passage.last_on) for one in found),
    }


async def _objections(matter: Matter, passage: Passage) -> tuple[tuple[date, ...], int]:
    """When those unanswered were due, to this stay's notices and to interim ones of the works
    before it; and how many to this stay's were upheld. One taken up a level waits there, not where
    nobody answered it."""
    works = await current_passage(matter, "implementation")
    stays = [passage.id] + ([works.id] if works else [])
    found = Objection.filter(notice__passage_id__in=stays)
    rows = await found.values_list(
        "id", "upheld", "due_on", "escalated_from_id", "notice__passage_id"
    )
    taken = {row[3] for row in rows}
    open_ = tuple(due for id, upheld, due, *_ in rows if upheld is None and id not in taken)
    return open_, sum(bool(row[1]) and row[4] == passage.id for row in rows)


async def _owners(matter: Matter, plan: Plan) -> tuple[str, ...]:
    """Why owners must decide, unless their minutes are attached or they voted here."""
    items = await resolved_items(matter, plan)
    reasons = tuple(dict.fromkeys(item.owners_reason for item in items if item.owners_reason))
    if not reasons or await _attached(matter, plan, "owners"):
        return ()
    votes = await Vote.filter(matter=matter, plan=plan, status__in=CERTIFIED)
    passed = [vote.profile["key"] for vote in votes if vote.result["outcome"] == Outcome.PASSED]
    return tuple(key for key in reasons if not OWNERS_PROFILES[key] & set(passed))


async def _attached(matter: Matter, plan: Plan, kind: str) -> bool:
    """Whether a record was attached since this plan was final: what was decided on an earlier
    one says nothing of it."""
    rows = OwnersDecision.filter(matter=matter, kind=kind, recorded_at__gte=plan.frozen_at)
    return await rows.exists()


async def _meeting_missing(matter: Matter, plan: Plan) -> bool:
    """Money from residents, decided by a profile that is no meeting of the residents."""
    vote = await decided_vote(matter)
    if vote is None or refused_funds(vote):
        return False
    if not vote.profile["needs_residents_meeting_for_funds"]:
        return False
    ids = [item.id for item in await resolved_items(matter, plan)]
    paid = Funding.filter(item_id__in=ids, payer="residents", amount__gt=0)
    return await paid.exists() and not await _attached(matter, plan, "residents")
