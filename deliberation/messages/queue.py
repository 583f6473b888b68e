"""Sending what is due, in the background: outside every request and every transaction.

A message is claimed, sent, then written down as sent. A program that dies between the last two
sends it again under the same id once the claim has lapsed, which the gateway knows for the same
message; so nobody gets two. A phone is read in the moment it is needed and kept nowhere.
"""

import asyncio
import logging
from datetime import datetime

from tortoise.expressions import F, Q
from tortoise.transactions import in_transaction

from deliberation.acting import SYSTEM, acting
from deliberation.clock import Clock
from deliberation.messages.actions import address
from deliberation.messages.gateway import Gateway, Unsent
from deliberation.messages.models import Message, Sending
from deliberation.messages.recipients import wants_none
from deliberation.messages.rules import CLAIM, GONE, REFUSED, TRIES, next_try, rings
from deliberation.people.phones import Phones

logger = logging.getLogger("deliberation")
EVERY = 2.0  # seconds
TOGETHER = 8  # messages under way at once


class Outbox:
    """Looks after sendings until cancelled. Without a gateway messages are made and wait: the page
    of messages shows what would be sent."""

    def __init__(self, gateway: Gateway | None, phones: Phones, clock: Clock):
        self._gateway, self._phones, self._clock = gateway, phones, clock

    async def run(self) -> None:
        while True:
            more = False
            try:
                more = await self.step()
            except Exception as error:  # looked at again in a moment
                logger.error("outbox: %s", type(error).__name__)
            await asyncio.sleep(0 if more else EVERY)

    async def step(self) -> bool:
        """Addresses what is due and sends a few; False when nothing waits now."""
        now = self._clock.now()
        for sending in await Sending.filter(due_at__lte=now, addressed_at=None, cancelled_at=None):
            try:
                await address(sending, now)
            except Exception as error:  # those behind it must not wait for one that fails
                logger.error("sending %s: %s", sending.id, type(error).__name__)
        if not rings(now):
            return False
        free = Q(claimed_until=None) | Q(claimed_until__lt=now)
        late = Message.filter(free, state="waiting", sending__expires_at__lte=now)
        for message in await late.limit(TOGETHER * 10).select_related("sending__matter"):
            await _settle(message, "dropped", now, "已经过期")
        if self._gateway is None:
            return False
        claimed = await claim(now)
        await asyncio.gather(*(self._send(message, now) for message in claimed))
        return bool(claimed)

    async def _send(self, message: Message, now: datetime) -> None:
        if message.attempts > TRIES:  # died that often between sending and writing it down
            return await _settle(message, "failed", now, "发送时程序多次中断")
        phone = self._phones.reveal(message.person.phone_cipher)
        if not phone or await wants_none(message.person_id):
            return await _settle(message, "dropped", now, GONE)
        try:
            await self._gateway.send(to=phone, text=message.sending.text, code=message.code)
        except Unsent as unsent:
            logger.warning("message %s: not sent, try %s", message.id, message.attempts)
            return await self._failed(message, unsent)
        return await _settle(message, "sent", self._clock.now())

    async def _failed(self, message: Message, unsent: Unsent) -> None:
        now = self._clock.now()
        again = None if unsent.final else next_try(message.attempts, now)
        if again is None:
            problem = f"{REFUSED}：{unsent.problem}" if unsent.final else unsent.problem
            await _settle(message, "failed", now, problem)
        else:
            await _settle(message, "waiting", now, unsent.problem, again=again)


async def claim(now: datetime) -> list[Message]:
    """Takes the messages whose turn it is; a claim lapses after two minutes."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    waiting = Message.filter(free, state="waiting", next_at__lte=now)
    if not await waiting.exists():  # asked often, so without a writer's lock
        return []
    async with in_transaction() as connection:
        mine = waiting.using_db(connection).order_by("id").limit(TOGETHER)
        ids = [row.id for row in await mine.select_for_update(skip_locked=True)]
        taken = Message.filter(id__in=ids).using_db(connection)
        await taken.update(claimed_until=now + CLAIM, attempts=F("attempts") + 1)
    rows = Message.filter(id__in=ids).order_by("id")
    return await rows.select_related("person", "sending__matter")


async def _settle(
    message: Message, state: str, now: datetime, problem: str = "", again: datetime | None = None
) -> None:
    """Writes down what became of a try. Of a message that was dropped meanwhile nothing changes,
    but that it had gone out already."""
    matter = message.sending.matter
    async with acting(SYSTEM, "messages.settle", now, matter=matter, quiet=True):
        open_ = ["waiting", "dropped"] if state == "sent" else ["waiting"]
        own = Message.filter(id=message.id, state__in=open_, attempts=message.attempts)
        more = {"next_at": again} if again else {"settled_at": now}
        await own.update(state=state, problem=problem[:60], claimed_until=None, **more)
