"""征求意见 begins: the period is announced, people speak, strangers are confirmed."""

import re
from collections.abc import Sequence
from datetime import datetime

from deliberation import procedures
from deliberation.acting import Act, Actor, Refused, acting
from deliberation.calendar import NoTable, Unit, local_date
from deliberation.calendars.models import calendar
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter, Passage
from deliberation.stages.notices.figures import common
from deliberation.stages.notices.issuing import issue, printed_period
from deliberation.stages.opinions import rules
from deliberation.stages.opinions.models import Answer, Draft, Opinion, waiting
from deliberation.stages.opinions.speakers import speaker_of
from deliberation.stages.opinions.survey.facts import asked_in
from deliberation.stages.opinions.survey.giving import Stored, give, says
from deliberation.stages.opinions.survey.keeping import GONE, too_many
from deliberation.stages.opinions.survey.rules import NOTHING, Given, silent, unasked


async def announce(actor: Actor, matter: Matter, *, days: int, now: datetime) -> Passage:
    """Announces the period of natural `days` after today by notice C. Raises Refused, also when it
    has one."""
    async with acting(actor, "opinions.announce", now, matter=matter) as act:
        passage = await current_passage(matter, matter.stage)
        if passage.last_on:
            raise Refused("征求意见的期限已经公布，要改请办延期")
        reasons = rules.period_reasons(days, procedures.get(matter.procedure).norms)
        if reasons:
            raise Refused(*reasons)
        try:
            period = (await calendar()).count(local_date(now), days, Unit.NATURAL)
        except NoTable as error:
            raise Refused(str(error)) from error
        passage.first_on, passage.last_on = period.first, period.last
        await passage.save(update_fields=["first_on", "last_on"])
        act.record(passage=passage.id, days=days, last_on=period.last.isoformat())
        await issue(
            act,
            passage,
            kind="C",
            title=f"关于{matter.title}征求意见的通知",
            figures=await common(matter) | printed_period(period),
            window=(period.first, period.last),
        )
    return passage


async def submit(
    actor: Actor,
    matter: Matter,
    *,
    text: str,
    stance: str = "",
    given: Given = NOTHING,
    enclosures: Sequence[Stored] = (),
    lost: int = 0,
    speaker: str = "",
    origin: str = "",
    request_code: str,
    now: datetime,
) -> Opinion:
    """Takes an opinion from whoever speaks for themselves, online.

    `speaker` and `origin` (name and place) count only for people on no roll, who then wait to be
    confirmed. `lost` is how many photos the form carries that are not there any more. The same
    form sent twice is one opinion. Raises Refused.
    """
    async with acting(actor, "opinions.submit", now, matter=matter) as act:
        who = await speaker_of(actor, matter)
        named = {"speaker": "", "origin": ""}
        named |= {} if who.on_roll else {"speaker": speaker, "origin": origin}
        if found := await sent_before(act, request_code, (text, stance, given), **named):
            return found
        passage = await current_passage(matter, matter.stage)
        kinds = [one.kind for one in enclosures]
        photos, voice = kinds.count("photo"), kinds.count("voice")
        reasons = rules.closed(passage.last_on, now)
        reasons += silent(text, stance, given, photos=photos, voice=voice)
        reasons += unasked(given, await asked_in(matter)) + too_many(kinds)
        reasons += [GONE] if lost else []
        if not who.on_roll and not (speaker and origin):
            reasons.append("您不在本社区的名册上，请写下称呼和所在的地方")
        strangers = Opinion.filter(waiting(), matter=matter)
        if not who.on_roll and await strangers.count() >= rules.MOST_STRANGERS:
            reasons.append("等着社区确认的意见太多，现在收不下；请打电话或者到社区来说")
        if reasons:
            raise Refused(*reasons)
        opinion = await Opinion.create(
            matter=matter,
            household_id=who.household_id,
            person_id=who.person_id,
            channel="online",
            stance=stance,
            text=text,
            said_on=local_date(now),
            received_at=now,
            request_code=code_of(matter, request_code),
            **named,
        )
        await give(act, opinion, given, enclosures)
        act.record(opinion=opinion.id, channel="online")
    return opinion


def code_of(matter: Matter, request_code: str) -> str:
    """Codes are kept per matter, so that one matter's form can never block another's.

    Raises Refused for what no page of ours made.
    """
    if not is_code(request_code):
        raise Refused("这一页过期了，请刷新以后再交")
    return f"{matter.id}-{request_code}"


def is_code(typed: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z0-9_-]{20,30}", typed))


async def sent_before(
    act: Act, request_code: str, said: tuple[str, str, Given], **whose
) -> Opinion | None:
    """The opinion this form already made. Raises Refused when it comes back with another text,
    stance or answer, or as somebody else's: `whose` are fields of the row."""
    found = await Opinion.get_or_none(request_code=code_of(act.matter, request_code))
    same = found and all(getattr(found, name) == value for name, value in whose.items())
    if found and not (same and await says(found) == said):
        raise Refused("这张表已经交过一次，刚才改写的还没有收下；请再交一次，会另记一条")
    if found:
        act.record(repeated=found.id)
    return found


async def confirm(actor: Actor, matter: Matter, opinion: Opinion, now: datetime) -> None:
    """Confirms that someone on no roll is who they say, also after having been set aside."""
    async with acting(actor, "opinions.confirm", now, matter=matter) as act:
        await _decide(act, opinion, "")


async def set_aside(
    actor: Actor, matter: Matter, opinion: Opinion, *, reason: str, now: datetime
) -> None:
    """Keeps the words of someone who could not be confirmed, without counting them."""
    async with acting(actor, "opinions.confirm", now, matter=matter) as act:
        await opinion.refresh_from_db()
        begun = await Draft.filter(opinion=opinion).exists()
        if opinion.group_id or begun or await Answer.filter(opinion=opinion).exists():
            raise Refused("这条意见已经归并，或者已经在答复，不能再搁置")
        await _decide(act, opinion, reason)


async def _decide(act: Act, opinion: Opinion, set_aside: str) -> None:
    await opinion.refresh_from_db()
    if not opinion.speaker:
        raise Refused("这条意见来自名册上的人，不用确认")
    opinion.set_aside = set_aside
    opinion.confirmed_at, opinion.confirmed_by = act.now, act.actor.account_id
    await opinion.save(update_fields=["set_aside", "confirmed_at", "confirmed_by"])
    act.record(opinion=opinion.id, counts=not set_aside)
