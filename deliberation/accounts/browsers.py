"""A browser's session: opened, shared between people of a home, switched and ended.

A session holds either one staff account (password), or one person who is helped at the desk, or any
number of people who came by slip or code: whoever shares a phone must not find an office on it.
"""

from datetime import datetime, timedelta

from deliberation.accounts.models import (
    Account,
    DeskHelp,
    Session,
    SessionAccount,
    SignInCode,
    Slip,
)
from deliberation.accounts.rules import SEEN_EVERY
from deliberation.accounts.tokens import new_token, token_hash
from deliberation.acting import Act, Actor, Refused, acting
from deliberation.places.models import Place


async def home_of(account: Account) -> Place:
    """The place whose log keeps an account's signing in and out."""
    if account.household_id:
        household = await account.household
        return await household.place
    person = await account.person
    return await person.place


async def open_session(
    act: Act,
    account: Account,
    browser: Session | None,
    life: timedelta,
    device: str,
    *,
    slip: Slip | None = None,
    code: SignInCode | None = None,
    help: DeskHelp | None = None,
) -> str:
    """Puts `account` into a browser and returns the cookie's new value.

    A browser that holds slips or codes keeps them; any other session of it ends.
    """
    token = new_token()
    held = {
        "token_hash": token_hash(token),
        "account_id": account.id,
        "device": device,
        "seen_at": act.now,
        "expires_at": act.now + life,
    }
    if browser and (slip or code) and await _may_be_shared(browser):
        await Session.filter(id=browser.id).update(**held)
        session = browser
    else:
        if browser:
            await end(act, [browser.id])
        session = await Session.create(created_at=act.now, **held)
    act.record(session=session.id, account=account.id)
    await bind(act, account, slip=slip, code=code, help=help)
    return token


async def bind(
    act: Act,
    account: Account,
    *,
    slip: Slip | None = None,
    code: SignInCode | None = None,
    help: DeskHelp | None = None,
) -> None:
    """Lets an account be chosen in the session that `act` has opened."""
    how = {"slip": slip, "code": code, "help": help}
    await SessionAccount.get_or_create(
        session_id=act.body["session"], account=account, defaults=how
    )


async def _may_be_shared(session: Session) -> bool:
    alive = await Session.exists(id=session.id, revoked_at=None)
    return alive and not await SessionAccount.exists(session=session, slip=None, code=None)


async def end(act: Act, sessions: list[int]) -> None:
    """Ends sessions and frees the slips in them for another browser."""
    slips = await SessionAccount.filter(session_id__in=sessions, slip_id__not_isnull=True)
    await Slip.filter(id__in=[row.slip_id for row in slips]).update(bound_at=None)
    await Session.filter(id__in=sessions, revoked_at=None).update(revoked_at=act.now)


async def sign_out(actor: Actor, session: Session, now: datetime) -> None:
    """Ends this browser's session; its slips can be scanned again here or elsewhere."""
    async with acting(
        actor, "accounts.sign_out", now, place=await home_of(await session.account)
    ) as act:
        await end(act, [session.id])
        act.record(session=session.id)


async def leave(actor: Actor, session: Session, now: datetime) -> None:
    """Takes whoever acts out of this browser; the others stay, and the one who came last acts.

    Raises Refused when there is nobody else: that is signing out.
    """
    account = await session.account
    async with acting(actor, "accounts.sign_out", now, place=await home_of(account)) as act:
        bound = SessionAccount.filter(session=session, account__disabled_at=None).order_by("-id")
        others = [row for row in await bound if row.account_id != account.id]
        if not others:
            raise Refused("这部手机上没有别的人，请点“全部退出”")
        own = await SessionAccount.get(session=session, account=account)
        await Slip.filter(id=own.slip_id).update(bound_at=None)
        await own.delete()
        next_one = {"account_id": others[0].account_id}
        await Session.filter(id=session.id, revoked_at=None).update(**next_one)
        act.record(session=session.id, account=account.id)


async def sessions_of(account: Account, now: datetime) -> list[Session]:
    """The live sessions an account is in, newest first."""
    ids = await SessionAccount.filter(account=account).values_list("session_id", flat=True)
    live = Session.filter(id__in=list(ids), revoked_at=None, expires_at__gt=now)
    return await live.order_by("-seen_at", "-id")


async def end_own(actor: Actor, account: Account, session: int, now: datetime) -> None:
    """Ends one of an account's own sessions, by id. Raises Refused for any other."""
    async with acting(actor, "accounts.end_session", now, place=await home_of(account)) as act:
        if session not in [row.id for row in await sessions_of(account, now)]:
            raise Refused("这个登录已经结束了")
        await end(act, [session])
        act.record(session=session)


async def end_all(actor: Actor, account: Account, now: datetime) -> None:
    """Ends every session of an account, this one included; its slips can be scanned again."""
    async with acting(actor, "accounts.end_session", now, place=await home_of(account)) as act:
        ids = [row.id for row in await sessions_of(account, now)]
        await end(act, ids)
        act.record(sessions=ids)


async def choices_in(session: Session) -> list[Account]:
    """The accounts that may be chosen in a browser, in the order they came."""
    bound = SessionAccount.filter(session=session, account__disabled_at=None).order_by("id")
    chosen = await bound.select_related("account__person", "account__household")
    return [row.account for row in chosen]


async def switch(actor: Actor, session: Session, account: int, now: datetime) -> None:
    """Lets another person of this browser act. Raises Refused for one who is not bound to it."""
    chosen = {row.id: row for row in await choices_in(session)}.get(account)
    if chosen is None:
        raise Refused("这部手机上没有这个人的登录，请扫他的登录纸条")
    async with acting(actor, "accounts.switch", now, place=await home_of(chosen)) as act:
        await Session.filter(id=session.id, revoked_at=None).update(account_id=chosen.id)
        act.record(session=session.id, account=chosen.id)


async def seen(actor: Actor, session: Session, now: datetime) -> None:
    """Notes that a session is in use, at most once an hour, so that reading stays reading."""
    if now - session.seen_at < SEEN_EVERY:
        return
    async with acting(
        actor, "accounts.seen", now, place=await home_of(await session.account), quiet=True
    ):
        await Session.filter(id=session.id).update(seen_at=now)
