"""Registering a matter, editing the registration, recording the party organisation's discussion."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation import procedures
from deliberation.matters import actions
from deliberation.matters.frame import frame, matter_of
from deliberation.matters.models import MatterScope
from deliberation.matters.rules import SOURCES
from deliberation.places.models import Place, PlaceKind, in_order
from deliberation.procedure import OVERSEERS, STAFF
from deliberation.web.forms import Form, choice, choices, day, read, text
from deliberation.web.perform import or_404, perform
from deliberation.web.render import actor_of, now, page

DETAILS = ("title", "summary", "source", "contact", "contact_phone")


def _community_ids(request: Request) -> list[str]:
    return [office.path for office in actor_of(request).offices if office.role in STAFF]


async def _communities(request: Request) -> list[Place]:
    """The communities where whoever asks is staff; raises 404 when there is none."""
    paths = _community_ids(request)
    places = await Place.filter(kind=PlaceKind.COMMUNITY)
    return or_404([item for item in places if any(item.path.startswith(p) for p in paths)] or None)


async def _places(path: str) -> list[Place]:
    kinds = [PlaceKind.COMPOUND, PlaceKind.BUILDING]
    return in_order(await Place.filter(path__startswith=path, kind__in=kinds))


async def _place_options(path: str) -> list[tuple[str, str]]:
    """Each compound with its buildings below it, (id, name)."""
    places = await _places(path)
    names = {place.id: place.name for place in places}
    return [(str(place.id), f"{names.get(place.parent_id, '')}{place.name}") for place in places]


def _details_fields(places: list[Place]) -> dict:
    return {
        "title": text(max=60, message="请写议题名称，例如：东风里小区老旧管网改造"),
        "summary": text(max=2000, required=False),
        "source": choice(SOURCES),
        "contact": text(max=40, message="请写联系人"),
        "contact_phone": text(max=30, message="请写办公电话"),
        "places": choices({str(place.id) for place in places}),
    }


def _details(form: Form) -> actions.Details:
    values = {name: form.data[name] for name in form.data if name != "places"}
    return actions.Details(**values, places=tuple(map(int, form.data["places"])))


async def _usual(request: Request, community: Place) -> dict:
    """What a new registration most often says: who writes it, the office, the only compound."""
    compounds = await Place.filter(parent=community, kind=PlaceKind.COMPOUND).limit(2)
    return {
        "contact": actor_of(request).name,
        "contact_phone": community.phone,
        "places": [str(compounds[0].id)] if len(compounds) == 1 else [],
    }


async def new(request: Request, form: Form | None = None, status: int = 200) -> Response:
    community = (await _communities(request))[0]
    return page(
        request,
        "matters/new.html",
        status=status,
        form=form or Form(),
        community=community,
        place_options=await _place_options(community.path),
        details=await _usual(request, community),
        procedure=procedures.DEFAULT,
        procedure_options=[
            (item.key, item.name, item.note) for item in procedures.PROCEDURES.values()
        ],
        sources=SOURCES,
    )


async def create(request: Request) -> Response:
    community = (await _communities(request))[0]
    fields = _details_fields(await _places(community.path))
    form = await read(request, fields, "details")
    chosen = await read(request, {"procedure": choice(procedures.PROCEDURES)})
    form.errors |= chosen.errors
    form.values |= chosen.values

    async def action():
        key = chosen.data["procedure"]
        details = _details(form)
        return await actions.register(
            actor_of(request), community, details, procedure=key, now=now(request)
        )

    return await perform(
        request, form, action, done=lambda matter: f"/matters/{matter.id}/matters", again=new
    )


async def registration(request: Request, form: Form | None = None, status: int = 200) -> Response:
    context = await frame(request, "matters")
    matter = context["matter"]
    scope = await MatterScope.filter(matter=matter).values_list("place_id", flat=True)
    details = {name: getattr(matter, name) for name in DETAILS} | {"places": list(map(str, scope))}
    return page(
        request,
        "matters/registration.html",
        status=status,
        **context,
        form=form or Form(),
        # Who sat in the party organisation's meeting is for those who may read minutes.
        inside=bool(actor_of(request).roles_at(matter.path) & (STAFF | OVERSEERS)),
        details=details,
        sources=SOURCES,
        place_options=await _place_options(matter.path),
    )


async def edit(request: Request) -> Response:
    matter = await matter_of(request)
    form = await read(request, _details_fields(await _places(matter.path)), "details")
    return await perform(
        request,
        form,
        lambda: actions.edit(actor_of(request), matter, _details(form), now(request)),
        done=f"/matters/{matter.id}/matters",
        again=registration,
        flash="登记已保存",
    )


async def discuss(request: Request) -> Response:
    matter = await matter_of(request)
    fields = {"on": day(), "by": text(max=200), "conclusion": text(max=2000)}
    form = await read(request, fields, "discuss")
    return await perform(
        request,
        form,
        lambda: actions.discuss(actor_of(request), matter, **form.data, now=now(request)),
        done=f"/matters/{matter.id}/matters",
        again=registration,
        flash="已登记党组织研究情况",
    )


routes = [
    Route("/matters/new", new),
    Route("/matters/new", create, methods=["POST"]),
    Route("/matters/{matter:int}/matters", registration),
    Route("/matters/{matter:int}/matters/edit", edit, methods=["POST"]),
    Route("/matters/{matter:int}/matters/discuss", discuss, methods=["POST"]),
]
