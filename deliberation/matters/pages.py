"""A matter's pages: the lists, registration, the overview with the line, and moving on."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation import procedures
from deliberation.log.models import Entry
from deliberation.matters import actions
from deliberation.matters.facts import final_plan
from deliberation.matters.frame import frame, matter_of
from deliberation.matters.models import Matter, MatterScope
from deliberation.matters.rules import SOURCES
from deliberation.matters.standing import standing
from deliberation.places.models import Place, PlaceKind
from deliberation.procedure import OVERSEERS, STAFF
from deliberation.stages.notices.models import Notice
from deliberation.web.forms import Form, choice, choices, day, read, text
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.render import actor_of, now, page

PER_PAGE = 50
DETAILS = ("title", "summary", "source", "contact", "contact_phone")


async def home(request: Request) -> Response:
    recent = await Matter.all().limit(5)
    notices = await Notice.filter(status="published").order_by("-id").limit(5)
    lines = [await standing(matter) for matter in recent]
    return page(request, "home.html", lines=lines, notices=notices)


async def index(request: Request) -> Response:
    asked = request.query_params.get("page", "1")
    number = min(max(int(asked), 1), 10**6) if asked.isdecimal() else 1
    rows = await Matter.all().offset((number - 1) * PER_PAGE).limit(PER_PAGE + 1)
    lines = [await standing(matter) for matter in rows[:PER_PAGE]]
    return page(
        request, "matters/index.html", lines=lines, number=number, more=len(rows) > PER_PAGE
    )


async def show(request: Request) -> Response:
    matter = await matter_of(request)
    stands = await standing(matter)
    key = stands.stage.key if stands.stage else stands.passages[-1].stage
    return page(
        request,
        "matters/show.html",
        **await frame(request, key),
        form=Form(),
        scope=await MatterScope.filter(matter=matter).select_related("place"),
        notices=await Notice.filter(matter=matter, status__not="draft").order_by("-id"),
        plan=await final_plan(matter),
        sources=SOURCES,
    )


async def record(request: Request) -> Response:
    """Every act of the matter with its digest; names stay out of the log by construction."""
    context = await frame(request, (await standing(await matter_of(request))).passages[-1].stage)
    entries = await Entry.filter(chain=f"matter/{context['matter'].id}").order_by("sequence")
    return page(request, "matters/record.html", **context, entries=entries)


def _community_ids(request: Request) -> list[str]:
    return [office.path for office in actor_of(request).offices if office.role in STAFF]


async def _communities(request: Request) -> list[Place]:
    """The communities where whoever asks is staff; raises 404 when there is none."""
    paths = _community_ids(request)
    places = await Place.filter(kind=PlaceKind.COMMUNITY)
    return or_404([item for item in places if any(item.path.startswith(p) for p in paths)] or None)


async def _places(path: str) -> list[Place]:
    kinds = [PlaceKind.COMPOUND, PlaceKind.BUILDING]
    return await Place.filter(path__startswith=path, kind__in=kinds).order_by("path")


async def _place_options(path: str) -> list[tuple[str, str]]:
    """Compounds and their buildings, (id, name), in the order of the tree."""
    places = await _places(path)
    names = {place.id: place.name for place in places}
    return [(str(place.id), f"{names.get(place.parent_id, '')}{place.name}") for place in places]


def _details_fields(places: list[Place]) -> dict:
    return {
        "title": text(max=60, message="请写议题名称，例如：东风里小区老旧管网改造"),
        "summary": text(max=2000, required=False),
        "source": choice(SOURCES),
        "contact": text(max=20, message="请写联系人"),
        "contact_phone": text(max=20, message="请写办公电话"),
        "places": choices({str(place.id) for place in places}),
    }


def _details(form: Form) -> actions.Details:
    values = {name: form.data[name] for name in form.data if name != "places"}
    return actions.Details(**values, places=tuple(map(int, form.data["places"])))


async def new(request: Request, form: Form | None = None, status: int = 200) -> Response:
    community = (await _communities(request))[0]
    return page(
        request,
        "matters/new.html",
        status=status,
        form=form or Form(),
        community=community,
        place_options=await _place_options(community.path),
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


async def _moved(request: Request, id: str, fields: dict, action, flash: str) -> Response:
    """One of the moves of a matter; a refusal comes back on the matter's own page."""
    matter = await matter_of(request)
    form = await read(request, fields, id)

    async def again(request: Request, form: Form, status: int) -> Response:
        stands = await standing(matter)
        key = stands.stage.key if stands.stage else stands.passages[-1].stage
        context = await frame(request, key)
        return page(request, "matters/moved.html", status=status, form=form, **context)

    return await perform(
        request,
        form,
        lambda: action(actor_of(request), matter, **form.data, now=now(request)),
        done=f"/matters/{matter.id}",
        again=again,
        flash=flash,
    )


async def advance(request: Request) -> Response:
    return await _moved(request, "advance", {"stage": text()}, actions.advance, "已进入下一步")


async def send_back(request: Request) -> Response:
    fields = {"to": text(), "reason": text(max=500, message="请写明退回的原因")}
    return await _moved(request, "send-back", fields, actions.send_back, "已退回")


async def extend(request: Request) -> Response:
    fields = {"last_on": day(), "reason": text(max=500, message="请写明延期的原因")}
    return await _moved(request, "extend", fields, actions.extend, "已延期并公告")


async def terminate(request: Request) -> Response:
    fields = {"reason": text(max=500, message="请写明终止的原因")}
    return await _moved(request, "terminate", fields, actions.terminate, "议题已终止")


async def desk(request: Request) -> Response:
    """What waits in the places where whoever asks holds an office."""
    actor = actor_of(request)
    visible_to(request, actor.roles if actor.is_staff else (), "/")
    rows = await Matter.filter(ended="")
    mine = [item for item in rows if actor.roles_at(item.path) & (STAFF | OVERSEERS)]
    lines = [await standing(matter) for matter in mine]
    return page(request, "matters/desk.html", lines=lines)


routes = [
    Route("/", home),
    Route("/desk", desk),
    Route("/matters", index),
    Route("/matters/new", new),
    Route("/matters/new", create, methods=["POST"]),
    Route("/matters/{matter:int}", show),
    Route("/matters/{matter:int}/record", record),
    Route("/matters/{matter:int}/matters", registration),
    Route("/matters/{matter:int}/matters/edit", edit, methods=["POST"]),
    Route("/matters/{matter:int}/matters/discuss", discuss, methods=["POST"]),
    Route("/matters/{matter:int}/advance", advance, methods=["POST"]),
    Route("/matters/{matter:int}/send-back", send_back, methods=["POST"]),
    Route("/matters/{matter:int}/extend", extend, methods=["POST"]),
    Route("/matters/{matter:int}/terminate", terminate, methods=["POST"]),
]
