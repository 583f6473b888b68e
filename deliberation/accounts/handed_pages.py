"""发放记录: slips, help at the desk and links to passwords, as given, for those who watch."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.accounts import handed
from deliberation.accounts.rules import KNOWN_BY
from deliberation.places.offices import covered
from deliberation.procedures import STANDING
from deliberation.web.perform import or_404
from deliberation.web.render import actor_of, page, page_asked, paged

WATCHERS = STANDING["people.unmask"]


async def show(request: Request) -> Response:
    inside, number = or_404(handed.within(actor_of(request), WATCHERS)), page_asked(request)
    staff = covered(actor_of(request), WATCHERS, "person__place__path")
    rows, more = await handed.slips_in(inside, number)
    return page(
        request,
        "accounts/handed.html",
        rows=paged(request, rows),
        more=more,
        number=number,
        helps=await handed.helps_in(inside) if number == 1 else [],
        known_by=KNOWN_BY,
        passwords=await handed.passwords_in(staff) if number == 1 else [],
    )


routes = [Route("/slips/issued", show)]
