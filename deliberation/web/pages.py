"""Pages that belong to no feature: large mode, privacy, what this is, how votes are kept."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.web.forms import choice, read, text
from deliberation.web.render import LARGE, local, page, see_other

A_YEAR = 365 * 24 * 3600


async def large(request: Request) -> Response:
    """Switches 长辈版 on or off, remembered in a cookie, and goes back to the page."""
    form = await read(request, {"large": choice(("0", "1")), "next": text(required=False)})
    response = see_other(local(form.data.get("next", "")))
    response.set_cookie(LARGE, form.data.get("large", "0"), max_age=A_YEAR, samesite="lax")
    return response


async def privacy(request: Request) -> Response:
    return page(request, "privacy.html")


async def about(request: Request) -> Response:
    return page(request, "about.html")


async def how_votes_are_kept(request: Request) -> Response:
    return page(request, "how_votes_are_kept.html")


routes = [
    Route("/large", large, methods=["POST"]),
    Route("/privacy", privacy),
    Route("/about", about),
    Route("/how-votes-are-kept", how_votes_are_kept),
]
