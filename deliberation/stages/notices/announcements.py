"""Announcements of ends and delays: 未通过 流会 延期 退回 异议成立撤回 变更 终止, and a void vote.

An announcement is final and has no period; it says the rule, the figures and the next step. The
figures come from the record of the stay in the stage that ends, whoever ends it.
"""

from tortoise.expressions import Q

from deliberation import procedures
from deliberation.acting import Act
from deliberation.calendar import local_date
from deliberation.matters.models import Meeting, Passage
from deliberation.matters.rules import PAYERS
from deliberation.people.rules import redact
from deliberation.procedure import Outcome
from deliberation.stages.implementation.models import Variation
from deliberation.stages.notices.issuing import issue
from deliberation.stages.notices.models import Notice, Objection
from deliberation.stages.notices.talks import heads
from deliberation.stages.notices.voted import voted
from deliberation.stages.vote.models import Vote

EXTENDED, ENDED_EARLY, AMENDED, VOIDED = "extended", "ended_early", "amended", "voided"
TITLES = {
    Outcome.NOT_PASSED: "未通过",
    Outcome.INQUORATE: "流会",
    EXTENDED: "延期",
    ENDED_EARLY: "提前截止",
    AMENDED: "更正表决名册",
    VOIDED: "表决作废",
    Outcome.SENT_BACK: "退回",
    Outcome.OBJECTION_UPHELD: "异议成立、撤回决议",
    Outcome.VARIED: "变更",
    Outcome.TERMINATED: "终止",
}


async def announce(
    act: Act, passage: Passage, *, kind: str, to: str | None = None, **figures
) -> Notice:
    """Publishes the announcement of `kind` (a key of TITLES) about a stay in a stage.

    `to` is the key of the stage the matter goes to. `figures` are added, but give way to what
    the record itself says.
    """
    procedure = procedures.get(act.matter.procedure)
    about = TITLES[kind]
    if kind == Outcome.OBJECTION_UPHELD and passage.stage == "result_notice":
        about = "异议成立、撤回公示"  # the works are looked into again; the resolution stands
    return await issue(
        act,
        passage,
        kind="E",
        title=f"关于{act.matter.title}{about}的公告",
        figures={
            "outcome": str(kind),
            "about": about,
            "procedure": procedure.name,
            "stage": procedure.stage(passage.stage).name,
            "next": procedure.stage(to).name if to else "",
            "reason": redact(passage.reason),
            "entered_on": local_date(passage.entered_at).isoformat(),
            "vote": None,
            "meeting": None,
            "objections": None,
            "variations": [],
        }
        | figures
        | await _record(act, passage, kind),
    )


async def _record(act: Act, passage: Passage, kind: str) -> dict:
    if kind in (Outcome.NOT_PASSED, Outcome.INQUORATE):
        return {"vote": await _vote(passage), "meeting": await _meeting(passage)}
    if kind == Outcome.OBJECTION_UPHELD:
        return {"objections": await _objections(passage)}
    if kind == Outcome.VARIED:
        return {"variations": await _variations(act)}
    return {}


async def _vote(passage: Passage) -> dict | None:
    counted = Vote.filter(passage=passage, status__in=["closed", "certified", "published"])
    vote = await counted.order_by("-id").first()
    return await voted(vote) if vote and vote.result else None


async def _meeting(passage: Passage) -> dict | None:
    return await heads(await Meeting.filter(passage=passage).order_by("-id").first())


async def _objections(passage: Passage) -> dict:
    """How many people objected and how many objections were upheld, and to which notice."""
    rows = await Objection.filter(notice__passage=passage)
    notice = await Notice.filter(passage=passage, kind__in=["A", "B"]).order_by("-id").first()
    return {
        "number": notice.number if notice else "",
        "title": notice.title if notice else "",
        "filed": sum(row.escalated_from_id is None for row in rows),
        "upheld": sum(row.upheld is True for row in rows),
    }


async def _variations(act: Act) -> list[dict]:
    """The changes beyond the resolution for which the matter goes back now."""
    now = Q(settled_at__isnull=True) | Q(settled_at=act.now)
    rows = await Variation.filter(now, item__plan__matter=act.matter, beyond=True).select_related(
        "item"
    )
    return [
        {
            "item": row.item.name,
            "change": redact(row.change),
            "reason": redact(row.reason),
            "payer": PAYERS.get(row.payer, ""),
            "difference": row.difference,
        }
        for row in rows
    ]
