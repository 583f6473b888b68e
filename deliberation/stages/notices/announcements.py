"""Announcements of ends and delays: 未通过 流会 延期 退回 异议成立撤回 变更 终止.

An announcement is final and has no period; it says the rule, the figures and the next step.
"""

from deliberation import procedures
from deliberation.acting import Act
from deliberation.calendar import local_date
from deliberation.documents.models import Document
from deliberation.matters.models import Passage
from deliberation.places.models import Place
from deliberation.stages.notices.issuer import issuer
from deliberation.stages.notices.models import Notice
from deliberation.stages.notices.numbering import new_code, next_number

EXTENDED = "extended"
TITLES = {
    "not_passed": "未通过",
    "inquorate": "流会",
    EXTENDED: "延期",
    "sent_back": "退回",
    "objection_upheld": "异议成立、撤回决议",
    "varied": "变更",
    "terminated": "终止",
}


async def announce(
    act: Act, passage: Passage, *, kind: str, to: str | None = None, **figures
) -> Notice:
    """Publishes the announcement of `kind` (a key of TITLES) about a stay in a stage."""
    matter = act.matter
    procedure = procedures.get(matter.procedure)
    community = await Place.get(id=matter.community_id)
    title = f"关于{matter.title}{TITLES[kind]}的公告"
    figures = {
        "outcome": kind,
        "stage": procedure.stage(passage.stage).name,
        "next": procedure.stage(to).name if to else "",
        "reason": passage.reason,
        "entered_on": local_date(passage.entered_at).isoformat(),
        "on": local_date(act.now).isoformat(),
        "matter": {"number": matter.number, "title": matter.title, "id": matter.id},
        "contact": {"name": matter.contact, "phone": matter.contact_phone},
        "issuer": await issuer(community),
    } | figures
    number, code = await next_number(act), new_code()
    document = await Document.create(
        community=community,
        matter=matter,
        title=title,
        template="notices/e.print.html",
        context=figures | {"number": number, "code": code, "revision": 1, "title": title},
        requested_at=act.now,
    )
    notice = await Notice.create(
        matter=matter,
        community=community,
        passage=passage,
        kind="E",
        number=number,
        code=code,
        title=title,
        figures=figures,
        status="published",
        drafted_at=act.now,
        drafted_by=act.actor.account_id,
        published_at=act.now,
        signed_by=act.actor.account_id,
        document=document,
    )
    act.record(notice=notice.id, announced=kind)
    return notice
