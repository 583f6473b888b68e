"""The link by which a member of staff chooses their own password: it works once, and nobody else
ever knows the password. Whoever opened the account could use the link themselves, but not unseen:
the one it was for then finds it used."""

from datetime import datetime, timedelta

from deliberation.accounts import tokens
from deliberation.accounts.browsers import home_of
from deliberation.accounts.models import Account
from deliberation.accounts.rules import password_problems
from deliberation.acting import VISITOR, Act, Refused, acting

LIFE = timedelta(days=7)
GONE = (
    "这个链接用过了，或者过了7天。您没有用过、却说用过了的，请马上告诉监督委员会；"
    "要新的，找系统管理员"
)


async def prepare(act: Act, account: Account) -> str:
    """Gives an account a new link, of which only the hash is kept; the token."""
    token = tokens.new_token()
    await Account.filter(id=account.id).update(
        welcome_hash=tokens.token_hash(token),
        welcome_at=act.now,
        welcome_by=act.actor.account_id,
    )
    return token


async def find(token: str, now: datetime) -> Account | None:
    """The account of a link that still works."""
    held = {"welcome_hash": tokens.token_hash(token), "welcome_at__gt": now - LIFE}
    return await Account.get_or_none(**held, disabled_at=None)


async def choose(token: str, password: str, now: datetime) -> Account:
    """Sets the password of the link's account, whose link then works no more. Raises Refused."""
    account = await find(token, now)
    if account is None:
        raise Refused(GONE)
    if problems := password_problems(password, account.username or ""):
        raise Refused(*problems)
    hashed, place = await tokens.hash_password(password), await home_of(account)
    async with acting(VISITOR, "accounts.choose_password", now, place=place) as act:
        # Compare and set: of two who opened the link, one chooses.
        mine = Account.filter(id=account.id, welcome_hash=account.welcome_hash)
        if not await mine.update(password_hash=hashed, welcome_hash=""):
            raise Refused(GONE)
        act.record(account=account.id)
    return account
