"""Ordering a sending, taking it back, finding its recipients when it is due, and wanting none."""

import secrets
from datetime import datetime

from deliberation.accounts.browsers import home_of
from deliberation.accounts.models import Account
from deliberation.acting import SYSTEM, Act, Actor, Refused, acting
from deliberation.matters.models import Matter
from deliberation.messages.models import Message, Muted, Sending
from deliberation.messages.offers import bare, offers
from deliberation.messages.recipients import recipients
from deliberation.messages.rules import order_reasons

CHUNK = 200  # rows in one transaction: a ballot need not wait longer
CHANGED = "内容有了变化，请看最新的页面再安排"


async def order(
    actor: Actor, matter: Matter, *, kind: str, about: int, base_url: str, now: datetime
) -> Sending:
    """Orders what the page previewed. Raises Refused when that has changed since, or is ordered
    already. The recipients are found when it is due."""
    shown = await offers(matter, base_url, now)
    offer = next((one for one in shown if (one.kind, one.about) == (kind, about)), None)
    async with acting(actor, "messages.order", now, matter=matter) as act:
        if offer is None:
            raise Refused(CHANGED)
        twice = Sending.filter(matter=matter, kind=kind, about=about, cancelled_at=None)
        reasons = order_reasons(
            offer.number, ordered=await twice.exists(), expires_at=offer.expires_at, now=now
        )
        if reasons:
            raise Refused(*reasons)
        made = await Sending.create(
            matter=matter,
            kind=kind,
            about=about,
            text=offer.text,
            ordered_at=now,
            ordered_by=actor.account_id,
            due_at=offer.due_at,
            expires_at=offer.expires_at,
        )
        act.record(sending=made.id, kind=kind, recipients=offer.number)
    return made


async def cancel(actor: Actor, sending: Sending, now: datetime) -> None:
    """Takes back what has not gone out yet."""
    async with acting(actor, "messages.cancel", now, matter=await sending.matter) as act:
        await sending.refresh_from_db()
        waiting = Message.filter(sending=sending, state="waiting")
        if sending.cancelled_at or (sending.addressed_at and not await waiting.exists()):
            raise Refused("已经都发出去了，或者已经取消")
        await _cancel(act, sending, actor.account_id)


async def _cancel(act: Act, sending: Sending, by: int | None) -> None:
    sending.cancelled_at, sending.cancelled_by = act.now, by
    await sending.save(update_fields=["cancelled_at", "cancelled_by"])
    waiting = Message.filter(sending=sending, state="waiting")
    dropped = await waiting.update(state="dropped", settled_at=act.now)
    act.record(sending=sending.id, dropped=dropped)


async def address(sending: Sending, now: datetime) -> None:
    """Makes a due sending's messages, a few in each transaction; a crash between two loses and
    doubles nothing, since a person gets one message of a sending.

    What it was about may have moved since (a period extended, a vote void): then nothing is sent.
    """
    matter = await sending.matter
    stands = {(one.kind, one.about): one for one in await bare(matter, now)}
    offer = stands.get((sending.kind, sending.about))
    if offer is None or offer.expires_at != sending.expires_at:
        async with acting(SYSTEM, "messages.address", now, matter=matter) as act:
            await _cancel(act, sending, None)
        return
    people = await recipients(matter, sending.kind, sending.about)
    for at in range(0, len(people), CHUNK):
        async with acting(SYSTEM, "messages.address", now, matter=matter, quiet=True) as act:
            await _make(act, sending, people[at : at + CHUNK])
    async with acting(SYSTEM, "messages.address", now, matter=matter) as act:
        await Sending.filter(id=sending.id).update(addressed_at=now)
        act.record(sending=sending.id, recipients=len(people))


async def _make(act: Act, sending: Sending, people: list[int]) -> None:
    """Nothing of what was cancelled meanwhile: who cancels holds the matter's lock alone."""
    if await Sending.exists(id=sending.id, cancelled_at=None):
        rows = [
            Message(sending=sending, person_id=person, code=secrets.token_hex(16), next_at=act.now)
            for person in people
        ]
        await Message.bulk_create(rows, ignore_conflicts=True)


async def mute(actor: Actor, *, on: bool, now: datetime) -> None:
    """Switches messages off for whoever asks (a household's account: for its people), or on."""
    account = await Account.get(id=actor.account_id).select_related("person", "household")
    async with acting(actor, "messages.mute", now, place=await home_of(account), quiet=True):
        if on:
            await Muted.get_or_create(account=account, defaults={"since": now})
        else:
            await Muted.filter(account=account).delete()
