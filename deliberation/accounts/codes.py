"""Signing in by a code that is sent to the phone on the roll, where a gateway is set.

Whoever asks is told the same whether the number is on the roll or not. The code is typed on a page
of its own, behind a ticket that only the browser that asked was given; it signs in everybody whose
phone it is, and the person is chosen afterwards. Like a slip it opens no office.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from deliberation.accounts.browsers import bind, open_session
from deliberation.accounts.models import Account, Session, SignInCode
from deliberation.accounts.recipients import of_person
from deliberation.accounts.rules import last_four, may_hold_slip
from deliberation.accounts.slips import accounts_for
from deliberation.accounts.throttle import Door
from deliberation.accounts.tokens import new_token, token_hash
from deliberation.acting import VISITOR, Refused, acting
from deliberation.calendar import local_date
from deliberation.people.models import Person
from deliberation.people.phones import Phones
from deliberation.places.models import Place, community_of

VALID, AGAIN, HOUR = timedelta(minutes=10), timedelta(seconds=60), timedelta(hours=1)
KEPT = timedelta(days=1)  # a code that nobody used: its number may be of a stranger
MOST_IN_AN_HOUR = 5
OVER = "这个验证码已经过期，请重新要一个"
WRONG = "验证码不对"


@dataclass(frozen=True)
class Asked:
    """`ticket` leads to the page where the code is typed. `phone` and `text` are what to send;
    '' for a number on no roll."""

    ticket: str
    phone: str = ""
    text: str = ""


async def ask(phone: str, phones: Phones, now: datetime) -> Asked:
    """Makes a code for a number. Raises Refused when it asks too often."""
    return await _make(phones.hash(phone), phones, now)


async def ask_again(row: SignInCode, phones: Phones, now: datetime) -> Asked:
    """A further code for the number that a ticket was given for. Raises Refused."""
    return await _make(row.phone_hash, phones, now)


async def _make(hashed: str, phones: Phones, now: datetime) -> Asked:
    people = await Person.filter(phone_hash=hashed).select_related("place")
    place = people[0].place if people else await Place.filter(parent=None).order_by("id").first()
    async with acting(VISITOR, "accounts.ask_code", now, place=place, quiet=True):
        await _not_too_often(hashed, now)
        await SignInCode.filter(used_at=None, sent_at__lt=now - KEPT).delete()
        ticket, code = new_token(), f"{secrets.randbelow(10**6):06}"
        await SignInCode.create(
            ticket_hash=token_hash(ticket),
            phone_hash=hashed,
            code_hash=phones.hash(ticket + code),
            sent_at=now,
        )
    if not people:
        return Asked(ticket)
    community = await community_of(place.path)
    text = f"【{community.name}】登录验证码{code}，10分钟内有效。工作人员不会向您要它。"
    return Asked(ticket, phones.reveal(people[0].phone_cipher), text)


async def _not_too_often(hashed: str, now: datetime) -> None:
    sent = await SignInCode.filter(phone_hash=hashed, sent_at__gt=now - HOUR).order_by("-sent_at")
    if sent and (wait := sent[0].sent_at + AGAIN - now) > timedelta(0):
        raise Refused(f"验证码刚刚发过，请等{max(1, round(wait.total_seconds()))}秒再要")
    if len(sent) >= MOST_IN_AN_HOUR:
        raise Refused("这个号码要的验证码太多，请一小时以后再试，或者用登录纸条")


async def find(ticket: str) -> SignInCode | None:
    return await SignInCode.get_or_none(ticket_hash=token_hash(ticket))


async def redeem(
    row: SignInCode,
    ticket: str,
    typed: str,
    *,
    browser: Session | None,
    door: Door,
    phones: Phones,
    life: timedelta,
    now: datetime,
) -> tuple[str, int]:
    """Signs in everybody of age whose phone got the code: the cookie's new value, how many they
    are. Raises Refused."""
    if row.used_at or now >= row.sent_at + VALID:
        raise Refused(OVER)

    async def right() -> bool:
        return hmac.compare_digest(phones.hash(ticket + last_four(typed)), row.code_hash)

    await door.attempt(f"code:{row.id}", right, WRONG, "code")
    people = [one for one in await Person.filter(phone_hash=row.phone_hash) if _grown(one, now)]
    if not people:
        raise Refused(OVER)
    async with acting(VISITOR, "accounts.sign_in", now, place=await people[0].place) as act:
        if not await SignInCode.filter(id=row.id, used_at=None).update(used_at=now):
            raise Refused(OVER)
        recipients = [one for person in people for one in await of_person(person)]
        ids = await accounts_for(act, recipients)
        accounts = await Account.filter(id__in=ids, disabled_at=None).order_by("id")
        if not accounts:
            raise Refused("这个登录已经停用，请到社区问一问")
        token = await open_session(act, accounts[0], browser, life, door.device, code=row)
        for account in accounts[1:]:
            await bind(act, account, code=row)
    return token, len(accounts)


def _grown(person: Person, now: datetime) -> bool:
    return may_hold_slip(person.birth_date, person.birth_year, local_date(now))
