"""党员大会审议: the meeting that considers the final plan before the vote."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.matters import plan_pages
from deliberation.matters.frame import frame
from deliberation.matters.meeting_pages import MeetingPages
from deliberation.stages.party_meeting.actions import kind
from deliberation.stages.party_meeting.rules import STAGE
from deliberation.web.forms import Form
from deliberation.web.render import page


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    context = await frame(request, STAGE.key)
    context |= await MEETING.context(request, context["passage"])
    context |= await plan_pages.summary(request, context)
    return page(request, "party_meeting/show.html", status=status, **context, form=form or Form())


MEETING = MeetingPages(STAGE.key, kind, show)
routes = [Route("/matters/{matter:int}/party_meeting", show), *MEETING.routes]
