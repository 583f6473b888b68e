"""Staff accounts: opening, signing in with a password, changing it, disabling."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from deliberation.accounts import tokens
from deliberation.accounts.browsers import end, home_of, open_session, sessions_of
from deliberation.accounts.models import Account, Session
from deliberation.accounts.rules import password_problems, plain_username, username_problems
from deliberation.accounts.throttle import Door
from deliberation.accounts.welcome import prepare
from deliberation.acting import VISITOR, Act, Actor, Refused, acting
from deliberation.people.actions import add_appointment, add_person
from deliberation.people.models import Person
from deliberation.people.phones import Phones
from deliberation.places.models import Place
from deliberation.procedure import Role

WRONG = "用户名或者密码不对"
WRONG_OLD = "现在的密码不对"


@dataclass(frozen=True)
class Newcomer:
    """What the form for a new member of staff asks; `phone` may be ''."""

    name: str
    phone: str
    role: Role
    title: str
    since: date
    username: str


@dataclass(frozen=True)
class Opened:
    """An account and the token of the link by which its owner chooses a password, known once."""

    account: Account
    token: str


async def create_staff(actor: Actor, person: Person, username: str, now: datetime) -> Opened:
    """Opens a staff account for a person already known; what they may do is by appointment."""
    username = _checked(username)
    async with acting(actor, "accounts.create_staff", now, place=await person.place) as act:
        account = await add_staff(act, person, username)
        return Opened(account, await prepare(act, account))


async def hire(
    actor: Actor, place: Place, newcomer: Newcomer, phones: Phones, now: datetime
) -> Opened:
    """A new person, their appointment at `place` and their account, in one step."""
    username = _checked(newcomer.username)
    async with acting(actor, "accounts.create_staff", now, place=place) as act:
        person = await add_person(act, place, newcomer.name, newcomer.phone, phones)
        await add_appointment(
            act, person, place, newcomer.role, newcomer.title, newcomer.since, None
        )
        account = await add_staff(act, person, username)
        return Opened(account, await prepare(act, account))


def _checked(username: str) -> str:
    username = plain_username(username)
    if problems := username_problems(username):
        raise Refused(*problems)
    return username


async def add_staff(act: Act, person: Person, username: str, hashed: str = "") -> Account:
    """Without a password's hash nobody signs in until the owner has chosen one."""
    if await Account.exists(username=username):
        raise Refused(f"用户名“{username}”已经有人用了，请换一个")
    # One for good, also when disabled: where two people are needed, two accounts are two people.
    if await Account.exists(person=person, username__not_isnull=True):
        raise Refused("这个人已经有工作人员账号；停用了的，请恢复原来的账号")
    account = await Account.create(
        username=username, password_hash=hashed, person=person, created_at=act.now
    )
    act.record(account=account.id, person=person.id)
    return account


async def sign_in(
    username: str,
    password: str,
    *,
    browser: Session | None,
    door: Door,
    life: timedelta,
    now: datetime,
) -> str:
    """Opens a session for a staff account and returns the cookie's value."""
    account = await proved(username, password, door)
    async with acting(VISITOR, "accounts.sign_in", now, place=await home_of(account)) as act:
        return await open_session(act, account, browser, life, door.device)


async def proved(username: str, password: str, door: Door) -> Account:
    """The staff account of whoever knows its password; raises Refused.

    An unknown or disabled username costs as much as a wrong password and says the same.
    """
    username = plain_username(username)
    possible = not username_problems(username)
    account = await Account.get_or_none(username=username, disabled_at=None) if possible else None
    hashed = account.password_hash if account else ""
    right = partial(tokens.verify, hashed, password)
    await door.attempt(f"staff:{username}", right, WRONG, "password")
    return account


async def change_password(
    actor: Actor,
    account: Account,
    old: str,
    new: str,
    *,
    session: Session,
    door: Door,
    now: datetime,
) -> None:
    """Changes one's own password and ends one's other sessions."""
    known = account.password_hash
    right = partial(tokens.verify, known, old)
    await door.attempt(f"staff:{account.username}", right, WRONG_OLD, "old")
    if problems := password_problems(new, account.username or ""):
        raise Refused(*problems)
    hashed = await tokens.hash_password(new)
    async with acting(actor, "accounts.change_password", now, place=await home_of(account)) as act:
        await _set_password(act, account, hashed, keep=session.id)


async def reset_password(actor: Actor, account: Account, now: datetime) -> Opened:
    """Has a member of staff who forgot theirs choose a new password; the old one and all their
    sessions end."""
    async with acting(actor, "accounts.reset_password", now, place=await home_of(account)) as act:
        await _set_password(act, account, "", keep=None)
        return Opened(account, await prepare(act, account))


async def _set_password(act: Act, account: Account, hashed: str, keep: int | None) -> None:
    await Account.filter(id=account.id).update(password_hash=hashed)
    others = [row.id for row in await sessions_of(account, act.now) if row.id != keep]
    await end(act, others)
    act.record(account=account.id, ended=len(others))


async def disable(actor: Actor, account: Account, now: datetime) -> None:
    """Closes an account: its sessions end at once. Nobody closes their own."""
    if account.id == actor.account_id:
        raise Refused("不能停用自己的账号，请另一位系统管理员来办")
    async with acting(actor, "accounts.disable", now, place=await home_of(account)) as act:
        await Account.filter(id=account.id, disabled_at=None).update(disabled_at=now)
        await end(act, [row.id for row in await sessions_of(account, now)])
        act.record(account=account.id)


async def enable(actor: Actor, account: Account, now: datetime) -> None:
    """Opens a disabled account again, with the password it had."""
    async with acting(actor, "accounts.enable", now, place=await home_of(account)) as act:
        await Account.filter(id=account.id).update(disabled_at=None)
        act.record(account=account.id)
