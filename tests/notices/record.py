"""A record as the stages leave it behind: opinions, meetings, organisations, a vote, works.

Written straight into the tables, so that these tests depend on no other stage's acts.
"""

from datetime import date, timedelta

from deliberation.calendar import local_date
from deliberation.matters.models import Attendance, Matter, Meeting, Passage, PlanItem
from deliberation.people.models import Person
from deliberation.stages.consultation.models import Invitation, Link, Organisation, Position
from deliberation.stages.implementation.models import Evaluation, Milestone, Spending
from deliberation.stages.opinions.models import Answer, Group, Opinion
from deliberation.stages.vote.models import Question, RollEntry, Scrutineer, Vote
from deliberation.stages.vote.profiles import PROFILES, as_json
from tests.cast import World, matter_at, plan_of, unguarded

RARE = "䶮㛃𬭚𠅤堃喆燊犇濛"
FOR_OR_AGAINST = [
    {"key": "for", "label": "同意"},
    {"key": "against", "label": "反对"},
    {"key": "abstain", "label": "弃权"},
]


async def stay(matter: Matter, stage: str) -> Passage:
    return await Passage.filter(matter=matter, stage=stage).order_by("-id").first()


async def told(world: World, stage: str, **changes) -> Matter:
    """A matter at `stage` with everything that came before it on record."""
    matter = await matter_at(world, stage, **changes)
    plan = await plan_of(matter)
    await opinions_of(world, matter)
    if await stay(matter, "consultation"):
        await organisations_of(world, matter)
    if await stay(matter, "vote"):
        await vote_of(world, matter, plan)
    for meets in ("proposal", "consultation"):
        if passage := await stay(matter, meets):
            await meeting_of(world, matter, passage)
    if stage in ("implementation", "result_notice"):
        await works_of(world, matter, plan)
    return matter


async def opinions_of(world: World, matter: Matter) -> None:
    passage = await stay(matter, "opinions")
    passage.first_on, passage.last_on = date(2026, 2, 9), date(2026, 2, 24)
    await passage.save()
    group = await Group.create(matter=matter, title="排水")
    common = {"matter": matter, "said_on": date(2026, 2, 10), "received_at": world.now}
    first, second = world.households["1-101"], world.households["1-102"]
    spoken = [
        (first, group, "visit", "水管经常堵，电话19900001234"),
        (first, group, "online", "请换大一号的管子"),
        (second, None, "bench", "楼道灯太暗"),
    ]
    for household, belongs, channel, text in spoken:
        row = await Opinion.create(
            household=household, group=belongs, channel=channel, text=text, **common
        )
    at = {"answered_at": world.now}
    await Answer.create(group=group, verdict="adopted", reason="列入方案第1项", **at)
    await Answer.create(opinion=row, verdict="declined", reason="先试后定", **at)
    await Answer.create(opinion=row, verdict="partly", reason="先换楼道灯", **at)


async def meeting_of(world: World, matter: Matter, passage: Passage) -> None:
    """Three called, two present, two for."""
    meeting = await Meeting.create(
        matter=matter,
        passage=passage,
        stage=passage.stage,
        held_at=world.now,
        venue="社区会议室",
        chair="李书记",
        recorder="张经办",
        for_=2,
        against=0,
        abstain=0,
        convened_at=world.now,
        confirmed_at=world.now,
    )
    for name, reason in (("李书记", ""), ("王主任", ""), ("吴委员", "出差")):
        await Attendance.create(
            meeting=meeting, person=world.people[name], present=not reason, reason=reason
        )


async def organisations_of(world: World, matter: Matter) -> None:
    passage = await stay(matter, "consultation")
    for name, seat, stance in (
        ("示例物业公司", "property", "agree"),
        ("示例供水公司", "x", "conditional"),
        ("示例通信公司", "x", None),
    ):
        organisation, _ = await Organisation.get_or_create(community=world.community, name=name)
        row = await Invitation.create(
            passage=passage,
            organisation=organisation,
            seat=seat,
            invited_at=world.now,
            due_on=date(2026, 3, 1),
        )
        if stance:
            await Position.create(invitation=row, stance=stance, answered_at=world.now)
        else:
            sent = {"issued_at": world.now, "issued_by": 1, "expires_at": world.now}
            await Link.create(invitation=row, token_hash=str(row.id), **sent)


