"""Inviting organisations: the link by which they answer, and what the clock does at its end.

A link's token has 128 random bits; only its SHA-256 is stored. It travels behind the `#` of an
address and in the body of a form, so no server, log or referrer ever sees it.
"""

from contextlib import suppress
from datetime import date, datetime

from tortoise.expressions import Subquery

from deliberation.accounts.throttle import Door
from deliberation.accounts.tokens import new_token, token_hash
from deliberation.acting import SYSTEM, VISITOR, Act, Actor, Refused, Wrong, acting
from deliberation.calendar import day_text, end_of, local_date
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter
from deliberation.stages.consultation.models import Invitation, Link, Organisation, Position
from deliberation.stages.consultation.rules import STAGE, earliest, link_reasons
from deliberation.stages.consultation.table import Answered, table

LATER = "答复期限至少到明天，请重新选择日期"
WRONG = "没有这个链接，请打开社区发来的完整链接，或者向社区要新的链接"


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
        if due_on < earliest(None, now):
            raise Wrong(due_on=LATER)
        asked = await _organisation(act, organisation, name, contact, phone)
        whom = {"passage": await current_passage(matter, STAGE.key), "organisation": asked}
        row = await Invitation.get_or_none(**whom) or Invitation(**whom, withdrawn_at=now)
        if row.withdrawn_at is None:
            raise Refused(f"已经邀请过{asked.name}")
        row.withdrawn_at = row.absent_at = None
        row.seat, row.invited_at, row.due_on = seat, now, due_on
        await row.save()
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
        raise Wrong(name="请选一个单位，或者写新单位的名称")
    found = await Organisation.get_or_none(community_id=community, name=name)
    return found or await Organisation.create(
        community_id=community, name=name, contact=contact, phone=phone
    )


async def invited(act: Act, id: int) -> Answered:
    """An invitation of the matter's present stay in the stage."""
    for entry in (await table(await current_passage(act.matter, STAGE.key))).answered:
        if entry.invitation.id == id:
            return entry
    raise Refused("这一轮商议没有邀请这个单位，请看最新的页面")


async def issue(
    actor: Actor, matter: Matter, invitation: int, *, due_on: date, now: datetime
) -> str:
    """Makes a link and returns its token, which is known at this moment and never again.

    Earlier links end. A later `due_on` moves the organisation's deadline and takes a recorded
    absence back.
    """
    async with acting(actor, "consultation.link", now, matter=matter) as act:
        entry = await invited(act, invitation)
        row, first = entry.invitation, earliest(entry.told, now)
        if due_on < first:
            told = f"答复期限已经告诉单位是{day_text(first)}，只能推后"
            raise Wrong(due_on=told if first == entry.told else LATER)
        row.due_on, row.absent_at = due_on, None
        await row.save(update_fields=["due_on", "absent_at"])
        await _revoke(act, row)
        token = new_token()
        link = await Link.create(
            invitation=row,
            token_hash=token_hash(token),
            issued_at=now,
            issued_by=act.actor.account_id,
            expires_at=end_of(due_on),
        )
        act.record(invitation=row.id, link=link.id, due_on=due_on.isoformat())
    return token


async def withdraw(actor: Actor, matter: Matter, invitation: int, *, now: datetime) -> None:
    """Takes a mistaken invitation back. It stays to be read, and its link ends."""
    async with acting(actor, "consultation.withdraw", now, matter=matter) as act:
        entry = await invited(act, invitation)
        if entry.position:
            raise Refused(f"{entry.name}已经答复，邀请不能撤回")
        await _revoke(act, entry.invitation)
        entry.invitation.withdrawn_at = now
        await entry.invitation.save(update_fields=["withdrawn_at"])
        act.record(invitation=invitation, withdrawn=True)


async def correct(
    actor: Actor,
    matter: Matter,
    invitation: int,
    *,
    name: str,
    contact: str,
    phone: str,
    now: datetime,
) -> None:
    """Corrects what an organisation is called and whom to call there, until it answered anything:
    what it answered stands under the name it had."""
    async with acting(actor, "consultation.correct", now, matter=matter) as act:
        row = (await invited(act, invitation)).invitation.organisation
        if await Position.filter(invitation__organisation=row).exists():
            raise Refused(f"{row.name}已经答复过，名称不能再改")
        same = Organisation.filter(community_id=row.community_id, name=name, id__not=row.id)
        if await same.exists():
            raise Wrong(name=f"单位里已经有{name}；请撤回这个邀请，再从登记的单位里选它")
        row.name, row.contact, row.phone = name, contact, phone
        await row.save(update_fields=["name", "contact", "phone"])
        act.record(invitation=invitation, organisation=row.id)


async def revoke(actor: Actor, matter: Matter, invitation: int, *, now: datetime) -> None:
    async with acting(actor, "consultation.link", now, matter=matter) as act:
        row = (await invited(act, invitation)).invitation
        if not await _revoke(act, row):
            raise Refused("这个单位没有可以用的链接")
        act.record(invitation=row.id, revoked=True)


async def _revoke(act: Act, row: Invitation) -> int:
    return await Link.filter(invitation=row, revoked_at=None).update(revoked_at=act.now)


async def find(token: str) -> Link | None:
    """The link of a token, whatever became of it."""
    return await Link.get_or_none(token_hash=token_hash(token)).select_related(
        "invitation__organisation", "invitation__passage__matter"
    )


def reasons_of(link: Link, now: datetime) -> list[str]:
    revoked = link.revoked_at is not None
    return link_reasons(revoked=revoked, expires_at=link.expires_at, now=now)


async def open_link(token: str, *, door: Door, now: datetime) -> Link:
    """Lets a browser in by its token, which every opening leaves in the matter's record."""
    found = await find(token)

    async def known() -> bool:
        return found is not None

    await door.attempt(f"invited:{door.address}", known, WRONG)
    async with acting(
        VISITOR, "consultation.open", now, matter=found.invitation.passage.matter
    ) as act:
        link = await find(token)
        if reasons := reasons_of(link, now):
            raise Refused(*reasons)
        act.record(link=link.id, invitation=link.invitation_id)
    return link


async def lapse(now: datetime) -> None:
    """Records as absent whoever had a link and let the deadline pass: an act of the clock."""
    answered = Position.all().values("invitation_id")
    sent = Link.filter(revoked_at=None).values("invitation_id")
    passed = Invitation.filter(
        absent_at=None,
        due_on__lt=local_date(now),
        withdrawn_at=None,
        passage__left_at=None,
        passage__matter__stage=STAGE.key,
        id__in=Subquery(sent),
        id__not_in=Subquery(answered),
    )
    for row in await passed.select_related("passage__matter"):
        with suppress(Refused):  # an answer or a new deadline came first
            await _absent(row, now)


async def _absent(row: Invitation, now: datetime) -> None:
    async with acting(SYSTEM, "consultation.absent", now, matter=row.passage.matter) as act:
        fresh = await Invitation.get(id=row.id)
        over = fresh.absent_at or fresh.withdrawn_at or now < end_of(fresh.due_on)
        if over or await Position.exists(invitation=fresh):
            raise Refused("已经答复，或者期限已经推后")
        fresh.absent_at = now
        await fresh.save(update_fields=["absent_at"])
        act.record(invitation=fresh.id, absent=True)
