"""Bench meetings for everybody to read, and the form on which staff write one down."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.calendar import local_date
from deliberation.matters.frame import frame, matter_of
from deliberation.procedure import STAFF
from deliberation.stages.opinions.desk_pages import staffed
from deliberation.stages.opinions.gatherings import actions
from deliberation.stages.opinions.gatherings.held import held
from deliberation.stages.opinions.gatherings.rules import KINDS, MOST_CAME
from deliberation.web.forms import Form, choice, day, integer, read, text
from deliberation.web.perform import perform
from deliberation.web.render import actor_of, form_code, now, page

BASE = "/matters/{matter:int}/opinions/gatherings"
HOLD = {
    "channel": choice(KINDS, message="请选是会议还是群聊"),
    "place": text(max=40, message="请写在哪里开的，或者群的名字"),
    "held_on": day(),
    "hosts": text(max=80, required=False),
    "came": integer(min=1, max=MOST_CAME, required=False),
    "guests": text(max=5000, required=False),
    "points": text(max=50_000, message="请写下说了什么，一行一条"),
}


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    matter = await matter_of(request)
    staff = bool(STAFF & actor_of(request).roles_at(matter.path))
    return page(
        request,
        "opinions/gatherings/index.html",
        status=status,
        **await frame(request, "opinions"),
        form=form or Form(),
        meetings=await held(matter, staff=staff),
        staff=staff,
        kinds=KINDS,
        today=local_date(now(request)).isoformat(),
        code=form_code(request) if staff else "",
    )


async def hold(request: Request) -> Response:
    matter = await staffed(request)
    form = await read(request, HOLD | {"request_code": text(max=40)}, "hold")

    async def action() -> None:
        typed = actions.Held(**{name: form.data[name] for name in HOLD})
        code = form.data["request_code"]
        await actions.hold(actor_of(request), matter, typed, request_code=code, now=now(request))

    done = f"/matters/{matter.id}/opinions/gatherings"
    return await perform(request, form, action, done=done, again=show, flash="已登记")


async def take_back(request: Request) -> Response:
    matter = await staffed(request)
    form = await read(request, {"gathering": integer(min=1, max=2**31 - 1)}, "back")
    return await perform(
        request,
        form,
        lambda: actions.take_back(actor_of(request), matter, **form.data, now=now(request)),
        done=f"/matters/{matter.id}/opinions/gatherings",
        again=show,
        flash="已撤回，那几条意见不再计入",
    )


routes = [
    Route(BASE, show),
    Route(f"{BASE}/hold", hold, methods=["POST"]),
    Route(f"{BASE}/take-back", take_back, methods=["POST"]),
]
