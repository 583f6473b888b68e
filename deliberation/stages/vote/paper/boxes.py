"""Rounds of the mobile box, to people who cannot come: where it went and who carried it."""

from datetime import datetime

from deliberation.acting import Actor, Refused, acting
from deliberation.calendar import local_date
from deliberation.matters.models import Matter
from deliberation.people.models import Person
from deliberation.people.rules import personal_data
from deliberation.procedure import OVERSEERS, STAFF
from deliberation.stages.vote.facts import current_vote
from deliberation.stages.vote.models import Vote
from deliberation.stages.vote.paper.handling import officers
from deliberation.stages.vote.paper.models import MobileBox
from deliberation.stages.vote.paper.rules import box_blockers
from deliberation.stages.vote.rules import VOTING


async def carry(
    actor: Actor,
    matter: Matter,
    *,
    went_at: datetime,
    places: str,
    workers: list[int],
    now: datetime,
) -> None:
    """Records a round; `workers` are ids of people in office. The log says how many they were."""
    async with acting(actor, "vote.carry_box", now, matter=matter) as act:
        vote = await current_vote(matter)
        if vote is None or vote.status not in VOTING or not vote.opens_at <= went_at <= now:
            raise Refused("流动票箱在表决开始以后出发，回来以后登记")
        if went_at >= vote.closes_at:
            raise Refused("截止以后不能再用流动票箱")
        known = {person.id for person in await carriers(matter, now)}
        reasons = box_blockers(len(set(workers) & known))
        reasons += [f"{one}，请只写楼栋" for one in personal_data(places)]
        if reasons:
            raise Refused(*reasons)
        box = await MobileBox.create(
            vote=vote,
            went_at=went_at,
            places=places,
            workers=sorted(set(workers) & known),
            recorded_at=now,
            recorded_by=actor.account_id,
        )
        act.record(vote=vote.id, box=box.id, workers=len(box.workers))


async def carriers(matter: Matter, now: datetime) -> list[Person]:
    """Staff and supervisors of the community."""
    return await officers(matter, local_date(now), STAFF | OVERSEERS)


async def rounds(vote: Vote) -> list[tuple[MobileBox, str]]:
    """(round, names of who carried it)."""
    found = await MobileBox.filter(vote=vote)
    ids = {id for box in found for id in box.workers}
    names = dict(await Person.filter(id__in=ids).values_list("id", "name"))
    return [(box, "、".join(names[id] for id in box.workers)) for box in found]
