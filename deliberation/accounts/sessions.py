"""From a cookie to the actor: sessions are rows, looked up on every request."""

from dataclasses import replace
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from deliberation.accounts.browsers import seen
from deliberation.accounts.models import Account, Session, SessionAccount
from deliberation.accounts.rules import BY_SLIP
from deliberation.accounts.throttle import Door, Throttle
from deliberation.accounts.tokens import token_hash
from deliberation.acting import VISITOR, Actor, Office
from deliberation.calendar import local_date
from deliberation.people.models import Appointment, Member, Ownership, in_office
from deliberation.procedure import Role
from deliberation.settings import Settings


def cookie_name(settings: Settings) -> str:
    return "__Host-session" if settings.secure else "session"


def set_cookie(response: Response, token: str, settings: Settings, life: timedelta) -> None:
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=int(life.total_seconds()),
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )


def drop_cookie(response: Response, settings: Settings) -> None:
    response.delete_cookie(
        cookie_name(settings), path="/", secure=settings.secure, httponly=True, samesite="lax"
    )


def door_of(request: Request) -> Door:
    """The throttle as it stands for whoever asks."""
    address = request.client.host if request.client else "unknown"
    return Door(request.state.throttle, address)


class Sessions:
    """ASGI middleware: puts `state.now`, `.session`, `.actor` and `.throttle` on every request."""

    def __init__(self, app):
        self.app = app
        self.throttle = Throttle()

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            request = Request(scope)
            state = request.state
            state.now = request.app.state.clock.now()
            state.session, state.actor, state.throttle = None, VISITOR, self.throttle
            token = request.cookies.get(cookie_name(request.app.state.settings))
            if token and not scope["path"].startswith("/static/"):
                state.session = await live_session(token, state.now)
                if state.session:
                    state.actor = await actor_in(state.session, state.now)
                    await seen(state.actor, state.session, state.now)
        await self.app(scope, receive, send)


async def live_session(token: str, now) -> Session | None:
    """The session of a cookie, unless revoked, expired, or its account disabled."""
    return await Session.get_or_none(
        token_hash=token_hash(token),
        revoked_at=None,
        expires_at__gt=now,
        account__disabled_at=None,
    ).select_related("account__person__place", "account__household")


async def actor_in(session: Session, now) -> Actor:
    """Who acts in a session; an account reached by a slip brings no office."""
    account = session.account
    actor = await actor_for(account, now)
    slips = SessionAccount.filter(session=session, account=account).values_list(
        "slip_id", flat=True
    )
    if not any(await slips):
        return actor
    return replace(actor, offices=tuple(o for o in actor.offices if o.role in BY_SLIP))


async def actor_for(account: Account, now) -> Actor:
    """Who an account acts as today: the roles in force, and the homes lived in or owned."""
    if account.household_id:
        home = account.household
        office = Office(Role.RESIDENT, home.path)
        return Actor(account.id, home.label + "（本户）", None, home.id, (office,))
    person = account.person
    appointments = await Appointment.filter(
        in_office(local_date(now)), person=person
    ).select_related("place")
    offices = [Office(Role(item.role), item.place.path) for item in appointments]
    homes = await Member.filter(person=person).select_related("household")
    owned = await Ownership.filter(person=person).select_related("household")
    offices += [Office(Role.RESIDENT, row.household.path) for row in [*homes, *owned]]
    household = homes[0].household_id if homes else None
    return Actor(account.id, person.name, person.id, household, tuple(dict.fromkeys(offices)))
