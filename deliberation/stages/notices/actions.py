"""Drafting a notice from the record, signing it off, correcting and withdrawing it.

Drafted, checked against its preview, signed off: whoever drafted does not sign off. Published
bytes never change; a correction is a new revision that says what it replaces, and its period starts
anew. What people write into a notice, and how much, is in `words.py`.
"""

from datetime import datetime

from deliberation import procedures
from deliberation.acting import Act, Actor, Refused, acting
from deliberation.calendar import NoTable, Period, Unit, day_text, local_date
from deliberation.calendars.models import calendar
from deliberation.matters import passages
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter, Passage
from deliberation.procedure import Outcome
from deliberation.stages.notices import issuing, words
from deliberation.stages.notices.desk import unfit, unsigned
from deliberation.stages.notices.facts import hanging
from deliberation.stages.notices.figures import KIND, figures, title
from deliberation.stages.notices.models import Notice, Objection, SupervisorOpinion
from deliberation.stages.notices.voted import decided_vote
from deliberation.stages.vote.closing import published


async def draft(actor: Actor, matter: Matter, *, note: str, now: datetime) -> Notice:
    """Drafts the notice of the stage where the matter stands, or makes its draft anew.

    `note` is the only free text. Raises Refused when it holds personal data, or when the stage's
    one notice is already published (implementation may hang any number of interim ones).
    """
    async with acting(actor, "notices.draft", now, matter=matter) as act:
        _check_written(matter, note=note)
        passage = await current_passage(matter, matter.stage)
        waiting = await Notice.get_or_none(passage=passage, status="draft")
        if waiting:
            return await _redraft(act, waiting, passage, {"note": note})
        if matter.stage != "implementation" and await hanging(passage):
            raise Refused("公示已经签发，要改内容请用“更正”")
        return await _draft(act, passage, {"note": note, "corrects": None}, replaces=None)


async def correct(
    actor: Actor, matter: Matter, notice: int, *, note: str, reason: str, now: datetime
) -> Notice:
    """Drafts the next revision of a published notice; `reason` says what was wrong with it."""
    async with acting(actor, "notices.draft", now, matter=matter) as act:
        _check_written(matter, note=note, reason=reason)
        passage = await current_passage(matter, matter.stage)
        old = await _of(passage, notice, "published", "这份公示不能更正")
        if await Notice.filter(passage=passage, status="draft").exists():
            raise Refused("已有一份草稿没有签发，请先签发")
        corrects = {
            "label": old.label,
            "code": old.code,
            "published_on": old.published_at.isoformat(),
            "reason": reason,
        }
        return await _draft(act, passage, {"note": note, "corrects": corrects}, replaces=old)


async def check(actor: Actor, matter: Matter, notice: int, *, shown: int, now: datetime) -> Notice:
    """Somebody read the draft through and holds it against the record; a new draft undoes it.

    `shown` is the preview's document that was read. Raises Refused for another one, and for a
    draft that may not hang: the record has moved on, or it holds personal data.
    """
    async with acting(actor, "notices.check", now, matter=matter) as act:
        passage = await current_passage(matter, matter.stage)
        row = await _of(passage, notice, "draft", "这份公示不在等待核对")
        if row.checked_at:
            raise Refused("这份草稿已经核对过了")
        if row.document_id != shown:
            raise Refused("草稿已经重新起草过，请看最新的一稿再核对")
        if reasons := await unfit(matter, row):
            raise Refused(*reasons)
        row.checked_at, row.checked_by = now, actor.account_id
        await row.save(update_fields=["checked_at", "checked_by"])
        act.record(notice=row.id, document=shown)
        return row


async def publish(actor: Actor, matter: Matter, notice: int, *, now: datetime) -> Notice:
    """Signs a draft off: its period is counted from today and its PDF queued.

    Raises Refused for the drafter, for a draft the record has moved away from, and while a result
    lacks the supervisors' opinion or every household's verdict.
    """
    async with acting(actor, "notices.publish", now, matter=matter) as act:
        passage = await current_passage(matter, matter.stage)
        row = await _of(passage, notice, "draft", "这份公示不在等待签发")
        reasons = await unsigned(matter, row, actor)
        if reasons:
            raise Refused(*reasons)
        fresh = await figures(matter, passage)
        period = await _period(matter, passage, now)
        row.figures = row.figures | fresh | issuing.printed_period(period)
        if passage.stage != "implementation":
            await _hang(act, passage, period)
        vote = await decided_vote(matter) if row.kind == "A" else None
        if vote:
            await published(act, vote)
        return await issuing.publish(act, row, first_on=period.first, last_on=period.last)


