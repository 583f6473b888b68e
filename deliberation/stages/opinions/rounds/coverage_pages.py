"""Coverage as everyone reads it, building by building; and for staff the state of every door.

Source: the house's rule on small counts (`breakdown`): what fewer than five households did is not
told apart in public. A door's state and the entrances are for staff.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.matters.frame import frame
from deliberation.procedure import STAFF
from deliberation.stages.opinions.breakdown import shown
from deliberation.stages.opinions.coverage import coverage
from deliberation.stages.opinions.desk_pages import staffed
from deliberation.stages.opinions.rounds import doors, rules
from deliberation.web.forms import Form
from deliberation.web.perform import or_404
from deliberation.web.render import actor_of, page


async def show(request: Request) -> Response:
    context = await frame(request, "opinions")
    matter = context["matter"]
    buildings = [row for row in await coverage(matter) if row.households]
    heard, total = sum(row.covered for row in buildings), sum(row.households for row in buildings)
    staff = STAFF & actor_of(request).roles_at(matter.path)
    entrances = await doors.entrances(matter) if staff else []
    left = [(row.where, row.count.left) for row in entrances]
    target = context["norms"].coverage_target
    return page(
        request,
        "rounds/coverage.html",
        **context,
        form=Form(),
        buildings=buildings,
        heard=heard,
        total=total,
        cells=shown([row.covered for row in buildings], [row.households for row in buildings]),
        needed=rules.needed(total, target),
        target=target,
        staff=bool(staff),
        walked=doors.by_building(entrances),
        warnings=rules.warnings(left, heard, total, target),
        rules=rules,
    )


async def building(request: Request) -> Response:
    """The doors of a building as one stands before it: floor by floor, entrance by entrance."""
    matter = await staffed(request)
    found = await doors.entrances(matter, request.path_params["place"])
    return page(
        request,
        "rounds/building.html",
        **await frame(request, "opinions"),
        form=Form(),
        entrances=or_404(found or None),
        rules=rules,
    )


routes = [
    Route("/matters/{matter:int}/opinions/coverage", show),
    Route("/matters/{matter:int}/opinions/coverage/{place:int}", building),
]
