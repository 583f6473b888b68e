"""The demo's clock. These routes do not exist outside a demo."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.web.forms import integer, read, text
from deliberation.web.render import local, page, see_other

MOST_DAYS, MOST_HOURS = 60, 48


async def forward(request: Request) -> Response:
    """Moves the clock forward by days and hours, for everybody, and goes back to the page."""
    fields = {
        "days": integer(max=MOST_DAYS, required=False),
        "hours": integer(max=MOST_HOURS, required=False),
        "next": text(required=False, max=500),
    }
    form = await read(request, fields)
    back = local(form.data.get("next", ""))
    if not form.ok:
        return see_other(back, "时钟没有动：一次最多前进60天")
    step = timedelta(days=form.data["days"] or 0, hours=form.data["hours"] or 0)
    request.app.state.clock.forward(step)
    return see_other(back, "时钟已经前进")


async def people(request: Request) -> Response:
    """How to sign in as each person of the sample community."""
    listed = request.app.state.settings.data_dir / "sign-in.txt"
    lines = listed.read_text().splitlines() if listed.exists() else []
    return page(request, "demo/people.html", lines=lines)


routes = [
    Route("/demo/clock", forward, methods=["POST"]),
    Route("/demo/people", people),
]
