"""The page with the box. What is searched for comes in the body, so that no name and no phone gets
into an address, a history or a server's log; who was found learns who looked."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.people.actions import searched
from deliberation.searching.finding import SEEKERS, Found, find
from deliberation.searching.rules import MOST_PAGES, PARTS
from deliberation.web.forms import Form, choice, integer, read, text
from deliberation.web.render import actor_of, now, page

ASKED = {
    "q": text(max=60, message="请写要找的词"),
    "part": choice(PARTS, required=False),
    "page": integer(min=1, max=MOST_PAGES, required=False),
}


async def show(request: Request) -> Response:
    form, actor, result = Form(), actor_of(request), Found()
    if request.method == "POST":
        form = await read(request, ASKED)
    words = form.data.get("q", "") if form.ok else ""
    if words:
        part, number = form.data["part"], form.data["page"] or 1
        result = await find(actor, words, request.app.state.phones, part=part, page=number)
        await searched(actor, result.people, words, now(request))
    return page(
        request,
        "searching/show.html",
        status=200 if form.ok else 422,
        form=form,
        words=words,
        parts=result.parts,
        noted=bool(result.people),
        inside=bool(SEEKERS & set(actor.roles)),
    )


routes = [Route("/search", show, methods=["GET", "POST"])]
