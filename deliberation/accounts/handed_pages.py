"""发放记录: the slips that were issued and the help given at the desk, for those who watch it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.accounts import handed
from deliberation.accounts.rules import KNOWN_BY
from deliberation.procedures import STANDING
from deliberation.web.perform import or_404
from deliberation.web.render import actor_of, page, page_asked, paged

WATCHERS = STANDING["people.unmask"]


async def show(request: Request) -> Response:
    inside, number = or_404(handed.within(actor_of(request), WATCHERS)), page_asked(request)
    rows, more = await handed.slips_in(inside, number)
    return page(
        request,
        "accounts/handed.html",
        rows=paged(request, rows),
        more=more,
        number=number,
        helps=await handed.helps_in(inside) if number == 1 else [],
        known_by=KNOWN_BY,
    )


routes = [Route("/slips/issued", show)]
