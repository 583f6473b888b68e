"""Slips: a printed QR that signs a person or a household in, after a short check.

A slip is bound to the first browser that passes the check and can be used again after signing
out there. Issuing anew revokes the older slip. Tokens exist in the clear only when issued.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from deliberation.accounts import tokens
from deliberation.accounts.browsers import end, home_of, open_session
from deliberation.accounts.models import Account, Session, SessionAccount, Slip
from deliberation.accounts.recipients import Recipient, accounts_of, valid
from deliberation.accounts.rules import last_four
from deliberation.accounts.throttle import Door
from deliberation.acting import VISITOR, Act, Actor, Refused, acting
from deliberation.people.models import Member, Person
from deliberation.people.phones import Phones
from deliberation.places.models import Place

MOST = 1000  # a compound of 678 homes at once
GONE = "这张纸条已经作废，请向社区要一张新的"
ELSEWHERE = (
    "这张纸条正在别处登录着：常常就是这部手机的微信或者另一个浏览器，也可能是另一部手机。"
    "请到那里接着办，或者在那里点“退出”再来扫；找不到的，请社区重新发一张"
)
MEANWHILE = "刚刚有人给这里发过纸条，这一次没有发。请回到发纸条的页面再看"
WRONG = "数字不对"


@dataclass(frozen=True)
class Issued:
    """A slip as it is printed, once: `pin` is '' where the phone on the roll is asked instead."""

    home: str
    name: str
    token: str
    pin: str


async def issue(
    actor: Actor, community: Place, recipients: list[Recipient], now: datetime
) -> list[Issued]:
    """Issues one slip each, in order, revoking what they had. Raises Refused for none or many."""
    known = [slip.id for slip in (await valid(recipients)).values()]
    made = drawn(recipients)
    pins = await tokens.hash_pins([item.pin for item in made])
    await give(actor, community, recipients, made, pins, known, now)
    return made


def drawn(recipients: list[Recipient]) -> list[Issued]:
    """New secrets, of which nothing is kept yet. Raises Refused for no recipients or too many."""
    if not recipients:
        raise Refused("这里没有可以发纸条的人，请先导入名册")
    if len(recipients) > MOST:
        raise Refused(f"一次最多发{MOST}张，这里有{len(recipients)}张，请分楼栋发放")
    return [
        Issued(item.home, item.name, tokens.new_token(), "" if item.phone else tokens.new_pin())
        for item in recipients
    ]


async def give(
    actor: Actor,
    community: Place,
    recipients: list[Recipient],
    made: list[Issued],
    pins: list[str],
    known: list[int],
    now: datetime,
) -> None:
    """Puts drawn slips into force, all together; `pins` are the hashes of theirs.

    Only the slips in `known`, of which whoever issues was told, may be replaced: of two presses of
    one button, or two clerks, the second raises Refused and takes nobody's slip away.
    """
    async with acting(actor, "accounts.issue_slip", now, place=community) as act:
        accounts = await accounts_for(act, recipients)
        if not await _revoke(act, accounts) <= set(known):
            raise Refused(MEANWHILE)
        await Slip.bulk_create(
            Slip(
                account_id=account,
                token_hash=tokens.token_hash(item.token),
                pin_hash=pin,
                issued_at=now,
                issued_by=actor.account_id,
            )
            for account, item, pin in zip(accounts, made, pins, strict=True)
        )
        act.record(accounts=accounts)


async def accounts_for(act: Act, recipients: list[Recipient]) -> list[int]:
    """The accounts' ids in the same order; those that do not exist yet are opened."""
    known = await accounts_of(recipients)
    await Account.bulk_create(
        Account(person_id=person, household_id=household, created_at=act.now)
        for person, household in dict.fromkeys(item.key for item in recipients)
        if (person, household) not in known
    )
    known = await accounts_of(recipients)
    return [known[item.key] for item in recipients]


async def revoke(actor: Actor, community: Place, account: Account, now: datetime) -> None:
    """Revokes an account's slip; the sessions it opened end."""
    async with acting(actor, "accounts.revoke_slip", now, place=community) as act:
        await _revoke(act, [account.id])
        act.record(account=account.id)


async def _revoke(act: Act, accounts: list[int]) -> set[int]:
    """Revokes the slips of accounts and returns their ids."""
    # Slips first: a binding under way then either waits for us or is seen below.
    slips = Slip.filter(account_id__in=accounts, revoked_at=None)
    ids = await slips.values_list("id", flat=True)
    await Slip.filter(id__in=list(ids)).update(revoked_at=act.now)
    bound = SessionAccount.filter(slip_id__in=list(ids), session__revoked_at=None)
    await end(act, list(await bound.values_list("session_id", flat=True)))
    return set(ids)


async def find(token: str) -> Slip | None:
    """The slip of a QR, revoked or not."""
    return await Slip.get_or_none(token_hash=tokens.token_hash(token)).select_related(
        "account__person", "account__household"
    )


async def held_by(slip: Slip, now: datetime) -> int | None:
    """The id of the live session a slip is bound to."""
    live = SessionAccount.filter(slip=slip, session__revoked_at=None, session__expires_at__gt=now)
    return await live.first().values_list("session_id", flat=True) if slip.bound_at else None


async def problem(slip: Slip | None, browser: Session | None, now: datetime) -> str:
    """Why a slip cannot be used in this browser, as a sentence; '' when it can."""
    if slip is None or slip.revoked_at or slip.account.disabled_at:
        return GONE
    holder = await held_by(slip, now)
    return ELSEWHERE if holder and (browser is None or holder != browser.id) else ""


async def redeem(
    slip: Slip,
    typed: str,
    *,
    browser: Session | None,
    door: Door,
    phones: Phones,
    life: timedelta,
    now: datetime,
) -> str:
    """Binds a slip to this browser after the check and returns the cookie's new value.

    Scanned again in the browser that holds it, it signs in without a check.
    """
    if refusal := await problem(slip, browser, now):
        raise Refused(refusal)
    if not await held_by(slip, now):
        await door.attempt(f"slip:{slip.id}", lambda: _right(slip, typed, phones), WRONG, "code")
    place = await home_of(slip.account)
    async with acting(VISITOR, "accounts.sign_in", now, place=place) as act:
        # Compare and set: of two browsers that both passed the check, one binds the slip.
        unchanged = Slip.filter(id=slip.id, revoked_at=None, bound_at=slip.bound_at)
        if not await unchanged.update(bound_at=now):
            raise Refused(ELSEWHERE)
        return await open_session(act, slip.account, browser, life, door.device, slip=slip)


async def _right(slip: Slip, typed: str, phones: Phones) -> bool:
    typed = last_four(typed)
    if slip.pin_hash:
        return await tokens.verify(slip.pin_hash, typed)
    known = [phones.reveal(cipher)[-4:] for cipher in await _ciphers(slip.account)]
    return any([hmac.compare_digest(typed.encode(), four.encode()) for four in known if four])


async def _ciphers(account: Account) -> list[str]:
    """The sealed phones that may be asked: the person's, or those of the household's people."""
    if account.person_id:
        people = [account.person_id]
    else:
        members = Member.filter(household_id=account.household_id)
        people = list(await members.values_list("person_id", flat=True))
    rows = Person.filter(id__in=people).exclude(phone_cipher="")
    return list(await rows.values_list("phone_cipher", flat=True))
