"""What staff do with the plan: start a version, edit its items, freeze it.

Version 1 is written in 一议; in 二议 (or after a matter came back) a copy of the newest frozen
version is edited. A frozen version never changes: every verb here names the version that the page
showed and refuses when it is frozen.
"""

from dataclasses import replace
from datetime import datetime

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.matters import items
from deliberation.matters.facts import current_passage
from deliberation.matters.items import COLUMNS, Item, items_of, newest
from deliberation.matters.models import Funding, ItemFile, ItemOpinion, Matter, Plan, PlanItem
from deliberation.people.rules import personal_data
from deliberation.stages.opinions.models import Opinion


async def start(actor: Actor, matter: Matter, now: datetime) -> Plan:
    """The version to edit: the open one, else a copy of the newest frozen one, else an empty 1."""
    async with acting(actor, "plan.edit", now, matter=matter) as act:
        last = await newest(matter)
        if last and last.frozen_at is None:
            return last
        return await _copy(act, last)


async def add(actor: Actor, matter: Matter, version: int, item: Item, now: datetime) -> int:
    """Adds an item and returns its number."""
    async with acting(actor, "plan.edit", now, matter=matter) as act:
        plan = await open_version(act, version)
        # A number once used in a frozen version is not given to another item: versions compare.
        used = await PlanItem.filter(plan__matter=matter).order_by("-number").first()
        number = used.number + 1 if used else 1
        await _check(plan, number, item)
        await _write(act, plan, PlanItem(plan=plan, number=number), item)
    return number


async def change(
    actor: Actor, matter: Matter, version: int, number: int, item: Item, now: datetime
) -> None:
    async with acting(actor, "plan.edit", now, matter=matter) as act:
        plan = await open_version(act, version)
        await _check(plan, number, item)
        await _write(act, plan, await item_of(plan, number), item)


async def remove(actor: Actor, matter: Matter, version: int, number: int, now: datetime) -> None:
    async with acting(actor, "plan.edit", now, matter=matter) as act:
        plan = await open_version(act, version)
        row = await item_of(plan, number)
        await Funding.filter(item=row).delete()
        await ItemOpinion.filter(item=row).delete()
        await ItemFile.filter(item=row).delete()
        await row.delete()
        act.record(plan=plan.id, version=version, removed=number)


async def freeze(actor: Actor, matter: Matter, version: int, now: datetime) -> None:
    """Closes the version for good. Raises Refused with what is still open in it."""
    async with acting(actor, "plan.freeze", now, matter=matter) as act:
        await _freeze(act, await open_version(act, version))


async def keep(actor: Actor, matter: Matter, version: int, now: datetime) -> Plan:
    """Confirms an earlier stay's version unchanged: a frozen copy says so, with who and when."""
    async with acting(actor, "plan.freeze", now, matter=matter) as act:
        last = await newest(matter)
        if last is None or last.version != version or last.frozen_at is None:
            raise Refused("方案正在修改，请把修改好的版本定稿")
        passage = await current_passage(matter, matter.stage)
        if last.frozen_at >= passage.entered_at:
            raise Refused("方案在这一步已经定稿，不用再确认")
        plan = await _copy(act, last, note=f"与第{version}版相同")
        await _freeze(act, plan)
    return plan


async def open_version(act: Act, version: int) -> Plan:
    plan = await newest(act.matter)
    if plan is None or plan.version != version:
        raise Refused("这不是方案的最新版本，请看最新的页面")
    if plan.frozen_at:
        raise Refused(f"方案第{version}版已经定稿，不能再改；请先另存一版再修改")
    return plan


async def item_of(plan: Plan, number: int) -> PlanItem:
    row = await PlanItem.get_or_none(plan=plan, number=number)
    if row is None:
        raise Refused("方案里没有这一项，请看最新的页面")
    return row


async def _check(plan: Plan, number: int, item: Item) -> None:
    """Everyone reads a plan, and a name stands for one item: a form sent twice adds no second.
    Whoever keeps the works up is named with the phone of their office."""
    words = (item.name, item.quantity, item.responsible, item.upkeep)
    found = dict.fromkeys(reason for text in words for reason in personal_data(text, office=True))
    reasons = [f"{reason}，这里会公开，请删去" for reason in found]
    if await PlanItem.filter(plan=plan, name=item.name).exclude(number=number).exists():
        reasons.append(f"方案里已经有“{item.name}”，请改那一项，或者换一个名称")
    if reasons:
        raise Refused(*reasons)


async def _copy(act: Act, last: Plan | None, note: str = "") -> Plan:
    version = last.version + 1 if last else 1
    plan = await Plan.create(matter=act.matter, version=version, note=note, created_at=act.now)
    for item in await items_of(last):
        row = PlanItem(plan=plan, number=item.number)
        await _write(act, plan, row, item)
        await ItemFile.bulk_create(ItemFile(item=row, file_id=file.id) for file in item.files)
    act.record(plan=plan.id, version=version, copied=last.version if last else None)
    return plan


async def _write(act: Act, plan: Plan, row: PlanItem, item: Item) -> None:
    if item.starts_on and item.ends_on and item.ends_on < item.starts_on:
        raise Refused("完工日期不能早于开工日期，请核对")
    if any(amount < 0 for amount in item.funding.values()):
        raise Refused("金额不能是负数，请核对")
    if item.funding.get("maintenance") and not item.owners_reason:
        item = replace(item, owners_reason="maintenance")  # Civil Code 278: owners decide on it
    for name in COLUMNS:
        setattr(row, name, getattr(item, name))
    await row.save()
    await Funding.filter(item=row).delete()
    await Funding.bulk_create(
        Funding(item=row, payer=payer, amount=amount)
        for payer, amount in item.funding.items()
        if amount
    )
    await _link(act, row, item.opinions)
    act.record(plan=plan.id, version=plan.version, item=row.number, estimate=item.estimate)


async def _link(act: Act, row: PlanItem, opinions: frozenset[int]) -> None:
    known = await Opinion.filter(matter=act.matter, id__in=opinions).values_list("id", flat=True)
    if len(known) != len(opinions):
        raise Refused("有的意见不属于本议题，请重新选择")
    await ItemOpinion.filter(item=row).delete()
    await ItemOpinion.bulk_create(ItemOpinion(item=row, opinion_id=id) for id in sorted(known))


async def _freeze(act: Act, plan: Plan) -> None:
    found = await items_of(plan)
    reasons = items.open_points(found)
    if reasons:
        raise Refused(*reasons)
    plan.frozen_at, plan.frozen_by = act.now, act.actor.account_id
    await plan.save(update_fields=["frozen_at", "frozen_by"])
    figures = {"items": len(found), "total": items.total(found)}
    act.record(plan=plan.id, version=plan.version, digest=items.plan_digest(found), **figures)
