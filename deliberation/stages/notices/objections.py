"""Objections to a hung notice: filed under a real name, answered in time, taken up a level.

Committees answer first, then the party organisation decides, then the subdistrict. Every level is
a row of its own, so that no answer is ever overwritten. One that nobody answered in time may be
taken up, too: it waits at the level it was taken to.
"""

from datetime import date, datetime

from deliberation import procedures
from deliberation.acting import Act, Actor, Forbidden, Refused, acting
from deliberation.calendar import NoTable, Unit, end_of, local_date
from deliberation.calendars.models import calendar
from deliberation.documents.models import Document
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter
from deliberation.stages.notices.models import Notice, Objection
from deliberation.stages.notices.numbering import new_code
from deliberation.stages.notices.register import of_matter
from deliberation.stages.notices.rules import DECIDERS, goes_up, level_above, phrases

REGISTER = "notices/register.print.html"


async def hangs(notice: Notice, matter: Matter, now: datetime) -> bool:
    """Whether objections to a notice may still be filed: it stands, and so does its period."""
    if notice.status != "published" or notice.last_on is None or not matter.stage:
        return False
    passage = await current_passage(matter, matter.stage)
    if passage.id != notice.passage_id:
        return False
    return now < end_of(max(notice.last_on, passage.last_on or notice.last_on))


async def file(
    actor: Actor,
    matter: Matter,
    notice: Notice,
    *,
    name: str,
    phone_cipher: str,
    text: str,
    now: datetime,
) -> Objection:
    """Files an objection, or returns the one already filed in the same name and words.

    A clerk records what came on paper the same way; `phone_cipher` is sealed by the caller.
    """
    async with acting(actor, "notices.object", now, matter=matter) as act:
        await notice.refresh_from_db()
        if not await hangs(notice, matter, now):
            raise Refused("公示期已过或公示已经更换，不能再提异议；有问题请联系社区")
        same = await Objection.filter(notice=notice, name=name, text=text).order_by("id").first()
        if same:
            return same
        return await _create(
            act,
            notice_id=notice.id,
            person_id=actor.person_id if not actor.is_staff else None,
            name=name,
            phone_cipher=phone_cipher,
            text=text,
            level="committee",
        )


async def answer(
    actor: Actor, matter: Matter, objection: int, *, upheld: bool, text: str, now: datetime
) -> None:
    """Answers for the committees, or decides at the level it was taken to; once only."""
    row = await _of(matter, objection)
    verb = "notices.decide" if row.level in DECIDERS else "notices.answer"
    async with acting(actor, verb, now, matter=matter) as act:
        await row.refresh_from_db()
        if row.upheld is not None:
            raise Refused("这条异议已经答复过了")
        if await Objection.exists(escalated_from=row):
            raise Refused("这条异议过期没有答复，已经提请上一级，由上一级答复")
        decider = DECIDERS.get(row.level)
        if decider and decider not in actor.roles_at(matter.path):
            raise Forbidden(f"这条异议已提请上一级，由{decider.label}裁定")
        row.upheld, row.answer = upheld, text
        row.answered_at, row.answered_by = now, actor.account_id
        await row.save(update_fields=["upheld", "answer", "answered_at", "answered_by"])
        act.record(objection=row.id, level=row.level, upheld=upheld)


async def escalate(actor: Actor, matter: Matter, objection: int, *, now: datetime) -> Objection:
    """Takes an objection that was not upheld, or not answered in time, to the next level; asking
    twice changes nothing."""
    row = await _of(matter, objection)
    async with acting(actor, "notices.escalate", now, matter=matter) as act:
        await row.refresh_from_db()
        if not goes_up(row.level, row.upheld, row.due_on, now):
            raise Refused("只有答复为不成立或者过期没有答复的异议可以提请上一级，街道是最后一级")
        taken = await Objection.get_or_none(escalated_from=row)
        return taken or await _create(
            act,
            notice_id=row.notice_id,
            person_id=row.person_id,
            name=row.name,
            phone_cipher=row.phone_cipher,
            text=row.text,
            level=level_above(row.level),
            escalated_from_id=row.id,
        )


async def order_register(actor: Actor, matter: Matter, *, now: datetime) -> Document:
    """Queues the register of a matter for its dossier: names, words, days and answers."""
    async with acting(actor, "notices.register", now, matter=matter) as act:
        document = await Document.create(
            community_id=matter.community_id,
            matter=matter,
            title=f"{matter.title}异议登记簿",
            template=REGISTER,
            context={
                "matter": {"number": matter.number, "title": matter.title},
                "phrases": phrases(matter.title),
                "made_at": now.isoformat(),
                "rows": [_line(one) for one in await of_matter(matter, now)],
            },
            requested_at=now,
        )
        act.record(document=document.id)
    return document


async def printed_register(matter: Matter) -> Document | None:
    """The newest one that was ordered."""
    return await Document.filter(matter=matter, template=REGISTER).order_by("-id").first()


def _line(one: dict) -> dict:
    row = one["row"]
    return {
        "about": row.notice.label if row.notice else "名册公示",
        "level": one["level"],
        "name": row.name,
        "text": row.text,
        "filed_at": row.filed_at.isoformat(),
        "due_on": row.due_on.isoformat(),
        "state": one["state"],
        "late": one["late"],
        "answer": row.answer,
        "answered_at": row.answered_at and row.answered_at.isoformat(),
    }


async def _create(act: Act, **columns) -> Objection:
    row = await Objection.create(
        **columns,
        filed_at=act.now,
        recorded_by=act.actor.account_id,
        due_on=await _due_on(act),
        code=new_code(),
    )
    act.record(objection=row.id, notice=row.notice_id, level=row.level)
    return row


async def _due_on(act: Act) -> date:
    days = procedures.get(act.matter.procedure).norms.answer_working_days
    try:
        return (await calendar()).count(local_date(act.now), days, Unit.WORKING).last
    except NoTable as missing:
        raise Refused(str(missing)) from None


async def _of(matter: Matter, objection: int) -> Objection:
    """An objection to a notice of this matter. Raises DoesNotExist."""
    return await Objection.get(id=objection, notice__matter=matter)