async def withdraw(actor: Actor, matter: Matter, *, reason: str, now: datetime) -> None:
    """Takes the notice down because an objection was upheld; the matter goes back as declared."""
    async with acting(actor, "notices.withdraw", now, matter=matter) as act:
        words.check(words.WITHDRAWAL[0], reason, most=words.WITHDRAWAL[1])
        passage = await current_passage(matter, matter.stage)
        if not await Objection.filter(notice__passage=passage, upheld=True).exists():
            raise Refused("没有成立的异议，不能撤回")
        await passages.fail(act, Outcome.OBJECTION_UPHELD, reason)


async def supervise(actor: Actor, matter: Matter, *, text: str, now: datetime) -> None:
    """A supervisor's opinion on the carrying out, until the notice that prints it is signed off."""
    async with acting(actor, "notices.supervise", now, matter=matter) as act:
        words.check(words.OPINION[0], text, most=words.OPINION[1])
        passage = await current_passage(matter, matter.stage)
        if await hanging(passage):
            raise Refused("公示已经签发，监督意见不能再改；有问题请在公示期内提异议")
        row, _ = await SupervisorOpinion.update_or_create(
            passage=passage,
            person_id=actor.person_id,
            defaults={"text": text, "given_at": now, "given_by": actor.account_id},
        )
        act.record(opinion=row.id)


async def _draft(act: Act, passage: Passage, written: dict, *, replaces: Notice | None) -> Notice:
    row = await issuing.draft(
        act,
        passage,
        kind=KIND[passage.stage],
        title=title(act.matter, passage.stage),
        figures=await figures(act.matter, passage) | written,
        replaces=replaces,
    )
    return await _preview(act, row, passage)


async def _redraft(act: Act, row: Notice, passage: Passage, written: dict) -> Notice:
    row.figures = row.figures | await figures(act.matter, passage) | written
    row.drafted_at, row.drafted_by = act.now, act.actor.account_id
    row.checked_at = row.checked_by = None
    return await _preview(act, row, passage)


async def _preview(act: Act, row: Notice, passage: Passage) -> Notice:
    """As it would hang if it were signed off today; without a calendar it leaves the days open."""
    try:
        period = await _period(act.matter, passage, act.now)
    except Refused:
        first_on = last_on = None
    else:
        first_on, last_on = period.first, period.last
        row.figures = row.figures | issuing.printed_period(period)
    await row.save()
    await issuing.preview(act, row, first_on=first_on, last_on=last_on)
    act.record(notice=row.id, kind=row.kind, number=row.number, revision=row.revision)
    return row


async def _of(passage: Passage, notice: int, status: str, refusal: str) -> Notice:
    of_both = Notice.filter(passage=passage, kind__in=["A", "B"], status=status)
    row = await of_both.get_or_none(id=notice)
    if row is None:
        raise Refused(f"{refusal}，请看最新的页面")
    return row


async def _period(matter: Matter, passage: Passage, now: datetime) -> Period:
    norms = procedures.get(matter.procedure).norms
    decision = passage.stage == "decision_notice"
    days = norms.decision_notice_days if decision else norms.result_notice_days
    try:
        return (await calendar()).count(local_date(now), days, Unit.NATURAL)
    except NoTable as missing:
        raise Refused(str(missing)) from None


async def _hang(act: Act, passage: Passage, period: Period) -> None:
    passage.first_on, passage.last_on = period.first, period.last
    await passage.save(update_fields=["first_on", "last_on"])
    act.record(first_on=day_text(period.first), last_on=day_text(period.last))


def _check_written(matter: Matter, **typed: str) -> None:
    """Raises Refused for what may not hang; the matter's own contact is printed anyway."""
    for key, text in typed.items():
        name, most = words.WRITTEN[key]
        words.check(name, text, most=most, printed=[matter.contact_phone])
