"""The walk through 实施 and 二公开: the works, the money, the verdicts, the second notice."""

from deliberation.calendar import local_date
from deliberation.demo.boards import prove
from deliberation.demo.deciding import publish
from deliberation.demo.walk import Walk
from deliberation.matters.facts import final_plan
from deliberation.matters.models import Funding, PlanItem
from deliberation.places.models import Household
from deliberation.stages.implementation import actions as works
from deliberation.stages.implementation import evaluations, ledger
from deliberation.stages.implementation.models import Milestone
from deliberation.stages.notices import actions as notices

ASKED = 300


async def build(walk: Walk) -> None:
    """Every item started, finished, contracted and settled a little below its estimate."""
    clerk = await walk.actor("zhangjingban")
    plan = await final_plan(walk.matter)
    items = await PlanItem.filter(plan=plan)
    for item in items:
        for title in ("开工", "完工验收"):
            await works.plan_milestone(
                clerk,
                item,
                walk.matter,
                title=title,
                planned_on=item.ends_on if title == "完工验收" else item.starts_on,
                now=walk.later(minutes=2),
            )
    walk.later(days=55)
    await _report(walk, items, "开工")
    walk.later(days=70)
    await _report(walk, items, "完工验收")
    for item in items:
        await _pay(walk, item)


async def _report(walk: Walk, items: list[PlanItem], title: str) -> None:
    clerk = await walk.actor("zhangjingban")
    for item in items:
        milestone = await Milestone.filter(item=item, title=title).first()
        await works.report(
            clerk,
            item,
            walk.matter,
            milestone=milestone.id,
            done_on=local_date(walk.now),
            report="居民代表、居务监督委员会到场验收合格。" if title == "完工验收" else "",
            now=walk.later(minutes=2),
        )


async def _pay(walk: Walk, item: PlanItem) -> None:
    """Contract and settlement at 98 % of the estimate; payment of each payer's share."""
    clerk, today = await walk.actor("zhangjingban"), local_date(walk.now)
    shares = {row.payer: row.amount * 98 // 100 for row in await Funding.filter(item=item)}
    total = sum(shares.values())
    entries = [
        ledger.Entry("contract", total, today, f"合同{item.number:02d}号", recipient="施工单位")
    ]
    entries += [
        ledger.Entry("payment", amount, today, f"付款{item.number:02d}-{number}", payer, "施工单位")
        for number, (payer, amount) in enumerate(shares.items(), 1)
    ]
    entries.append(ledger.Entry("settlement", total, today, f"结算{item.number:02d}号"))
    for entry in entries:
        await ledger.spend(clerk, item, walk.matter, entry, walk.later(minutes=1))


async def finish(walk: Walk) -> None:
    await walk.done("implementation")


async def evaluate(walk: Walk) -> None:
    """Supervisors write their opinion; up to ASKED households give a verdict."""
    supervisor, clerk = await walk.actor("sunjiandu"), await walk.actor("zhangjingban")
    await notices.supervise(
        supervisor, walk.matter, text="资金使用与决议一致，工程验收合格，同意公示。", now=walk.now
    )
    path = walk.staff.compound.path
    homes = Household.filter(path__startswith=path).order_by("id").limit(ASKED)
    for number, (place, room) in enumerate(await homes.values_list("place_id", "room")):
        verdict = "dissatisfied" if number % 40 == 9 else "fair" if number % 7 == 3 else "satisfied"
        await evaluations.record(
            clerk,
            walk.matter,
            evaluations.Verdict(verdict),
            place=place,
            room=room,
            channel="visit",
            now=walk.later(minutes=1),
        )


async def close(walk: Walk) -> None:
    """The second notice hung for its period; then the matter is over."""
    await publish(walk)
    await walk.period_over("result_notice")
    await prove(walk, "end")
    await walk.done("result_notice")
