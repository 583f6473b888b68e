"""From a cookie to the actor: sessions are rows, looked up on every request."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from deliberation.accounts.browsers import seen
from deliberation.accounts.models import Account
from deliberation.accounts.rules import device
from deliberation.accounts.signed_in import signed_in
from deliberation.accounts.throttle import Door, Throttle
from deliberation.acting import VISITOR
from deliberation.database.plain import first
from deliberation.settings import Settings
from deliberation.web.expired import expired, is_lost, lead_back
from deliberation.web.perform import or_404

# The demo's clock jumps by days: whoever moves it should not be signed out by that.
DEMO_LIFE = timedelta(days=3650)
REMEMBERED = timedelta(days=30)  # longer than a session the cookie tells that there was one


def cookie_name(settings: Settings) -> str:
    return "__Host-session" if settings.secure else "session"


def set_cookie(response: Response, token: str, settings: Settings, life: timedelta) -> None:
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=int((life + REMEMBERED).total_seconds()),
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )


def life_of(request: Request, life: timedelta) -> timedelta:
    return DEMO_LIFE if request.app.state.settings.demo else life


def signed_in_as(request: Request, response: Response, tokens: list[str], life: timedelta):
    """Adds the new session's cookie, if there is one, to the answer, and goes on where the one
    before had ended."""
    for token in tokens:
        lead_back(request, response)
        set_cookie(response, token, request.app.state.settings, life)
    return response


def drop_cookie(response: Response, settings: Settings) -> None:
    response.delete_cookie(
        cookie_name(settings), path="/", secure=settings.secure, httponly=True, samesite="lax"
    )


def door_of(request: Request) -> Door:
    """The throttle as it stands for whoever asks, and on what kind of phone they do."""
    address = request.client.host if request.client else "unknown"
    return Door(request.state.throttle, address, device(request.headers.get("user-agent", "")))


async def account_of(request: Request) -> Account:
    """The account of whoever asks; raises 404 for a visitor."""
    asked = or_404(request.state.session).account_id
    return await first(Account, "WHERE x.id = $1", asked)


class Sessions:
    """ASGI middleware: puts `state.now`, `.session`, `.actor`, `.throttle` on every request, and
    `.expired`: a cookie whose session has ended, which no form is taken from."""

    def __init__(self, app):
        self.app = app
        self.throttle = Throttle()

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            request = Request(scope)
            state = request.state
            state.now = request.app.state.clock.now()
            state.session, state.actor, state.throttle = None, VISITOR, self.throttle
            state.expired = False
            token = request.cookies.get(cookie_name(request.app.state.settings))
            if token and not scope["path"].startswith("/static/"):
                found = await signed_in(token, state.now)
                if found:
                    state.session, state.actor = found
                    await seen(state.actor, state.session, state.now)
                state.expired = not found
                if is_lost(request := Request(scope, receive)):
                    return await (await expired(request))(scope, receive, send)
        await self.app(scope, receive, send)
