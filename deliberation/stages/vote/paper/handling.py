"""When paper may be handled, by whom a second time, and which line of the roll is meant."""

from datetime import date, datetime

from deliberation.acting import Actor, Refused
from deliberation.approvals.actions import is_same
from deliberation.log.standing import restored_reasons
from deliberation.matters.models import Matter
from deliberation.people.models import Appointment, Person, in_office
from deliberation.procedure import OVERSEERS, STAFF, Role
from deliberation.stages.vote.facts import current_vote
from deliberation.stages.vote.models import RollEntry, Vote, standing
from deliberation.stages.vote.rules import VOTING

DIFFERS = "与第一次录入不一致，没有计入；请两人对照票面，录错的一方退回后重新录入"
WITNESSES = STAFF | OVERSEERS | {Role.REPRESENTATIVE}
OTHER = "同一张票要由另一个人核对"


async def handled(matter: Matter, *, secret: bool, now: datetime) -> Vote:
    """The vote while paper may be handled: from its opening until it is closed and counted."""
    vote = await current_vote(matter)
    if vote is None or vote.status not in VOTING or now < vote.opens_at:
        raise Refused("表决没有在进行，不能办理纸质票")
    if vote.secret is not secret:
        raise Refused("无记名表决用空白票，分批计票" if vote.secret else "记名表决用编号的表决票")
    if restored := restored_reasons(matter):
        raise Refused(*restored)
    return vote


async def counting(matter: Matter, now: datetime) -> Vote:
    """Papers are counted after the closing instant only: nobody knows a part of the result."""
    vote = await handled(matter, secret=True, now=now)
    if now < vote.closes_at:
        raise Refused("到截止时间以后才能开箱计票")
    return vote


async def line(vote: Vote, number: int) -> RollEntry:
    """The line, locked: entering and confirming one sheet follow one another."""
    entry = await standing(vote).filter(number=number).select_for_update().first()
    if entry is None:
        raise Refused(f"名册上没有{number}号")
    return entry


async def check_second(actor: Actor, entered_by: int) -> None:
    """Raises Refused unless `actor` is another person than who entered, by whichever account."""
    if await is_same(actor, entered_by):
        raise Refused(OTHER)


async def officers(matter: Matter, today: date, roles: frozenset[Role] = WITNESSES) -> list[Person]:
    """Who holds one of `roles` in the community: who may help or witness, or carry the box."""
    held = Appointment.filter(in_office(today), place__path__startswith=matter.path, role__in=roles)
    ids = await held.values_list("person_id", flat=True)
    return await Person.filter(id__in=set(ids)).order_by("id")
