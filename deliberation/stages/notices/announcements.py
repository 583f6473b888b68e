"""Announcements of ends and delays: 未通过 流会 延期 退回 异议成立撤回 变更 终止.

An announcement is final and has no period; it says the rule, the figures and the next step.
"""

from deliberation import procedures
from deliberation.acting import Act
from deliberation.calendar import local_date
from deliberation.matters.models import Passage
from deliberation.stages.notices.issuing import issue
from deliberation.stages.notices.models import Notice

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
    """Publishes the announcement of `kind` (a key of TITLES) about a stay in a stage.

    `to` is the key of the stage the matter goes to; `figures` are added to the common ones.
    """
    procedure = procedures.get(act.matter.procedure)
    return await issue(
        act,
        passage,
        kind="E",
        title=f"关于{act.matter.title}{TITLES[kind]}的公告",
        figures={
            "outcome": kind,
            "stage": procedure.stage(passage.stage).name,
            "next": procedure.stage(to).name if to else "",
            "reason": passage.reason,
            "entered_on": local_date(passage.entered_at).isoformat(),
        }
        | figures,
    )
