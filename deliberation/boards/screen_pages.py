"""The one address a screen opens: a pairing code, then the notices of its place, page by page.

The page turns by itself without a script. With one (HTTPS or localhost), a service worker keeps
what was shown through a loss of the network, and the screen reports what is on it.
"""

from functools import lru_cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from deliberation.accounts.tokens import new_token
from deliberation.boards import pairing
from deliberation.boards.hanging import Leaf, hanging, hung_by_code, leaves
from deliberation.boards.keeping import Shown
from deliberation.boards.models import Board
from deliberation.boards.rules import TURN, reports
from deliberation.places.models import Place, community_of
from deliberation.web.assets import STATIC
from deliberation.web.forms import Bad, read
from deliberation.web.perform import or_404
from deliberation.web.qr import qr_data_uri
from deliberation.web.render import now, page, page_asked, see_other

A_YEAR = 365 * 24 * 3600
POLL = 5  # seconds between two looks whether the code was typed


def _name(request: Request) -> str:
    return "__Host-board" if request.app.state.settings.secure else "board"


def _remember(request: Request, response: Response, secret: str) -> Response:
    secure = request.app.state.settings.secure
    given = {"max_age": A_YEAR, "path": "/", "secure": secure}
    response.set_cookie(_name(request), secret, httponly=True, samesite="lax", **given)
    return response


async def _paired(request: Request) -> Board | None:
    secret = request.cookies.get(_name(request), "")
    return await pairing.board_of(secret) if secret else None


async def board(request: Request) -> Response:
    """A page of what hangs; like every page, 304 while it is what the screen has already."""
    screen = await _paired(request)
    if screen is None:
        return await _pairing(request)
    found = await leaves(await hanging(screen.place, now(request)), request.app.state.files)
    number = page_asked(request) if page_asked(request) <= len(found) else 1
    leaf = found[number - 1] if found else None
    await _served(request, screen, leaf)
    response = page(
        request,
        "boards/screen.html",
        board=screen,
        leaf=leaf,
        community=await _community(screen.place),
        following=number % len(found) + 1 if found else 1,
        turn=TURN,
        now=now(request),
        qr=_qr,
        base_url=request.app.state.settings.base_url,
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return _remember(request, response, request.cookies[_name(request)])


async def _community(place: Place) -> str:
    return place.name if place.kind == "community" else (await community_of(place.path)).name


@lru_cache(maxsize=256)
def _qr(url: str) -> str:
    """The address of a notice, which is no secret: made once, not for every turn of a page."""
    return qr_data_uri(url)


async def _served(request: Request, screen: Board, leaf: Leaf | None) -> None:
    """Every request of a paired screen counts, whatever the answer weighs."""
    at = now(request)
    shown = [Shown(None, 0, at, at)]
    if leaf:
        shown.append(Shown(leaf.notice.id, leaf.page, at, at))
    await request.app.state.keeper.keep(screen, "served", shown, at)


async def _pairing(request: Request) -> Response:
    """The code for staff to type; once they have, the screen is the board."""
    secret = request.cookies.get(_name(request)) or new_token()
    keyed = request.app.state.phones.hash  # keyed by the installation; the prefix keeps it apart
    if token := await pairing.claim(secret, now(request), keyed):
        return _remember(request, see_other("/board"), token)
    code = pairing.code_of(secret, now(request), keyed)
    base = request.app.state.settings.base_url
    response = page(request, "boards/pairing.html", code=code, base_url=base, poll=POLL)
    response.headers["Cache-Control"] = "no-store"
    return _remember(request, response, secret)


def _lines(items: list):
    try:
        return reports(items[0] if items and isinstance(items[0], str) else "")
    except ValueError:
        raise Bad("看不懂屏幕的上报") from None


async def report(request: Request) -> Response:
    """What a paired screen says was on it, also while there was no network."""
    screen = or_404(await _paired(request))
    form = await read(request, {"shown": _lines})
    if not form.ok:
        raise HTTPException(422)
    at, told = now(request), form.data["shown"]
    known = await hung_by_code(screen.place, {one.code for one in told})
    shown = [
        Shown(known[one.code][0], one.page, max(at - one.first, known[one.code][1]), at - one.last)
        for one in told
        if one.code in known and at - one.last >= known[one.code][1]
    ]
    await request.app.state.keeper.keep(screen, "reported", shown, at)
    return Response(status_code=204)


async def worker(request: Request) -> Response:
    """The service worker, allowed to look after `/board` and nothing else."""
    headers = {"Service-Worker-Allowed": "/board", "Cache-Control": "no-cache"}
    return FileResponse(STATIC / "board-sw.js", headers=headers, media_type="text/javascript")


routes = [
    Route("/board", board),
    Route("/board/report", report, methods=["POST"]),
    Route("/board/sw.js", worker),
]
