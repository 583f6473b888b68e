"""What staff do in 二议: invite organisations, record what they wrote, answer their conditions."""

from datetime import date, datetime

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.calendar import local_date
from deliberation.matters.called import committee
from deliberation.matters.facts import current_passage
from deliberation.matters.meetings import Kind
from deliberation.matters.models import Matter
from deliberation.stages.consultation.models import (
    Condition,
    EmptySeat,
    Invitation,
    Organisation,
    Position,
)
from deliberation.stages.consultation.rules import MEETING, SEATS, STAGE
from deliberation.stages.consultation.table import Answered, table


def kind(matter: Matter) -> Kind:
    """The consultation's meeting: the committees sit, no heads are counted."""
    return Kind(STAGE.key, MEETING, committee)


async def invite(
    actor: Actor,
    matter: Matter,
    *,
    organisation: int | None,
    name: str,
    contact: str,
    phone: str,
    seat: str,
    due_on: date,
    now: datetime,
) -> Invitation:
    """Asks an organisation of the community, or a new one by name, for a written position."""
    async with acting(actor, "consultation.invite", now, matter=matter) as act:
        if due_on <= local_date(now):
            raise Refused("答复期限至少到明天，请重新选择日期")
        asked = await _organisation(act, organisation, name, contact, phone)
        passage = await current_passage(matter, STAGE.key)
        if await Invitation.filter(passage=passage, organisation=asked).exists():
            raise Refused(f"已经邀请过{asked.name}")
        row = await Invitation.create(
            passage=passage, organisation=asked, seat=seat, invited_at=now, due_on=due_on
        )
        act.record(invitation=row.id, organisation=asked.id, seat=seat, due_on=due_on.isoformat())
    return row


async def _organisation(
    act: Act, id: int | None, name: str, contact: str, phone: str
) -> Organisation:
    community = act.matter.community_id
    if id is not None:
        found = await Organisation.get_or_none(id=id, community_id=community)
        if found is None:
            raise Refused("没有这个单位，请从列出的单位里选")
        return found
    if not name:
        raise Refused("请选一个单位，或者写新单位的名称")
    found = await Organisation.get_or_none(community_id=community, name=name)
    return found or await Organisation.create(
        community_id=community, name=name, contact=contact, phone=phone
    )


async def record(
    actor: Actor,
    matter: Matter,
    invitation: int,
    *,
    stance: str,
    reason: str,
    undertakings: str,
    conditions: list[str],
    now: datetime,
) -> None:
    """Records a written position; it replaces the organisation's earlier one."""
    async with acting(actor, "consultation.record", now, matter=matter) as act:
        entry = await _invited(act, invitation)
        if (stance == "conditional") != bool(conditions):
            raise Refused("有条件同意的，请逐条写明条件；同意或不同意的，不填条件")
        if stance != "agree" and not reason:
            raise Refused("有条件同意、不同意的，请写明理由")
        position = await Position.create(
            invitation=entry.invitation,
            stance=stance,
            reason=reason,
            undertakings=undertakings,
            answered_at=now,
            recorded_by=act.actor.account_id,
        )
        await Condition.bulk_create(Condition(position=position, text=text) for text in conditions)
        act.record(
            invitation=invitation,
            position=position.id,
            stance=stance,
            conditions=len(conditions),
            replaces=entry.position.id if entry.position else None,
        )


async def absent(actor: Actor, matter: Matter, invitation: int, *, now: datetime) -> None:
    """Records that an organisation let its due day pass without an answer."""
    async with acting(actor, "consultation.absent", now, matter=matter) as act:
        entry = await _invited(act, invitation)
        row = entry.invitation
        reasons = entry.absent_reasons(now)
        if reasons:
            raise Refused(*reasons)
        row.absent_at = now
        await row.save(update_fields=["absent_at"])
        act.record(invitation=row.id, absent=True)


async def explain(actor: Actor, matter: Matter, *, seat: str, reason: str, now: datetime) -> None:
    """Says why one of the six fixed groups has nobody at the table."""
    async with acting(actor, "consultation.explain", now, matter=matter) as act:
        passage = await current_passage(matter, STAGE.key)
        if (await table(passage)).filled(seat):
            raise Refused(f"{SEATS[seat]}席位已经邀请了单位，不用说明")
        row = await EmptySeat.get_or_none(passage=passage, seat=seat)
        row = row or EmptySeat(passage=passage, seat=seat)
        row.reason = reason
        await row.save()
        act.record(seat=seat)


async def respond(
    actor: Actor, matter: Matter, condition: int, *, met: bool, answer: str, now: datetime
) -> None:
    """Answers a condition: `met` when the plan was changed for it, else an explained no."""
    async with acting(actor, "consultation.respond", now, matter=matter) as act:
        entries = (await table(await current_passage(matter, STAGE.key))).answered
        held = {row.id: row for entry in entries for row in entry.conditions}
        row = held.get(condition)
        if row is None:
            raise Refused("这个条件已经被单位新的意见替换，请看最新的页面")
        row.met, row.answer, row.answered_at = met, answer, act.now
        await row.save(update_fields=["met", "answer", "answered_at"])
        act.record(condition=row.id, met=met)


async def _invited(act: Act, id: int) -> Answered:
    """An invitation of the matter's present stay in the stage."""
    entries = (await table(await current_passage(act.matter, STAGE.key))).answered
    for entry in entries:
        if entry.invitation.id == id:
            return entry
    raise Refused("这一轮商议没有邀请这个单位，请看最新的页面")
