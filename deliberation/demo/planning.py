"""The walk from registration to the final plan: 动议, 一征, 一议, 二议 (and 党员大会)."""

from datetime import timedelta

from deliberation.calendar import local_date
from deliberation.demo.opinions import CABLES, PARKING, topics_of
from deliberation.demo.proposal import GUESTS, ITEMS, POWER
from deliberation.demo.walk import Walk
from deliberation.matters import actions as matters
from deliberation.matters import confirming, meetings, plans
from deliberation.matters.items import Item, items_of, newest
from deliberation.matters.meetings import Kind, Minutes
from deliberation.matters.models import Attendance, PlanItem
from deliberation.stages.consultation import actions as consultation
from deliberation.stages.consultation import invitations, positions
from deliberation.stages.consultation.models import Condition, Invitation
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.party_meeting import actions as party_meeting
from deliberation.stages.proposal import actions as proposal


async def register(walk: Walk, title: str) -> None:
    clerk = await walk.actor("zhangjingban")
    details = matters.Details(
        title=title,
        summary=f"1981年建成的9栋楼，居民多次反映，要办的事有：{'、'.join(sorted(walk.items))}。",
        source="party",
        contact="张小敏",
        contact_phone="0371-6000 0003",
        places=(walk.staff.compound.id,),
    )
    walk.matter = await matters.register(
        clerk, walk.staff.community, details, procedure=walk.procedure, now=walk.now
    )
    await matters.discuss(
        clerk,
        walk.matter,
        on=local_date(walk.now),
        by="李建华、王秀兰、赵卫东、陈淑琴、刘志刚",
        conclusion="同意立项，按“一征三议两公开”办理。",
        now=walk.later(hours=2),
    )
    await walk.done("matters")


async def propose(walk: Walk) -> None:
    secretary = await walk.actor("lishuji")
    await _meet(walk, proposal.kind(walk.matter), "社区会议室", absent=1)
    plan = await plans.start(secretary, walk.matter, walk.later(minutes=30))
    said = {row.text: row.id for row in await Opinion.filter(matter=walk.matter)}
    texts = {topic.item: topic.texts for topic in topics_of(walk.items)}
    starts = local_date(walk.now) + timedelta(days=60)
    proposed = [item for item in ITEMS if item[0] in walk.items]
    for name, category, quantity, responsible, yuan in proposed:
        item = Item(
            name=name,
            category=category,
            quantity=quantity,
            responsible=responsible,
            starts_on=starts,
            ends_on=starts + timedelta(days=90),
            upkeep="质保五年，之后由物业管护",
            funding={payer: amount * 100 for payer, amount in yuan.items()},
            opinions=frozenset(said[text] for text in texts[name]),
        )
        await plans.add(secretary, walk.matter, plan.version, item, walk.later(minutes=5))
    await plans.freeze(secretary, walk.matter, plan.version, walk.later(minutes=5))
    await walk.done("proposal")


async def consult(walk: Walk) -> None:
    clerk, secretary = await walk.actor("zhangjingban"), await walk.actor("lishuji")
    due_on = local_date(walk.now) + timedelta(days=7)
    for seat, name, *_ in GUESTS:
        await invitations.invite(
            clerk,
            walk.matter,
            organisation=None,
            name=name,
            contact="",
            phone="",
            seat=seat,
            due_on=due_on,
            now=walk.now,
        )
    walk.morning(2)
    asked = Invitation.filter(passage__matter=walk.matter).select_related("organisation")
    invited = {row.organisation.name: row.id for row in await asked}
    numbers = {item.name: item.number for item in await items_of(await newest(walk.matter))}
    concerned, promised = {"示例小学": PARKING, POWER: CABLES}, positions.Promise
    for _, name, stance, undertaking, conditions in _answers(walk):
        said = positions.Said(
            stance,
            reason="先定路由再开挖，免得反复破路" if conditions else "",
            conditions=conditions,
            undertakings=(promised(undertaking, item=numbers.get(concerned.get(name, ""))),),
            respondent="经办负责人",
        )
        await positions.record(clerk, walk.matter, invited[name], said, now=walk.later(minutes=10))
    cables = await PlanItem.filter(plan__matter=walk.matter, name=CABLES).first()
    for condition in await Condition.filter(position__invitation__passage__matter=walk.matter):
        await positions.respond(
            clerk,
            walk.matter,
            condition.id,
            met=True,
            item=cables.number,
            answer="写入方案：供电、通信同沟一次开挖。",
            now=walk.later(minutes=5),
        )
    await _meet(walk, consultation.kind(walk.matter), "街道会议室", absent=0)
    await _final_plan(walk, secretary)
    await walk.done("consultation")


def _answers(walk: Walk) -> list[tuple]:
    """The organisations' answers; conditions only where there are cables to lay."""
    if CABLES in walk.items:
        return list(GUESTS)
    return [(*guest[:2], "agree", "派人到场配合", ()) for guest in GUESTS]


async def _final_plan(walk: Walk, secretary) -> None:
    """Version 2: the power company's condition written into the cables' item."""
    plan = await plans.start(secretary, walk.matter, walk.later(minutes=10))
    for item in await items_of(await newest(walk.matter)):
        if item.name == CABLES:
            values = vars(item) | {"quantity": "1,460米，供电、通信同沟一次开挖"}
            await plans.change(
                secretary, walk.matter, plan.version, item.number, Item(**values), walk.now
            )
    await plans.freeze(secretary, walk.matter, plan.version, walk.later(minutes=5))


async def review(walk: Walk) -> None:
    """四议两公开 only: the party members' meeting."""
    await _meet(walk, party_meeting.kind(walk.matter), "社区党群服务中心", absent=1)
    await walk.done("party_meeting")


async def _meet(walk: Walk, kind: Kind, venue: str, *, absent: int) -> None:
    """Calls a meeting for tomorrow, holds it, counts where heads are counted, confirms."""
    secretary = await walk.actor("lishuji")
    held_at = walk.now + timedelta(days=1)
    meeting = await meetings.convene(
        secretary,
        walk.matter,
        kind,
        held_at=held_at,
        venue=venue,
        chair="李建华",
        recorder="张小敏",
        agenda="一、通报征求意见和答复的情况\n二、逐项讨论方案",
        now=walk.now,
    )
    walk.later(days=1, hours=2)
    called = await Attendance.filter(meeting=meeting).values_list("person_id", flat=True)
    away = called[-absent:] if absent and len(called) > 3 else []
    present = frozenset(called) - frozenset(away)
    heads = len(present) if kind.quorum is not None else None
    written = Minutes(
        present=present,
        absences=dict.fromkeys(away, "请假：外出学习"),
        points="逐项讨论，一致认为排水和屋面最急，先地下后地上，一次开挖。",
        for_=heads,
        against=0 if heads is not None else None,
        abstain=0 if heads is not None else None,
    )
    clerk = await walk.actor("zhangjingban")
    await meetings.minute(clerk, walk.matter, kind, meeting.id, written, now=walk.now)
    given = (walk.matter, kind, meeting.id)
    await confirming.record_paper(
        clerk, *given, signed=present, refusals={}, now=walk.later(minutes=50)
    )
    await confirming.second(secretary, *given, now=walk.later(minutes=10))
