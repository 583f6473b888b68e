"""The rounds as staff walk them: who goes, what is left, and each door of an entrance as a form.

An entrance's page is kept by the phone (static/rounds.js), so it names nobody in full.
"""

from functools import partial

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from deliberation.acting import Forbidden, Refused
from deliberation.matters.frame import frame
from deliberation.matters.models import Matter
from deliberation.people.rules import mask_name
from deliberation.places.models import Household
from deliberation.stages.opinions import rules as opinions
from deliberation.stages.opinions.desk_pages import staffed
from deliberation.stages.opinions.rounds import coverage_pages, doors, rules, visits
from deliberation.stages.opinions.rounds.models import Round, just_now, own_round
from deliberation.web.assets import STATIC
from deliberation.web.forms import Form, choice, integer, read, text
from deliberation.web.perform import or_404, perform
from deliberation.web.render import actor_of, form_code, now, page

MOST_ID = 2**31 - 1


async def index(request: Request, form: Form | None = None, status: int = 200) -> Response:
    matter = await staffed(request)
    return page(
        request,
        "rounds/index.html",
        status=status,
        **await frame(request, "opinions"),
        form=form or Form(),
        round=await own_round(matter, actor_of(request).account_id),
        buildings=doors.by_building(await doors.entrances(matter)),
    )


async def begin(request: Request) -> Response:
    matter = await staffed(request)
    form = await read(request, {"visitors": text(max=60, message="请写两位走访人")}, "begin")
    return await perform(
        request,
        form,
        lambda: visits.begin(actor_of(request), matter, **form.data, now=now(request)),
        done=f"/matters/{matter.id}/opinions/rounds",
        again=index,
        flash="走访人记下了，这一轮都算他们的",
    )


async def entrance(
    request: Request, form: Form | None = None, status: int = 200, place: int | None = None
) -> Response:
    """The doors of one entrance; `?door=` names the household whose form is open."""
    matter = await staffed(request)
    asked = place or request.path_params["place"]
    found, beside = or_404(await doors.entrance(matter, asked))
    walk = await own_round(matter, actor_of(request).account_id)
    return page(
        request,
        "rounds/entrance.html",
        status=status,
        **await frame(request, "opinions"),
        form=form or Form(),
        entrance=found,
        beside=beside,
        history=await doors.history(matter, found.id),
        round=walk,
        visitors=_masked(walk),
        last=await just_now(walk, found.id, now(request)),
        opened=form.values["home"] if form else request.query_params.get("door", ""),
        code=form_code(request),
        rules=rules,
        stances=[(key, name.removesuffix("改造")) for key, name in opinions.STANCES.items()],
        most=opinions.MOST_TEXT,
    )


def _masked(walk: Round | None) -> str:
    names = opinions.names_of(walk.visitors) if walk else []
    return "、".join(mask_name(name) for name in names)


KNOCK = {
    "round": integer(min=1, max=MOST_ID),
    "home": integer(min=1, max=MOST_ID),
    "state": choice(rules.KNOCKED, message="请选门的情况"),
    "text": text(max=opinions.MOST_TEXT, required=False),
    "stance": choice(opinions.STANCES, required=False),
    "ago": integer(max=rules.MOST_AGO, required=False),
}


async def _recorded(request: Request, matter: Matter, form: Form):
    """The knock of a form, written down; raises Refused."""
    said = form.data | {"ago": form.data["ago"] or 0}
    code = said.pop("code")
    knock = visits.Knock(**said)
    return await visits.record(actor_of(request), matter, knock, code=code, now=now(request))


async def visit(request: Request) -> Response:
    """A door's form without a script: back to the list, at the next door."""
    matter = await staffed(request)
    form = await read(request, KNOCK | {"code": text(max=40)})
    form.id = f"door-{form.values['home']}"
    home = or_404(await doors.home_of(matter, form.data.get("home", 0)))
    found, _ = or_404(await doors.entrance(matter, home.place_id))
    return await perform(
        request,
        form,
        lambda: _recorded(request, matter, form),
        done=_at(matter, home.place_id, rules.following(found.walked, home.id)),
        again=partial(entrance, place=home.place_id),
        flash="记下了",
    )


async def send(request: Request) -> Response:
    """An entry that a phone kept: only the answer that names it lets the phone forget it."""
    matter = await staffed(request)
    form = await read(request, KNOCK | {"code": text(max=40)})
    try:
        if not form.ok:
            raise Refused(*form.errors.values())
        stored = await _recorded(request, matter, form)
    except Refused as refusal:
        status = 403 if isinstance(refusal, Forbidden) else 422
        return JSONResponse({"reasons": refusal.reasons}, status)
    return JSONResponse({"code": form.data["code"], "visit": stored.id})


async def undo(request: Request) -> Response:
    matter = await staffed(request)
    form = await read(request, {"visit": integer(min=1, max=MOST_ID)}, "undo")
    return await perform(
        request,
        form,
        lambda: visits.undo(actor_of(request), matter, **form.data, now=now(request)),
        done=lambda taken: _at(matter, taken.household.place_id, taken.household),
        again=index,
        flash="撤回了，这一条不再算",
    )


def _at(matter: Matter, place: int, home: rules.Door | Household | None) -> str:
    """An entrance's page, at the door of a household if there is one to go to."""
    door = f"?door={home.id}#door-{home.id}" if home else ""
    return f"/matters/{matter.id}/opinions/rounds/{place}{door}"


async def worker(request: Request) -> Response:
    """The service worker, which looks after the entrances of one matter: what lies below it."""
    headers = {"Cache-Control": "no-cache"}
    return FileResponse(STATIC / "rounds-sw.js", headers=headers, media_type="text/javascript")


routes = [
    Route("/matters/{matter:int}/opinions/rounds", index),
    Route("/matters/{matter:int}/opinions/rounds/begin", begin, methods=["POST"]),
    Route("/matters/{matter:int}/opinions/rounds/visit", visit, methods=["POST"]),
    Route("/matters/{matter:int}/opinions/rounds/send", send, methods=["POST"]),
    Route("/matters/{matter:int}/opinions/rounds/undo", undo, methods=["POST"]),
    Route("/matters/{matter:int}/opinions/rounds/sw.js", worker),
    Route("/matters/{matter:int}/opinions/rounds/{place:int}", entrance),
    *coverage_pages.routes,
]
