"""An opinion written down by staff: at a door, at a meeting, from a paper or on the telephone."""

from dataclasses import dataclass
from datetime import date, datetime

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.calendar import local_date
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter
from deliberation.places.models import Household, Place
from deliberation.stages.opinions import rules
from deliberation.stages.opinions.actions import code_of, sent_before
from deliberation.stages.opinions.coverage import buildings_of
from deliberation.stages.opinions.homes import find_home, homes_in
from deliberation.stages.opinions.models import Answer, Draft, Opinion
from deliberation.stages.opinions.paper.models import Scan
from deliberation.stages.opinions.reviews.models import Review
from deliberation.stages.opinions.rounds.models import Visit
from deliberation.stages.opinions.survey.facts import asked_in
from deliberation.stages.opinions.survey.giving import give
from deliberation.stages.opinions.survey.rules import NOTHING, Given, silent, unasked


@dataclass(frozen=True)
class Said:
    """What staff write down. `building` is a place's id; `speaker` names someone on no roll."""

    channel: str
    text: str
    said_on: date
    stance: str = ""
    building: int | None = None
    room: str = ""
    speaker: str = ""
    origin: str = ""
    visitors: str = ""
    given: Given = NOTHING


async def record(
    actor: Actor, matter: Matter, said: Said, *, request_code: str, now: datetime
) -> Opinion:
    """Records one opinion; the same form sent twice is one. Raises Refused."""
    async with acting(actor, "opinions.record", now, matter=matter) as act:
        words = (said.text, said.stance, said.given)
        if found := await sent_before(act, request_code, words, **await _whereof(act, said)):
            return found
        opinion = await write(act, said, code_of(matter, request_code))
    return opinion


async def _whereof(act: Act, said: Said) -> dict:
    """What of the row says where it comes from: a form sent again may be for the next door."""
    building = await _building(act.matter, said.building)
    known = building and said.room
    home = find_home(building, await homes_in(building), said.room) if known else None
    row = row_of(act.actor, act.matter, said, building=building, home=home, now=act.now)
    names = ("household_id", "channel", "speaker", "origin", "visitors", "said_on")
    return {name: getattr(row, name) for name in names}


async def write(act: Act, said: Said, code: str, home: Household | None = None) -> Opinion:
    """Writes down one opinion under the `code` it came with: of `home`, or of whom `said` names."""
    building = await _building(act.matter, said.building)
    reasons = await late(act.matter, said.said_on, act.now)
    reasons += rules.visit_reasons(said.channel, said.visitors)
    reasons += [] if home else _whose(said, building)
    reasons += silent(said.text, said.stance, said.given)
    reasons += unasked(said.given, await asked_in(act.matter))
    if reasons:
        raise Refused(*reasons)
    if said.room and home is None:
        home = find_home(building, await homes_in(building), said.room)
    opinion = row_of(act.actor, act.matter, said, building=building, home=home, now=act.now)
    opinion.request_code = code
    await opinion.save()
    await give(act, opinion, said.given)
    act.record(opinion=opinion.id, channel=said.channel)
    return opinion


def _whose(said: Said, building: Place | None) -> list[str]:
    if said.room and building is None:
        return ["写了房号，还要选楼栋"]
    if said.speaker and said.room:
        return ["名册上的住户不用写称呼；名册外的人不要写房号"]
    if said.speaker and not said.origin:
        return ["名册外的人要写所在的地方，例如哪家店"]
    if said.channel in rules.AT_HOME and not (said.room or said.speaker):
        return [f"{rules.CHANNELS[said.channel]}要写明楼栋和房号"]
    return []


def row_of(
    actor: Actor,
    matter: Matter,
    said: Said,
    *,
    building: Place | None,
    home: Household | None,
    now: datetime,
) -> Opinion:
    """A row not yet saved. Someone on no roll is confirmed by whoever writes them down."""
    known = bool(said.speaker)
    where = (building.name if building and not known else "") + said.origin
    return Opinion(
        matter=matter,
        household=home,
        channel=said.channel,
        stance=said.stance,
        text=said.text,
        speaker=said.speaker,
        origin="" if home else where[:60],
        visitors=said.visitors if said.channel == "visit" else "",
        said_on=said.said_on,
        received_at=now,
        recorded_by=actor.account_id,
        confirmed_at=now if known else None,
        confirmed_by=actor.account_id if known else None,
    )


async def taking_back(actor: Actor, opinion: Opinion, now: datetime) -> list[str]:
    """Why `actor` may not take an opinion back as a slip of the hand: their own, of today."""
    if opinion.recorded_by is None or opinion.recorded_by != actor.account_id:
        return ["只能撤回自己登记的意见"]
    if local_date(opinion.received_at) != local_date(now):
        return ["只能撤回当天登记的意见；记错了的，请那一户在自己的页面上说明"]
    if opinion.gathering_id:
        return ["这是会议或者群聊里的一条，请在那里一起撤回"]
    if opinion.set_aside:
        return ["这条意见已经不计入"]
    if await Visit.filter(opinion=opinion).exists():
        return ["这是上门走访时记的，请在那个单元的页面上撤回"]
    return await _used(opinion)


async def take_back(actor: Actor, matter: Matter, opinion: Opinion, now: datetime) -> None:
    """Takes back what the actor wrote down today. The words stay readable and count no more; the
    page of a paper form that they were read from waits again."""
    async with acting(actor, "opinions.take_back", now, matter=matter) as act:
        await opinion.refresh_from_db()
        if reasons := await taking_back(actor, opinion, now):
            raise Refused(*reasons)
        await silence(act, opinion, "登记的人撤回了这条意见")
        if scan := await Scan.get_or_none(opinion=opinion).select_related("form"):
            scan.household_id = scan.form.household_id if scan.form else None
            scan.opinion = scan.decided_at = scan.decided_by = None
            await scan.save(
                update_fields=["household_id", "opinion_id", "decided_at", "decided_by"]
            )
            act.record(scan=scan.id)


async def silence(act: Act, opinion: Opinion, why: str) -> None:
    """Words written down by mistake count no more. Raises Refused once they are in use."""
    if reasons := await _used(opinion):
        raise Refused(*reasons)
    opinion.set_aside = why
    await opinion.save(update_fields=["set_aside"])
    act.record(silenced=opinion.id)


async def _used(opinion: Opinion) -> list[str]:
    begun = await Draft.filter(opinion=opinion).exists()
    if opinion.group_id or begun or await Answer.filter(opinion=opinion).exists():
        return ["这条意见已经归并，或者已经在答复，不能撤回"]
    if await Review.filter(opinion=opinion).exists():
        return ["这一户已经核对过记下的话，不能撤回"]
    return []


async def late(matter: Matter, said_on: date, now: datetime) -> list[str]:
    """Why nothing said on that day may be recorded now."""
    passage = await current_passage(matter, matter.stage)
    return rules.said_reasons(said_on, last_on=passage.last_on, today=local_date(now))


async def _building(matter: Matter, id: int | None) -> Place | None:
    if id is None:
        return None
    for place in await buildings_of(matter):
        if place.id == id:
            return place
    raise Refused("请从列出的楼栋里选")
