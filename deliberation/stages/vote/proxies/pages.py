"""The proxies' desk: what was recorded from paper, what waits for its second person, a new one."""

import asyncio

from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tortoise.expressions import Q

from deliberation.calendar import local_date
from deliberation.matters.frame import frame, matter_of
from deliberation.people import search
from deliberation.procedure import OVERSEERS, STAFF
from deliberation.stages.vote.proxies import actions
from deliberation.stages.vote.proxies.models import Proxy
from deliberation.stages.vote.proxies.rules import LASTING, taking_blockers
from deliberation.stages.vote.views import Overview, overview
from deliberation.web.forms import Bad, Form, Parser, clean, day, integer, read, text, upload
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.render import actor_of, now, page

KINDS = {b"%PDF": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}
SCANS = "请上传PDF、JPG或者PNG"
WHO = {"proxy": integer(min=1, max=2**31 - 1)}


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    context = await frame(request, "vote")
    matter, actor = context["matter"], actor_of(request)
    visible_to(request, STAFF | OVERSEERS, matter.path)
    view = or_404(await overview(matter, actor, now(request)))
    or_404(view if view.is_posted else None)
    typed = clean(request.query_params.get("q", ""))[:40] or (
        form.values.get("q", "") if form else ""
    )
    found = []
    if typed:
        inside = Q(place__path__startswith=matter.path)
        found, _ = await search.found(inside, typed, 1, request.app.state.phones)
    homes = await search.homes_of(found)
    return page(
        request,
        "vote/proxies.html",
        status=status,
        form=form or Form(),
        **context,
        view=view,
        typed=typed,
        found=[(row.id, row.name, homes.get(row.id, "没有登记住处")) for row in found],
        rows=await _rows(request, view),
        taking=taking_blockers(view.vote.status, view.profile.proxies),
        lasting=LASTING,
        today=local_date(now(request)).isoformat(),
    )


async def _rows(request: Request, view: Overview) -> list[tuple[Proxy, list[str]]]:
    """Every proxy, with why whoever asks may not confirm it."""
    rows = Proxy.filter(entry__vote=view.vote).order_by("entry__number", "id")
    actor = actor_of(request)
    return [
        (row, await actions.alone(actor, row) if row.confirmed_by is None else [])
        for row in await rows.select_related("entry", "person", "file")
    ]


def _scan() -> Parser:
    """A picture or PDF by its first bytes, whatever its name says: (name, bytes, media type)."""
    parse = upload(required=False)

    async def checked(reading):
        name, content = await reading
        kind = next((kind for start, kind in KINDS.items() if content.startswith(start)), None)
        if kind is None:
            raise Bad(SCANS)
        return name, content, kind

    def wrapped(items: list):
        reading = parse(items)
        return checked(reading) if reading else None

    return wrapped


async def record(request: Request) -> Response:
    matter = await matter_of(request)
    fields = {
        "number": integer(min=1, max=10**6),
        "person": integer(min=1, max=2**31 - 1),
        "powers": text(max=200, message="请照委托书写明委托的事项和权限"),
        "signed_on": day(),
        "until": day(),
    }
    form = await read(
        request, fields | {"q": text(max=40, required=False), "scan": _scan()}, "record"
    )

    async def action():
        paper = actions.Paper(**{name: form.data[name] for name in fields})
        scan = await _kept(request.app.state, form.data["scan"])
        await actions.record(actor_of(request), matter, paper, scan, now(request))

    url = f"/matters/{matter.id}/vote/proxies"
    return await perform(
        request, form, action, done=url, again=show, flash="已登记，等第二个人核对"
    )


async def _kept(state: State, given: tuple[str, bytes, str] | None) -> actions.Scan | None:
    if given is None:
        return None
    name, content, kind = given
    return actions.Scan(await asyncio.to_thread(state.files.put, content), name, kind, len(content))


def _handler(id: str, action, flash: str):
    async def handle(request: Request) -> Response:
        matter = await matter_of(request)
        form = await read(request, WHO, id)
        return await perform(
            request,
            form,
            lambda: action(actor_of(request), matter, **form.data, now=now(request)),
            done=f"/matters/{matter.id}/vote/proxies",
            again=show,
            flash=flash,
        )

    return handle


_BASE = "/matters/{matter:int}/vote/proxies"
routes = [
    Route(_BASE, show),
    Route(_BASE, record, methods=["POST"]),
    Route(f"{_BASE}/confirm", _handler("confirm", actions.confirm, "已核对"), methods=["POST"]),
    Route(f"{_BASE}/revoke", _handler("revoke", actions.revoke, "已撤销"), methods=["POST"]),
]
