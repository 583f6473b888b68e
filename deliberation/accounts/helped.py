"""Help at the desk: two of the staff who know somebody sign them in, where there is neither a slip
nor a phone at hand.

Both answer for it by name: the second proves with their own password that they are there. The
browser is the desk's, so the session of whoever helps ends in it: who sits down finds no office.
"""

from datetime import datetime, timedelta

from deliberation.accounts.actions import proved
from deliberation.accounts.browsers import open_session
from deliberation.accounts.models import Account, DeskHelp, Session
from deliberation.accounts.recipients import Recipient
from deliberation.accounts.signed_in import actor_for
from deliberation.accounts.slips import accounts_for
from deliberation.accounts.throttle import Door
from deliberation.acting import Actor, Refused, acting, permitted
from deliberation.people.models import Member
from deliberation.places.models import Place

HELP = "accounts.help_sign_in"
PLACE = "社区的电脑"
ALONE = "第二个人要是另一位工作人员，不能是同一个人"
OWN = "自己和自己家的登录，请另外两位工作人员来帮"


async def sign_in(
    actor: Actor,
    community: Place,
    whom: Recipient,
    *,
    known_by: str,
    username: str,
    password: str,
    browser: Session,
    door: Door,
    life: timedelta,
    now: datetime,
) -> str:
    """Signs `whom` in in this browser and returns the cookie's new value. `username` and `password`
    are the second one's; raises Refused with why they cannot be."""
    witness = await actor_for(await proved(username, password, door), now)
    if reasons := permitted(witness, HELP, path=community.path, stage=None):
        raise Refused(*[f"第二个人：{reason}" for reason in reasons])
    if witness.person_id == actor.person_id:
        raise Refused(ALONE)
    if {actor.person_id, witness.person_id} & await _people(whom):
        raise Refused(OWN)
    async with acting(actor, HELP, now, place=community) as act:
        [account] = await accounts_for(act, [whom])
        help = await DeskHelp.create(
            account_id=account,
            helper_id=actor.person_id,
            witness_id=witness.person_id,
            known_by=known_by,
            at=now,
        )
        act.record(help=help.id, known_by=known_by, witness=witness.account_id)
        held = await Account.get(id=account)
        return await open_session(act, held, browser, life, PLACE, help=help)


async def _people(whom: Recipient) -> set[int]:
    """Whose business it is: the person, or everyone of the home."""
    if whom.person_id:
        return {whom.person_id}
    members = Member.filter(household_id=whom.household_id)
    return set(await members.values_list("person_id", flat=True))


async def helps_of(account: Account) -> list[DeskHelp]:
    """Who signed an account in at the desk, newest first."""
    rows = DeskHelp.filter(account=account).order_by("-id")
    return await rows.select_related("helper", "witness")
