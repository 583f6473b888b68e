"""Who acts: the session of a cookie and the offices in force, asked in one query.

Every request asks this, so it is plain SQL. Nothing is kept between requests: a session revoked, an
account disabled or an office ended counts from the next request on.
"""

from dataclasses import replace
from datetime import datetime

from deliberation.accounts.models import Account, Session
from deliberation.accounts.rules import BY_SLIP
from deliberation.accounts.tokens import token_hash
from deliberation.acting import Actor, Office
from deliberation.calendar import local_date
from deliberation.database.plain import moment, rows
from deliberation.procedure import Role

_ACCOUNT = "a.id AS account_id, a.person_id, a.household_id, p.name, h.label, h.path"
_OF = "LEFT JOIN person p ON p.id = a.person_id LEFT JOIN household h ON h.id = a.household_id"
_PEOPLE = (
    "(SELECT COUNT(*) FROM session_account c JOIN account d ON d.id = c.account_id "
    "WHERE c.session_id = s.id AND d.disabled_at IS NULL) AS people"
)
_BY_COOKIE = (
    "SELECT s.id AS session, s.seen_at, s.expires_at, s.created_at, EXISTS (SELECT 1 FROM "
    "session_account b WHERE b.session_id = s.id AND b.account_id = s.account_id "
    "AND COALESCE(b.slip_id, b.code_id, b.help_id) IS NOT NULL) AS by_slip, "
    f"{_PEOPLE}, {_ACCOUNT} "
    f"FROM session s JOIN account a ON a.id = s.account_id {_OF} "
    "WHERE s.token_hash = $2 AND s.revoked_at IS NULL AND s.expires_at > $3 "
    "AND a.disabled_at IS NULL"
)
_BY_ACCOUNT = (
    "SELECT 0 AS session, a.created_at AS seen_at, a.created_at AS expires_at, a.created_at, "
    f"1 = 0 AS by_slip, 1 AS people, {_ACCOUNT} FROM account a {_OF} WHERE a.id = $2"
)
_REST = (
    "w.name, w.label, w.account_id, w.person_id, w.seen_at, w.expires_at, w.created_at, w.by_slip, "
    "w.people"
)
_WHO = (
    "SELECT 0 AS part, w.session AS row_id, '' AS role, w.path AS place, w.household_id AS home, "
    f"{_REST} FROM w"
)
_HELD = (
    f"SELECT 1, o.id, o.role, x.path, w.household_id, {_REST} "
    "FROM w JOIN appointment o ON o.person_id = w.person_id AND o.since <= $1 "
    "AND (o.until IS NULL OR o.until >= $1) JOIN place x ON x.id = o.place_id"
)
_HOMES = (
    f"SELECT {{}}, o.id, 'resident', x.path, o.household_id, {_REST} "
    "FROM w JOIN {} o ON o.person_id = w.person_id JOIN household x ON x.id = o.household_id"
)
_PARTS = (_WHO, _HELD, _HOMES.format(2, "member"), _HOMES.format(3, "ownership"))
_ALL = f"{' UNION ALL '.join(_PARTS)} ORDER BY 1, 2"
SESSION = f"WITH w AS ({_BY_COOKIE}) {_ALL}"
ACCOUNT = f"WITH w AS ({_BY_ACCOUNT}) {_ALL}"


async def signed_in(token: str, now: datetime) -> tuple[Session, Actor] | None:
    """The session of a cookie and who acts in it; None when it was revoked or has expired, or its
    account is disabled. An account reached by a slip, a code or at the desk brings no office."""
    hashed = token_hash(token)
    found = await rows(SESSION, local_date(now), hashed, now)
    if not found:
        return None
    first, actor = found[0], _actor(found)
    session = Session.construct(
        _saved_in_db=True,
        id=first[1],
        token_hash=hashed,
        account_id=first[7],
        created_at=moment(first[11]),
        seen_at=moment(first[9]),
        expires_at=moment(first[10]),
        revoked_at=None,
    )
    session.people = first[13]
    if first[12]:
        kept = tuple(office for office in actor.offices if office.role in BY_SLIP)
        actor = replace(actor, offices=kept)
    return session, actor


async def actor_for(account: Account, now: datetime) -> Actor:
    """Who an account acts as today: the roles in force, and the homes lived in or owned."""
    return _actor(await rows(ACCOUNT, local_date(now), account.id))


def _actor(found) -> Actor:
    """From the account's row and one row for each appointment, home and ownership, in order."""
    _, _, _, path, home, name, label, account, person, *_ = found[0]
    if person is None:
        return Actor(account, f"{label}（本户）", None, (home,), (Office(Role.RESIDENT, path),))
    offices = dict.fromkeys(Office(Role(row[2]), row[3]) for row in found[1:])
    lived, owned = (tuple(row[4] for row in found if row[0] == part) for part in (2, 3))
    return Actor(account, name, person, lived, tuple(offices), owned)
