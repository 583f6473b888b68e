"""The roll: posted for everyone to see, objected to, made again where an objection holds.

A line keeps the name it was posted with; what follows is its freeze (`freezing.py`).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from tortoise.models import Model

from deliberation import procedures
from deliberation.acting import Act, Actor, Refused, acting
from deliberation.calendar import NoTable, Unit, end_of, local_date
from deliberation.calendars.models import calendar
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter, Meeting
from deliberation.people.models import Person
from deliberation.places.models import Household
from deliberation.stages.notices.models import Objection
from deliberation.stages.vote.evidence.manifest import leaf_of
from deliberation.stages.vote.facts import current_vote, profile_of, rebuild_due
from deliberation.stages.vote.models import RollEntry, Scrutineer, Vote
from deliberation.stages.vote.proxies import actions as proxies
from deliberation.stages.vote.roll import posting
from deliberation.stages.vote.roll.electors import Elector, Electors, electors
from deliberation.stages.vote.rules import notice_blockers, scrutineer_blockers

NAMED = 20  # how many missing facts are named one by one


@dataclass(frozen=True)
class Call:
    """The meeting at which the vote is taken, announced with the roll."""

    held_at: datetime
    venue: str
    chair: str
    recorder: str


async def entitled(matter: Matter, vote: Vote, now: datetime) -> Electors:
    """Whoever would be on the roll if it were made now."""
    norms = procedures.get(matter.procedure).norms
    return await electors(matter, profile_of(vote), norms, vote.ages, local_date(now))


def missing_blockers(found: Electors) -> list[str]:
    """Why no roll can be made of these electors yet. Names people: for the clerk's eyes."""
    reasons = found.missing[:NAMED]
    if len(found.missing) > NAMED:
        reasons.append(f"还有{len(found.missing) - NAMED}条资料不全，请补录后再公示")
    if found.undecided:
        reasons.append(f"有{len(found.undecided)}人今年满18岁、不知道生日，请先认定")
    if not found.lines and not reasons:
        reasons.append("涉及范围内没有一个人有表决权，请核对范围、任职和人员信息")
    return reasons


async def decide_age(
    actor: Actor, matter: Matter, *, person: int, is_adult: bool, now: datetime
) -> None:
    """A clerk's word on someone whose birthday is unknown and who turns 18 this year."""
    async with acting(actor, "vote.decide_age", now, matter=matter) as act:
        vote = await current_vote(matter)
        if vote is None or vote.status not in ("draft", "posted"):
            raise Refused("名册冻结以后不能再认定年龄")
        undecided = {row.id for row in (await entitled(matter, vote, now)).undecided}
        if person not in undecided:
            raise Refused("这个人不需要认定年龄，请刷新页面")
        vote.ages = vote.ages | {str(person): is_adult}
        await vote.save(update_fields=["ages"])
        act.record(vote=vote.id, person=person)


async def post_roll(actor: Actor, matter: Matter, call: Call | None, now: datetime) -> Vote:
    """Makes the roll from the people as registered now and posts it for the rule set's days."""
    async with acting(actor, "vote.post_roll", now, matter=matter) as act:
        vote = await current_vote(matter)
        if vote is None or vote.status != "draft":
            raise Refused("表决还没有起草，或者名册已经公示")
        norms = procedures.get(matter.procedure).norms
        named = await Scrutineer.filter(vote=vote, role="scrutineer").count()
        reasons = scrutineer_blockers(named, norms)
        if call:
            today, held = local_date(now), local_date(call.held_at)
            reasons += notice_blockers(profile_of(vote).notice_days, today, held)
        if reasons:
            raise Refused(*reasons)
        try:
            period = (await calendar()).count(local_date(now), norms.posting_days, Unit.NATURAL)
        except NoTable as error:
            raise Refused(str(error)) from None
        await _build(act, vote)
        if call:
            await _convene(act, call)
        vote.status, vote.posted_at, vote.posting_last_on = "posted", now, period.last
        await vote.save(update_fields=["status", "posted_at", "posting_last_on", "built_at"])
        act.record(last_on=period.last.isoformat())
        await posting.hang(act, vote, period)
    return vote


async def rebuild(actor: Actor, matter: Matter, now: datetime) -> None:
    """Makes the posted roll again from corrected data, once an objection to it was upheld."""
    async with acting(actor, "vote.post_roll", now, matter=matter) as act:
        vote = await current_vote(matter)
        if vote is None or vote.status != "posted" or not await rebuild_due(vote):
            raise Refused("名册公示期间有异议成立时，才能重新生成名册")
        await _build(act, vote)
        await vote.save(update_fields=["built_at"])
        act.record(rebuilt=True)
        await posting.hang_again(act, vote)


