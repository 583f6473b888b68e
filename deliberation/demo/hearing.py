"""一征 in the sample: what neighbours said, what others second, how it is grouped and answered."""

from deliberation.acting import Actor, Office
from deliberation.calendar import local_date
from deliberation.demo import surveys
from deliberation.demo.opinions import EVERYTHING, topics_of
from deliberation.demo.proposal import CHANNELS
from deliberation.demo.walk import Walk
from deliberation.matters import actions as matters
from deliberation.places.models import Household, Place, PlaceKind
from deliberation.procedure import Role
from deliberation.stages.opinions import actions as opinions
from deliberation.stages.opinions import answering, grouping, recording, seconding
from deliberation.stages.opinions.breakdown import band
from deliberation.stages.opinions.grouping import Together
from deliberation.stages.opinions.models import Draft, Group, Opinion
from deliberation.stages.opinions.rounds import visits

FOUND = ("nobody", "visited", "nobody", "visited", "visited", "refused", "nobody", "vacant")


async def hear(walk: Walk) -> None:
    """一征: the period announced, each opinion recorded of another household, none answered."""
    clerk = await walk.actor("zhangjingban")
    await opinions.announce(clerk, walk.matter, days=_days(walk), now=walk.now)
    homes = await _homes(walk)
    texts = [text for topic in topics_of(walk.items) for text in topic.texts]
    step = max(len(homes) // len(texts), 1)
    for number, text in enumerate(texts):
        place, room = homes[number * step % len(homes)]
        channel = CHANNELS[number % len(CHANNELS)]
        said = recording.Said(
            channel=channel,
            text=text,
            said_on=local_date(walk.now),
            stance="disagree" if "不同意，" in text else "agree",
            building=place,
            room=room,
            visitors="何志强、陈淑琴" if channel == "visit" else "",
        )
        await recording.record(
            clerk, walk.matter, said, request_code=f"{number:024x}", now=walk.later(minutes=37)
        )
    walk.counts["opinions"] = len(texts)
    await _go_round(walk)
    if walk.items == EVERYTHING:
        await surveys.answer(walk)


async def _go_round(walk: Walk) -> None:
    """Two people walk half of the first entrance; at the second door they were once before."""
    clerk = await walk.actor("zhangjingban")
    begun = await visits.begin(
        clerk, walk.matter, visitors="何志强、陈淑琴", now=walk.later(minutes=30)
    )
    first = await Household.filter(path__startswith=walk.staff.compound.path).order_by("id").first()
    homes = await Household.filter(place_id=first.place_id).order_by("id").limit(len(FOUND) - 1)
    for number, (home, state) in enumerate(zip([*homes[1:2], *homes], FOUND, strict=False)):
        knock = visits.Knock(begun.id, home.id, state)
        code, now = f"{number:024x}", walk.later(minutes=4)
        await visits.record(clerk, walk.matter, knock, code=code, now=now)


async def _homes(walk: Walk) -> list[tuple[int, str]]:
    """Every home of the compound as staff name it: (building, entrance and room)."""
    compound = walk.staff.compound.path
    rows = Household.filter(path__startswith=compound).order_by("id").select_related("place")
    return [
        (int(home.path[len(compound) :].split("/")[0]), f"{_entrance(home.place)}{home.room}")
        for home in await rows
    ]


def _entrance(place: Place) -> str:
    return place.name if place.kind == PlaceKind.ENTRANCE else ""


def _days(walk: Walk) -> int:
    return matters.procedures.get(walk.procedure).norms.opinions_days


async def answer(walk: Walk) -> None:
    """Every topic grouped and answered once the period is over."""
    await walk.period_over("opinions")
    clerk, secretary = await walk.actor("zhangjingban"), await walk.actor("lishuji")
    said = {row.text: row for row in await Opinion.filter(matter=walk.matter)}
    topics = topics_of(walk.items)
    together = [
        Together(topic.title, tuple(said[text].id for text in topic.texts), topic.category)
        for topic in topics
    ]
    groups = await grouping.accept(clerk, walk.matter, together, now=walk.now)
    for group in groups:
        await _second(walk, group)
    answers = [([group], it.verdict, it.reason) for group, it in zip(groups, topics, strict=True)]
    await answering.draft_all(clerk, walk.matter, answers, walk.later(minutes=90))
    drafts = await Draft.filter(matter=walk.matter)
    shown = {row.id: row.version for row in drafts}
    await answering.check(secretary, walk.matter, shown, walk.later(minutes=60))
    await answering.publish(secretary, walk.matter, walk.later(minutes=5))
    await walk.done("opinions")


async def _second(walk: Walk, group: Group) -> None:
    """Upper floors second the lift and ground floors differ; everywhere some second the drains."""
    homes = Household.filter(path__startswith=walk.staff.compound.path).order_by("id")
    spoke = set(await Opinion.filter(group=group).values_list("household_id", flat=True))
    for number, home in enumerate(await homes):
        floor = band(home.room)
        stand = ""
        if group.category == "lift" and floor is not None:
            stand = ("differ" if number % 2 else "", "", "second" if number % 4 == 1 else "")[floor]
        elif group.category == "drain":
            stand = "second" if number % 16 == 5 else ""
        if stand and home.id not in spoke:
            at_home = (Office(Role.RESIDENT, home.path),)
            neighbour = Actor(homes=(home.id,), offices=at_home)
            await seconding.second(neighbour, walk.matter, group, stand, walk.later(minutes=1))
