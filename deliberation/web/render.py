"""Whole pages: the frame's variables are added here, once, for every template."""

import secrets
from urllib.parse import quote, unquote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Match

from deliberation.acting import Actor
from deliberation.calendar import moment_text
from deliberation.web.conditional import conditional
from deliberation.web.templates import render_html

LARGE = "large"
FLASH = "flash"


def page(
    request: Request, template: str, *, status: int = 200, back: bool = False, **context
) -> Response:
    """Renders a page for whoever asks. Signed-in pages are never stored by caches; a visitor who
    has the page already is told so (304).

    `back` lets the own browser keep a step of a form, so that its Back button shows it as it was
    instead of an error; signing out has the browser forget it.
    """
    actor = actor_of(request)
    flash = unquote(request.cookies.get(FLASH, ""))
    html = render_html(
        template,
        request=request,
        path=request.url.path,
        nearest=nearest(request),
        answering=request.method == "POST",
        sharing=getattr(request.state.session, "people", 1),
        lapsed=request.state.expired,
        actor=None if actor.account_id is None else actor,
        demo=request.app.state.settings.demo,
        demo_now=moment_text(now(request)) if request.app.state.settings.demo else "",
        large=request.cookies.get(LARGE) == "1",
        flash=flash or None,
        community_name=request.app.state.name,
        passing=bool(actor.account_id) and request.method == "POST" and not back,
        **context,
    )
    seen = actor.account_id is None and not flash
    if seen and status == 200 and request.method in ("GET", "HEAD"):
        own = getattr(request.state, "has_code", False)
        cache = "private, no-cache" if own else "no-cache"
        return conditional(request, html.encode(), media_type="text/html", cache=cache)
    response = HTMLResponse(html, status_code=status)
    unseen = "private, no-cache" if back else "no-store"
    response.headers["Cache-Control"] = unseen if actor.account_id else "no-cache"
    if flash:
        response.delete_cookie(FLASH)
    return response


def see_other(url: str, flash: str = "") -> Response:
    """The answer to a form that was carried out; `flash` is shown once on the next page."""
    response = RedirectResponse(url, status_code=303)
    if flash:
        response.set_cookie(FLASH, quote(flash), max_age=60, httponly=True, samesite="lax")
    return response


def nearest(request: Request) -> str:
    """The address of this page, or the nearest one above it that can be opened: what answers a
    form often has none of its own."""
    path = request.url.path
    while path and request.method == "POST":
        asked = {"type": "http", "method": "GET", "path": path}
        if any(route.matches(asked)[0] == Match.FULL for route in request.app.routes):
            break
        path = path.rpartition("/")[0]
    return path or "/"


def local(path: str) -> str:
    """`path` if it stays on this site, else the home page."""
    stays = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if stays else "/"


def form_code(request: Request) -> str:
    """A random code by which a form that is sent twice is known. The page with it is for whoever
    asks and nobody else: two people with one code would be taken for one."""
    request.state.has_code = True
    return secrets.token_urlsafe(16)


def actor_of(request: Request) -> Actor:
    return request.state.actor


def page_asked(request: Request) -> int:
    """The number of the page asked for, from 1; whatever is no such number is as good as none."""
    typed = request.query_params.get("page", "")
    return max(int(typed), 1) if typed.isdecimal() and len(typed) <= 6 else 1


def paged(request: Request, rows: list) -> list:
    """The rows of the page asked for; raises 404 for one past the last."""
    if not rows and page_asked(request) > 1:
        raise HTTPException(404)
    return rows


def now(request: Request):
    """The clock as this request sees it (aware, UTC): one instant per request."""
    return request.state.now