async def _build(act: Act, vote: Vote) -> None:
    found = await entitled(act.matter, vote, act.now)
    reasons = missing_blockers(found)
    if reasons:
        raise Refused(*reasons)
    given = await proxies.take_off(act, vote)
    await RollEntry.filter(vote=vote).delete()
    await RollEntry.bulk_create(await lines_of(vote, found.lines), batch_size=500)
    await proxies.put_back(act, vote, given)
    vote.built_at = act.now
    act.record(vote=vote.id, voters=len(found.lines), area=sum(one.area for one in found.lines))


async def lines_of(
    vote: Vote, found: list[Elector], first: int = 1, added_by: int | None = None
) -> list[RollEntry]:
    """Lines for a roll, numbered from `first`: with the names as they are now, which stay."""
    people = await _texts(Person, "name", [one.person_id for one in found])
    homes = await _texts(Household, "label", [one.household_id for one in found])
    lines = [
        RollEntry(
            vote=vote,
            number=number,
            person_id=one.person_id,
            household_id=one.household_id,
            marks=one.marks,
            heads=one.heads,
            area=one.area,
            salt=secrets.token_hex(16),
            name=people.get(one.person_id, ""),
            unit=homes.get(one.household_id, ""),
            added_by=added_by,
        )
        for number, one in enumerate(found, first)
    ]
    for line in lines:
        line.leaf = leaf_of(line)
    return lines


async def _texts(table: type[Model], column: str, ids: list[int | None]) -> dict[int, str]:
    known, chunks = {}, [one for one in ids if one is not None]
    for at in range(0, len(chunks), 500):
        rows = table.filter(id__in=chunks[at : at + 500])
        known |= dict(await rows.values_list("id", column))
    return known


async def _convene(act: Act, call: Call) -> None:
    await Meeting.create(
        matter=act.matter,
        passage=await current_passage(act.matter, "vote"),
        stage="vote",
        held_at=call.held_at,
        venue=call.venue,
        chair=call.chair,
        recorder=call.recorder,
        convened_at=act.now,
    )


async def file_objection(
    actor: Actor, matter: Matter, *, text: str, name: str = "", now: datetime
) -> Objection:
    """A resident's objection to the posted roll; a clerk records it for whoever came in person."""
    async with acting(actor, "vote.file_objection", now, matter=matter) as act:
        vote = await current_vote(matter)
        if vote is None or vote.status != "posted" or now >= end_of(vote.posting_last_on):
            raise Refused("名册不在公示期内，现在不能提异议")
        said = {"vote": vote, "name": name or actor.name, "text": text}
        known = await Objection.get_or_none(**said, upheld__isnull=True)
        if known:  # the same form sent twice
            act.record(objection=known.id)
            return known
        days = procedures.get(matter.procedure).norms.answer_working_days
        try:
            due = (await calendar()).count(local_date(now), days, Unit.WORKING)
        except NoTable as error:
            raise Refused(str(error)) from None
        objection = await Objection.create(
            **said,
            person_id=None if name else actor.person_id,
            filed_at=now,
            recorded_by=actor.account_id if name else None,
            due_on=due.last,
        )
        act.record(objection=objection.id)
    return objection


async def answer_objection(
    actor: Actor, matter: Matter, *, objection: int, upheld: bool, answer: str, now: datetime
) -> None:
    async with acting(actor, "vote.answer_objection", now, matter=matter) as act:
        found = await Objection.get_or_none(id=objection, vote=await current_vote(matter))
        if found is None or found.upheld is not None:
            raise Refused("没有这条异议，或者已经答复过了")
        found.upheld, found.answer = upheld, answer
        found.answered_at, found.answered_by = now, actor.account_id
        await found.save(update_fields=["upheld", "answer", "answered_at", "answered_by"])
        act.record(objection=found.id, upheld=upheld)


async def post_reasons(matter: Matter, vote: Vote, found: Electors) -> list[str]:
    """Why the roll cannot be posted yet. Names people: for those who may post it."""
    norms = procedures.get(matter.procedure).norms
    named = await Scrutineer.filter(vote=vote, role="scrutineer").count()
    return scrutineer_blockers(named, norms) + missing_blockers(found)
