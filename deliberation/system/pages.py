"""运行情况: what an administrator looks at. It opens nothing and decides nothing."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.clock import Clock
from deliberation.procedure import Role
from deliberation.system.health import health
from deliberation.system.lines import DONE, STATES
from deliberation.web.perform import or_404
from deliberation.web.render import actor_of, now, page


async def show(request: Request) -> Response:
    or_404(True if Role.ADMINISTRATOR in actor_of(request).roles else None)
    state = request.app.state
    until = state.seal and state.seal.ends_at
    parts = await health(state.settings, until, now(request), real=Clock().now())
    looks = [line for part in parts for line in part.lines if line.state != DONE]
    return page(request, "system/show.html", parts=parts, looks=looks, states=STATES)


routes = [Route("/system", show)]
