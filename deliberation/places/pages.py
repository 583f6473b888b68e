"""The tree of places, level by level, for those who keep it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.calendar import local_date
from deliberation.places import actions
from deliberation.places.models import Household, Place
from deliberation.places.offices import installed_name, seat
from deliberation.places.rules import LEVEL_NAMES, level_below
from deliberation.procedures import STANDING
from deliberation.tasks.first_hour import following, steps
from deliberation.web.forms import Form, integer, read, text
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.render import actor_of, now, page, see_other

KEEPERS = STANDING["places.create"]


async def index(request: Request) -> Response:
    top = or_404(await seat(actor_of(request), KEEPERS))
    return see_other(f"/places/{top.id}")


async def _place(request: Request) -> Place:
    """The place named in the URL; raises 404 for anyone who does not keep it."""
    place = or_404(await Place.get_or_none(id=request.path_params["place"]))
    visible_to(request, KEEPERS, place.path)
    return place


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    place = await _place(request)
    above = [int(part) for part in place.path.strip("/").split("/")[:-1]]
    below = level_below(place.kind)
    return page(
        request,
        "places/show.html",
        status=status,
        form=form or Form(),
        place=place,
        above=await Place.filter(id__in=above).order_by("path"),
        kept=lambda row: bool(KEEPERS & actor_of(request).roles_at(row.path)),
        children=await Place.filter(parent=place).order_by("id"),
        homes=await Household.filter(path__startswith=place.path).count(),
        kind_name=LEVEL_NAMES[place.kind],
        below_name=LEVEL_NAMES.get(below, ""),
        step=following(await steps(actor_of(request), [], now(request))),
    )


def _details(request: Request) -> dict:
    return {
        "address": text(max=120, required=False),
        "phone": text(max=30, required=False),
        "built": integer(min=1900, max=local_date(now(request)).year, required=False),
    }


async def create(request: Request) -> Response:
    parent = await _place(request)
    fields = {"name": text(max=60, message="请填写名称")} | _details(request)
    form = await read(request, fields, "new")

    async def action():
        data = dict(form.data)
        name, details = data.pop("name"), actions.Details(**data)
        await actions.create(actor_of(request), parent, name, details, now(request))
        request.app.state.name = await installed_name()

    done = f"/places/{parent.id}"
    return await perform(request, form, action, done=done, again=show, flash="已登记")


async def edit(request: Request) -> Response:
    place = await _place(request)
    form = await read(request, _details(request), "edit")

    async def action():
        details = actions.Details(**form.data)
        await actions.edit(actor_of(request), place, details, now(request))

    done = f"/places/{place.id}"
    return await perform(request, form, action, done=done, again=show, flash="已保存")


routes = [
    Route("/places", index),
    Route("/places/{place:int}", show),
    Route("/places/{place:int}", create, methods=["POST"]),
    Route("/places/{place:int}/edit", edit, methods=["POST"]),
]
