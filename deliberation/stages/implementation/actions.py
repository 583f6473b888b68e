"""What staff record while the works go on: steps and changes; and going back because of one.

Everything is checked inside `acting`, behind the matter's lock, so that a repeated submission
finds the first one and is refused instead of counting twice.
"""

from dataclasses import dataclass
from datetime import date, datetime

from deliberation import procedures
from deliberation.acting import Actor, Refused, acting
from deliberation.matters import passages
from deliberation.matters.models import Matter, PlanItem
from deliberation.procedure import Outcome
from deliberation.stages.implementation.checks import (
    fit_for_public,
    item_of,
    not_future,
)
from deliberation.stages.implementation.models import Milestone, Variation
from deliberation.stages.implementation.progress import progress
from deliberation.stages.implementation.rules import beyond_resolution


@dataclass(frozen=True)
class Change:
    """What the form of variations asks; `difference` in fen, of the money of `payer`."""

    kind: str
    change: str
    reason: str
    difference: int
    payer: str
    beyond: bool


async def plan_milestone(
    actor: Actor, item: PlanItem, matter: Matter, *, title: str, planned_on: date, now: datetime
) -> None:
    """Adds a step to an item of the matter's final plan."""
    async with acting(actor, "implementation.plan_milestone", now, matter=matter) as act:
        found = await item_of(act, item)
        if any(step.title == title for step in found.milestones):
            raise Refused(f"“{title}”已经登记过，请换一个名称")
        fit_for_public(title)
        step = await Milestone.create(
            item=item,
            title=title,
            planned_on=planned_on,
            recorded_at=now,
            recorded_by=actor.account_id,
        )
        act.record(item=item.id, milestone=step.id, planned_on=planned_on.isoformat())


async def report(
    actor: Actor,
    item: PlanItem,
    matter: Matter,
    *,
    milestone: int,
    done_on: date,
    report: str,
    now: datetime,
) -> None:
    """Records that a step (by its id) is done. Work to be done again is a further step."""
    async with acting(actor, "implementation.report", now, matter=matter) as act:
        found = await item_of(act, item)
        step = next((row for row in found.milestones if row.id == milestone), None)
        if step is None:
            raise Refused("这一项没有这个节点，请看最新的页面")
        if step.done_on:
            raise Refused(f"“{step.title}”已经登记完成；要返工请另外登记一个节点")
        not_future(done_on, "完成日期", now)
        fit_for_public(report)
        step.done_on, step.report = done_on, report
        await step.save(update_fields=["done_on", "report"])
        act.record(item=item.id, milestone=step.id, done_on=done_on.isoformat())


async def vary(
    actor: Actor, item: PlanItem, matter: Matter, change: Change, now: datetime
) -> Variation:
    """Records a change against the resolution. Staff state whether it is beyond; what the rule
    says is recorded beside it."""
    async with acting(actor, "implementation.vary", now, matter=matter) as act:
        found = await item_of(act, item)
        if change.difference and not change.payer:
            raise Refused("金额有增减时，请选是哪一种资金")
        same = (change.change, change.payer, change.difference)
        open_ = [row for row in found.variations if not row.settled_at]
        if same in [(row.change, row.payer, row.difference) for row in open_]:
            raise Refused("同样的变更已经登记过，没有重复登记")
        fit_for_public(change.change + change.reason)
        before = (await progress(matter)).varied(change.payer)
        by_rule = beyond_resolution(change.kind, change.difference, before)
        row = await Variation.create(
            item=item,
            **vars(change),
            beyond_by_rule=by_rule,
            recorded_at=now,
            recorded_by=actor.account_id,
        )
        act.record(
            item=item.id,
            variation=row.id,
            difference=row.difference,
            beyond=row.beyond,
            beyond_by_rule=by_rule,
        )
    return row


async def send_back(actor: Actor, matter: Matter, *, to: str, reason: str, now: datetime) -> None:
    """Sends the matter back for a new resolution because of variations beyond the old one."""
    async with acting(actor, "implementation.send_back", now, matter=matter) as act:
        stage = procedures.get(matter.procedure).stage(matter.stage)
        if to not in stage.back_to:
            raise Refused(f"“{stage.name}”不能退回到这一步")
        beyond = (await progress(matter)).beyond
        if not beyond:
            raise Refused("没有超出决议的变更，不用退回")
        fit_for_public(reason)
        ids = [row.id for _, row in beyond]
        await Variation.filter(id__in=ids).update(settled_at=now)
        act.record(variations=ids)
        await passages.leave(act, Outcome.VARIED, to=to, reason=reason)
