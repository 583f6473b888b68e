"""The page of an area, for subdistrict and district. It decides nothing."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.overseeing.overview import area_of
from deliberation.overseeing.rules import STAGES, by_community, by_stage
from deliberation.procedure import Outcome
from deliberation.web.perform import or_404
from deliberation.web.render import actor_of, now, page


async def show(request: Request) -> Response:
    at = now(request)
    area = or_404(await area_of(actor_of(request), at))
    late = [line for line in area.lines if line.late(at)]
    return page(
        request,
        "overseeing/show.html",
        now=at,
        area=area,
        names={one.id: one.name for one in area.communities},
        late=sorted(late, key=lambda line: line.last_on),
        stages=STAGES,
        by_stage=by_stage(area.lines, at),
        by_community=by_community(area.communities, at),
        done=sum(one.ended[Outcome.PASSED] for one in area.communities),
        failed=sum(one.ended.total() - one.ended[Outcome.PASSED] for one in area.communities),
    )


routes = [Route("/overview", show)]
