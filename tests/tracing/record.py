"""A matter whose every step is on record and tied together, with amounts down to one fen."""

from datetime import date

from deliberation.matters.models import Funding, ItemOpinion, Matter, PlanItem
from deliberation.stages.consultation.models import Condition, Position, Undertaking
from deliberation.stages.implementation.models import Spending, Variation
from deliberation.stages.notices import figures
from deliberation.stages.notices.issuer import issuer
from deliberation.stages.notices.models import Notice
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.vote.models import Vote
from tests.cast import World, plan_of
from tests.notices.record import stay, told

PRIVATE = ("19900001234", "赵大妈", "钱师傅", "1-101", "王经理", "13800138000")


async def tied(world: World, stage: str = "result_notice") -> Matter:
    """The pipes (1) answer the group, the lamps (2) nothing; version 2 changed the pipes for a
    condition; the resolution is printed. The water company wrote its contact's name and phone."""
    matter = await told(world, stage)
    plan = await plan_of(matter, version=2)
    first = await PlanItem.filter(plan__matter=matter, plan__version=1).order_by("number")
    pipes, _ = await PlanItem.filter(plan=plan).order_by("number")
    pipes.quantity = "2栋，先定路由"
    await pipes.save()
    await Funding.filter(item=pipes, payer="treasury").update(amount=40000001)
    for opinion in await Opinion.filter(matter=matter, group_id__not_isnull=True):
        await ItemOpinion.create(item=pipes, opinion=opinion)
        await ItemOpinion.create(item=first[0], opinion=opinion)
    await Vote.filter(matter=matter).update(plan_id=plan.id)
    position = await Position.filter(stance="conditional", invitation__passage__matter=matter).get()
    await Condition.create(
        position=position,
        text="开挖前定路由，找1号楼1单元101王经理",
        met=True,
        item=1,
        answer="写入第1项",
    )
    for what, item in (("出人配合，电话13800138000", None), ("当月通水", 1), ("备好灯具", 2)):
        await Undertaking.create(
            position=position,
            what=what,
            who="王经理",
            due_on=date(2026, 9, 30),
            amount=1,
            item=item,
        )
    if stage in ("implementation", "result_notice"):
        at = {"recorded_at": world.now, "item": pipes}
        day = {"paid_on": date(2026, 3, 1), "voucher": "付-007", "recipient": "收款人某"}
        wrong = await Spending.create(kind="payment", payer="treasury", amount=1, **at, **day)
        await Spending.create(
            kind="payment", payer="treasury", amount=-1, reverses=wrong, reason="重复", **at, **day
        )
        await Spending.create(kind="payment", payer="donation", amount=1, **at, **day)
        await Variation.create(
            kind="changed",
            change="改用粗管",
            reason="管径不够",
            beyond=False,
            beyond_by_rule=False,
            **at,
        )
    if await stay(matter, "decision_notice"):
        await printed(world, matter, "decision_notice", "A")
    return matter


async def printed(world: World, matter: Matter, stage: str, kind: str) -> Notice:
    """A published notice with the figures that the record gives now."""
    passage = await stay(matter, stage)
    common = {
        "matter": {"id": matter.id, "number": matter.number, "title": matter.title},
        "contact": {"name": matter.contact, "phone": matter.contact_phone},
        "issuer": await issuer(world.community),
        "corrects": None,
        "note": "",
    }
    return await Notice.create(
        matter=matter,
        community=world.community,
        passage=passage,
        kind=kind,
        number=f"2026-{kind}",
        code=kind * 10,
        title=figures.title(matter, stage),
        figures=common | await figures.figures(matter, passage),
        status="published",
        drafted_at=world.now,
        published_at=world.now,
    )
