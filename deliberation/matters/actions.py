"""What staff do with a matter as a whole: register, edit, move on, send back, extend, end."""

from dataclasses import dataclass
from datetime import date, datetime

from deliberation import procedures
from deliberation.acting import Act, Actor, Refused, acting
from deliberation.calendar import NoTable, day_text, end_of, local_date
from deliberation.calendars.models import calendar
from deliberation.matters import passages
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter, MatterScope
from deliberation.matters.standing import blockers, bound
from deliberation.people.rules import personal_data
from deliberation.places.models import Place
from deliberation.procedure import Outcome
from deliberation.stages.notices.announcements import EXTENDED, announce


@dataclass(frozen=True)
class Details:
    """What the registration form asks. `places` are ids of compounds or buildings in scope."""

    title: str
    summary: str
    source: str
    contact: str
    contact_phone: str
    places: tuple[int, ...] = ()


async def register(
    actor: Actor, community: Place, details: Details, *, procedure: str, now: datetime
) -> Matter:
    """Opens a matter at registration and returns it; the same form sent twice is one matter."""
    first = procedures.get(procedure).stages[0].key
    async with acting(actor, "matters.register", now, place=community) as act:
        _check_public(details.title, details.summary)
        same = Matter.filter(community=community, procedure=procedure, stage=first)
        found = await same.filter(title=details.title, summary=details.summary).first()
        if found:
            act.record(repeated=found.id)
            return found
        matter = act.matter = await Matter.create(
            community=community,
            path=community.path,
            number=await _next_number(community, now),
            title=details.title,
            summary=details.summary,
            source=details.source,
            contact=details.contact,
            contact_phone=details.contact_phone,
            procedure=procedure,
            registered_at=now,
        )
        await _set_scope(act, matter, details.places)
        await passages.enter(act, first)
        act.record(matter=matter.id)
    return matter


async def edit(actor: Actor, matter: Matter, details: Details, now: datetime) -> None:
    async with acting(actor, "matters.edit", now, matter=matter) as act:
        _check_public(details.title, details.summary)
        for name in ("title", "summary", "source", "contact", "contact_phone"):
            setattr(matter, name, getattr(details, name))
        await matter.save(update_fields=["title", "summary", "source", "contact", "contact_phone"])
        await _set_scope(act, matter, details.places)


async def discuss(
    actor: Actor, matter: Matter, *, on: date, by: str, conclusion: str, now: datetime
) -> None:
    """Records that the community's party organisation discussed the matter."""
    if on > local_date(now):
        raise Refused("研究日期不能晚于今天")
    async with acting(actor, "matters.discuss", now, matter=matter) as act:
        _check_public(conclusion)
        matter.discussed_on, matter.discussed_by = on, by
        matter.discussed_conclusion = conclusion
        await matter.save(update_fields=["discussed_on", "discussed_by", "discussed_conclusion"])
        act.record(discussed_on=on.isoformat())


async def advance(actor: Actor, matter: Matter, stage: str, now: datetime) -> None:
    """Leaves `stage` as passed. Raises Refused with everything that is still missing.

    `stage` is what the page showed: a repeated request does not skip the next stage.
    """
    async with acting(actor, "matters.advance", now, matter=matter) as act:
        if matter.stage != stage:
            raise Refused("议题已经离开这一步，请看最新的页面")
        procedure = procedures.get(matter.procedure)
        reasons = await blockers(matter, procedure.stage(stage), now)
        if reasons:
            raise Refused(*reasons)
        following = procedure.following(stage)
        await passages.leave(act, Outcome.PASSED, to=following.key if following else None)


async def send_back(actor: Actor, matter: Matter, *, to: str, reason: str, now: datetime) -> None:
    """Sends the matter to an earlier stage that the current one declares, with a reason."""
    async with acting(actor, "matters.send_back", now, matter=matter) as act:
        _check_public(reason)
        stage = procedures.get(matter.procedure).stage(matter.stage)
        if to not in stage.back_to:
            raise Refused(f"“{stage.name}”不能退回到这一步")
        reasons = await bound(matter, stage)
        if reasons:
            raise Refused(*reasons)
        await passages.leave(act, Outcome.SENT_BACK, to=to, reason=reason)


async def extend(
    actor: Actor, matter: Matter, *, last_on: date, reason: str, now: datetime
) -> None:
    """Moves the end of the current period to a later day, announced before the old end.

    A day of rest moves on to the next working day, which is what the announcement prints.
    """
    async with acting(actor, "matters.extend", now, matter=matter) as act:
        _check_public(reason)
        passage = await current_passage(matter, matter.stage)
        if passage.last_on is None:
            raise Refused("这一步还没有公布期限，不能延期")
        if now >= end_of(passage.last_on):
            raise Refused("原定期限已过，不能再延期")
        if last_on <= passage.last_on:
            raise Refused(f"新的截止日期要晚于{day_text(passage.last_on)}")
        try:
            last_on = (await calendar()).working_from(last_on)
        except NoTable as error:
            raise Refused(str(error)) from None
        old, passage.last_on, passage.reason = passage.last_on, last_on, reason
        await passage.save(update_fields=["last_on", "reason"])
        act.record(passage=passage.id, old=old.isoformat(), new=last_on.isoformat())
        await announce(
            act, passage, kind=EXTENDED, old_on=old.isoformat(), new_on=last_on.isoformat()
        )


async def terminate(actor: Actor, matter: Matter, *, reason: str, now: datetime) -> None:
    """Ends a matter from any stage, with a reason and an announcement."""
    async with acting(actor, "matters.terminate", now, matter=matter) as act:
        _check_public(reason)
        if not matter.stage:
            raise Refused("本议题已经结束")
        await passages.leave(act, Outcome.TERMINATED, to=None, reason=reason)


def _check_public(*texts: str) -> None:
    """Everyone reads these words: refuses phones, identity and room numbers."""
    found = dict.fromkeys(reason for text in texts for reason in personal_data(text))
    if found:
        raise Refused(*(f"{reason}，这里会公开，请删去" for reason in found))


async def _next_number(community: Place, now: datetime) -> str:
    prefix = f"{local_date(now).year}-"
    taken = await Matter.filter(community=community, number__startswith=prefix).count()
    return f"{prefix}{taken + 1:03d}"


async def _set_scope(act: Act, matter: Matter, places: tuple[int, ...]) -> None:
    chosen = await Place.filter(id__in=places, path__startswith=matter.path)
    await MatterScope.filter(matter=matter).delete()
    for place in chosen:
        await MatterScope.create(matter=matter, place=place)
    act.record(scope=[place.id for place in chosen])
