"""One record of a bench meeting or of a talk in a chat, and an opinion for each point made."""

from dataclasses import dataclass
from datetime import date, datetime

from deliberation.acting import Act, Actor, Refused, Wrong, acting
from deliberation.matters.models import Matter
from deliberation.places.models import Household, Place
from deliberation.stages.opinions.actions import code_of
from deliberation.stages.opinions.coverage import buildings_of
from deliberation.stages.opinions.gatherings import rules
from deliberation.stages.opinions.gatherings.models import Gathering, Guest
from deliberation.stages.opinions.homes import Home, find_building, find_home, homes_in
from deliberation.stages.opinions.models import Draft, Opinion, standing_answers
from deliberation.stages.opinions.recording import late
from deliberation.stages.opinions.reviews.models import Review
from deliberation.stages.opinions.rules import MOST_TEXT, public_reasons

CHANGED = "这张表已经登记过一次，刚才写的没有收下；请再交一次，会另记一场"
TAKEN_BACK = "登记有误，已经撤回"


@dataclass(frozen=True)
class Held:
    """As staff write it down; `points` and `guests` are lines."""

    channel: str
    place: str
    held_on: date
    points: str
    hosts: str = ""
    came: int | None = None
    guests: str = ""


async def hold(
    actor: Actor, matter: Matter, held: Held, *, request_code: str, now: datetime
) -> Gathering:
    """Records it and all its points, or nothing; the same form sent twice is one. Raises Refused
    with the lines whose home is not there."""
    async with acting(actor, "opinions.record", now, matter=matter) as act:
        code = code_of(matter, request_code)
        points, homes = rules.points(held.points), rules.homes(held.guests)
        if found := await Gathering.get_or_none(request_code=code):
            await _same(found, held, [one.text for one in points])
            act.record(repeated=found.id)
            return found
        await _check(matter, held, points, len(homes), now)
        guests = await _located(matter, [(number, at, room) for number, at, room in homes], "到场")
        said = await _located(matter, [(one.number, one.building, one.room) for one in points])
        gathering = await Gathering.create(
            matter=matter,
            channel=held.channel,
            place=held.place,
            held_on=held.held_on,
            hosts=held.hosts,
            came=_came(held),
            recorded_at=now,
            recorded_by=actor.account_id,
            request_code=code,
        )
        present = {home.id for home in guests if home}
        await Guest.bulk_create(Guest(gathering=gathering, household_id=id) for id in present)
        await _say(act, gathering, list(zip(points, said, strict=True)))
        act.record(gathering=gathering.id, channel=held.channel, points=len(points))
    return gathering


def _came(held: Held) -> int | None:
    return held.came if held.channel == "bench" else None


async def _same(found: Gathering, held: Held, texts: list[str]) -> None:
    """Raises Refused when the form comes back changed, or was taken back: it would be lost."""
    said = await Opinion.filter(gathering=found).order_by("id").values_list("text", flat=True)
    was = (found.channel, found.place, found.held_on, found.hosts, found.came, list(said))
    typed = (held.channel, held.place, held.held_on, held.hosts, _came(held), texts)
    if found.taken_back_at or was != typed:
        raise Refused(CHANGED)


async def _check(
    matter: Matter, held: Held, points: list[rules.Point], guests: int, now: datetime
) -> None:
    found = {
        "held_on": await late(matter, held.held_on, now),
        "place": public_reasons(held.place),
        "points": [
            f"第{one.number}行太长，最多{MOST_TEXT}个字"
            for one in points
            if len(one.text) > MOST_TEXT
        ],
    }
    wrong = {field: "；".join(reasons) for field, reasons in found.items() if reasons}
    wrong |= rules.held_wrong(
        held.channel, hosts=held.hosts, came=held.came, guests=guests, count=len(points)
    )
    if wrong:
        raise Wrong(**wrong)


async def _located(
    matter: Matter, lines: list[tuple[int, str, str]], which: str = ""
) -> list[Household | None]:
    """The home of each line (number, building, room); None where no building is named, unless the
    lines are a list `which` holds nothing but homes. Raises Refused with every mistake."""
    buildings, homes = await buildings_of(matter), {}
    found, mistakes = [], []
    for number, building, room in lines:
        try:
            found.append(await _home(buildings, homes, building, room, bool(which)))
        except Refused as error:
            mistakes += [f"{which}第{number}行：{reason}" for reason in error.reasons]
    if mistakes:
        raise Wrong(**{"guests" if which else "points": "；".join(mistakes)})
    return found


async def _home(
    buildings: list[Place], homes: dict[int, list[Home]], at: str, room: str, needed: bool
) -> Household | None:
    if not at and needed:
        raise Refused("看不出是哪一户，请写成“1号楼 2-301”这样")
    if not at:
        return None
    building = find_building(buildings, at)
    if building.id not in homes:
        homes[building.id] = await homes_in(building)
    return find_home(building, homes[building.id], room)


async def _say(
    act: Act, gathering: Gathering, said: list[tuple[rules.Point, Household | None]]
) -> None:
    origin = rules.origin(gathering.place, gathering.held_on)
    await Opinion.bulk_create(
        Opinion(
            matter=act.matter,
            gathering=gathering,
            household=home,
            channel=gathering.channel,
            text=point.text,
            origin="" if home else origin,
            said_on=gathering.held_on,
            received_at=act.now,
            recorded_by=act.actor.account_id,
            request_code=f"{gathering.request_code}-{point.number}",
        )
        for point, home in said
    )


async def take_back(actor: Actor, matter: Matter, gathering: int, now: datetime) -> None:
    """Undoes the record of a gathering (its id) while nobody built on it; its words are kept
    without being counted."""
    async with acting(actor, "opinions.take_back", now, matter=matter) as act:
        row = await Gathering.get_or_none(id=gathering, matter=matter, taken_back_at=None)
        if row is None:
            raise Refused("这一次已经撤回，请看最新的页面")
        said = await Opinion.filter(gathering=row)
        if any((await standing_answers(said)).values()):
            raise Refused("里面的意见已经答复，不能撤回")
        ids = [one.id for one in said]
        if await Draft.filter(opinion_id__in=ids).exists():
            raise Refused("里面的意见已经起草答复，不能撤回")
        if await Review.filter(opinion_id__in=ids).exists():
            raise Refused("里面的意见住户已经核对过，不能撤回")
        await Opinion.filter(id__in=ids).update(set_aside=TAKEN_BACK, group_id=None)
        row.taken_back_at, row.taken_back_by = act.now, actor.account_id
        await row.save(update_fields=["taken_back_at", "taken_back_by"])
        act.record(gathering=row.id, opinions=len(ids))