def counted(outcome: str = "passed", **changes) -> dict:
    """A result by the vote's contract: 51 entitled, 42 present, 33 for."""
    return {
        "outcome": outcome,
        "profile": "P1",
        "entitled": {"heads": 51, "area": 0},
        "present": {"heads": 42, "area": 0},
        "signed_in": 40,
        "phone": 30,
        "paper": 11,
        "quorum_sums": ["应到51人的三分之二以上即34人,实到42人,符合规定"],
        "questions": [
            {
                "number": 1,
                "text": "东风里小区老旧管网改造方案",
                "kind": "plan",
                "outcome": outcome,
                "winner": None,
                "counts": {
                    "for": 33,
                    "against": 6,
                    "abstain": 1,
                    "invalid": 1,
                    "not_returned": 1,
                },
                "area": {},
                "sums": ["实到42人的过半数即22人,同意33人,通过"],
            }
        ],
        "opens_at": "2026-03-01T01:00:00+00:00",
        "closes_at": "2026-03-01T10:00:00+00:00",
        "scrutineers": [],
        "tellers": [],
    } | changes


async def vote_of(world: World, matter: Matter, plan, *, profile="P1", **changes) -> Vote:
    await unguarded()
    vote = await Vote.create(
        matter=matter,
        passage=await stay(matter, "vote"),
        plan=plan,
        profile=as_json(PROFILES[profile]),
        form="plan",
        status="certified",
        drafted_at=world.now,
        frozen_at=world.now,
        opens_at=world.now,
        closes_at=world.now + timedelta(hours=9),
        **{"result": counted()} | changes,
    )
    await Question.create(
        vote=vote, number=1, kind="plan", text="东风里小区老旧管网改造方案", options=FOR_OR_AGAINST
    )
    for number, name in enumerate(("赵大妈", "钱师傅", "褚阿姨"), 1):
        person = world.people[name]
        await RollEntry.create(
            vote=vote, number=number, person=person, name=name, area=6000 + number
        )
    await Scrutineer.create(vote=vote, person=world.people["孙监督"])
    odd = await Person.create(place=world.community, name=RARE[:3])
    await Scrutineer.create(vote=vote, person=odd)
    await Scrutineer.create(vote=vote, person=world.people["冯老师"], role="teller")
    return vote


async def works_of(world: World, matter: Matter, plan) -> None:
    today = local_date(world.now)
    pipes, lamps = await PlanItem.filter(plan=plan)
    at = {"recorded_at": world.now}
    for item, title, report in (
        (pipes, "竣工验收", f"示例监理公司{RARE}验收合格"),
        (lamps, "安装完成", "24盏全部点亮"),
    ):
        await Milestone.create(
            item=item, title=title, planned_on=today, done_on=today, report=report, **at
        )
    for item, kind, payer, amount in (
        (pipes, "contract", "", 47000000),
        (pipes, "payment", "treasury", 39000000),
        (pipes, "payment", "residents", 7600050),
        (pipes, "settlement", "", 46600050),
        (lamps, "contract", "", 3600000),
        (lamps, "payment", "treasury", 3600000),
        (lamps, "settlement", "", 3600000),
    ):
        await Spending.create(item=item, kind=kind, payer=payer, amount=amount, paid_on=today, **at)
    homes = [home for key, home in world.households.items() if key != "elsewhere"]
    verdicts = ("satisfied", "fair", "dissatisfied", "satisfied", "satisfied")
    for household, verdict in zip(homes, verdicts, strict=True):
        await Evaluation.create(
            matter=matter, household=household, verdict=verdict, given_at=world.now
        )
