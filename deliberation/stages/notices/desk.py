"""What stands around a notice: its revisions, why it cannot be signed off yet, its objections."""

import json

from deliberation.accounts.models import Account
from deliberation.acting import Actor
from deliberation.approvals.actions import is_same
from deliberation.documents.glyphs import missing_glyphs
from deliberation.matters.models import Matter, Passage
from deliberation.stages.implementation.models import Evaluation
from deliberation.stages.notices.figures import LIVE, figures
from deliberation.stages.notices.models import Notice, Objection, SupervisorOpinion
from deliberation.stages.notices.words import private


async def around(passage: Passage) -> dict:
    """{draft, published, opinions}: the notices of a stay in a stage, newest first."""
    rows = Notice.filter(passage=passage, kind__in=["A", "B"]).order_by("-id")
    notices = await rows.select_related("document")
    return {
        "draft": next((row for row in notices if row.published_at is None), None),
        "notices": [row for row in notices if row.published_at],
        "opinions": await SupervisorOpinion.filter(passage=passage).select_related("person"),
    }


async def unfit(matter: Matter, row: Notice) -> list[str]:
    """Why a draft may not hang as it is, whoever asks: it is no longer what the record says, or it
    holds personal data or characters that no typeface of ours has."""
    fresh = await figures(matter, await Passage.get(id=row.passage_id))
    reasons = private(row.figures | fresh)
    if boxes := missing_glyphs(row.title + json.dumps(row.figures | fresh, ensure_ascii=False)):
        listed = "、".join(sorted(boxes))
        reasons.append(f"这些字打印出来会是方框，请改用别的写法再重新起草：{listed}")
    if any(row.figures.get(key) != value for key, value in fresh.items() if key not in LIVE):
        reasons.append("起草以后办事记录有了变化，请重新起草再签发")
    return reasons


async def unsigned(matter: Matter, row: Notice, actor: Actor) -> list[str]:
    """Why `actor` may not sign a draft off now: shown on its page and refusing the act.

    Two people; a draft that was checked and is fit to hang; what the result prints comes first.
    """
    reasons = []
    if not row.checked_at:
        reasons.append("草稿还没有核对，核对以后再签发")
    if await is_same(actor, row.drafted_by):
        reasons.append("起草人不能签发自己起草的公示，请由另一人起草或签发")
    reasons += await unfit(matter, row)
    passage = await Passage.get(id=row.passage_id)
    if passage.stage == "result_notice":
        if not await SupervisorOpinion.filter(passage=passage).exists():
            reasons.append("居务监督委员会还没有写监督意见，写好后再签发")
        if not await Evaluation.filter(matter=matter).exists():
            reasons.append("还没有请居民评议满意不满意，评议后再签发")
    return reasons


async def history(row: Notice) -> list[dict]:
    """{state, at, name} of every state a notice came to, for staff and overseers."""
    ended = {"superseded": "更正", "withdrawn": "撤回"}.get(row.status)
    states = [
        ("起草", row.drafted_at, row.drafted_by),
        ("核对", row.checked_at, row.checked_by),
        ("签发", row.published_at, row.signed_by),
        (ended, row.ended_at, row.ended_by),
    ]
    accounts = await Account.filter(id__in=[by for _, _, by in states if by]).select_related(
        "person"
    )
    names = {one.id: one.person.name if one.person else "" for one in accounts}
    return [
        {"state": state, "at": at, "name": names.get(by, "系统")} for state, at, by in states if at
    ]


async def counts(notice: Notice) -> dict[str, int]:
    """{filed, answered, upheld}: what everyone may know. Taken up a level, it is the same one."""
    rows = await Objection.filter(notice=notice)
    taken = {row.escalated_from_id for row in rows}
    return {
        "filed": sum(row.escalated_from_id is None for row in rows),
        "answered": sum(row.upheld is not None for row in rows if row.id not in taken),
        "upheld": sum(row.upheld is True for row in rows),
    }


async def newest(notice: Notice) -> Notice | None:
    """The published revision that stands in place of a superseded one."""
    same = Notice.filter(community_id=notice.community_id, number=notice.number)
    return await same.filter(status="published").order_by("-revision").first()
