"""一议: the committees' meeting and the plan they write; the plan's own pages hang here too."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.matters import item_pages, plan_pages
from deliberation.matters.frame import frame
from deliberation.matters.meeting_pages import MeetingPages
from deliberation.stages.proposal.actions import kind
from deliberation.stages.proposal.rules import STAGE
from deliberation.web.forms import Form
from deliberation.web.render import page


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    context = await frame(request, STAGE.key)
    context |= await MEETING.context(request, context["passage"])
    context |= await plan_pages.summary(request, context)
    return page(request, "proposal/show.html", status=status, **context, form=form or Form())


MEETING = MeetingPages(STAGE.key, kind, show)
routes = [
    Route("/matters/{matter:int}/proposal", show),
    *MEETING.routes,
    *plan_pages.routes,
    *item_pages.routes,
]
