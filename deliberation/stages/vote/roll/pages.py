"""The posted roll, for everyone: masked names building by building, and objections to it. A long
one shows the building that is asked for."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.calendar import end_of
from deliberation.matters.frame import frame, matter_of
from deliberation.people.rules import redact
from deliberation.procedure import STAFF
from deliberation.stages.notices.models import Notice, Objection
from deliberation.stages.vote.proxies.actions import listed
from deliberation.stages.vote.roll import rolls
from deliberation.stages.vote.views import overview, roll_by_building
from deliberation.web.forms import Form, choice, integer, read, text
from deliberation.web.perform import or_404, perform
from deliberation.web.render import actor_of, now, page

MOST_LINES = 300  # on one page


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    context = await frame(request, "vote")
    matter, actor = context["matter"], actor_of(request)
    view = or_404(await overview(matter, actor, now(request)))
    or_404(view if view.is_posted else None)
    staff = bool(actor.roles_at(matter.path) & STAFF)
    return page(
        request,
        "vote/roll.html",
        status=status,
        form=form or Form(),
        **context,
        view=view,
        staff=staff,
        groups=await roll_by_building(view.vote, matter, masked=not staff),
        long=view.voters > MOST_LINES,
        building=request.query_params.get("building", ""),
        proxies=await listed(view.vote, masked=not staff),
        objections=await _objections(view.vote, staff),
        notice=await Notice.filter(passage=view.vote.passage_id, kind="R").order_by("-id").first(),
        objecting=view.vote.status == "posted" and now(request) < end_of(view.vote.posting_last_on),
    )


async def _objections(vote, staff: bool) -> list[dict]:
    """Objections with their answers; in public without names, phones and room numbers."""
    clean = str if staff else redact
    return [
        {
            "id": row.id,
            "name": row.name if staff else "",
            "text": clean(row.text),
            "due_on": row.due_on,
            "upheld": row.upheld,
            "answer": clean(row.answer),
        }
        for row in await Objection.filter(vote=vote)
    ]


async def _do(request: Request, id: str, fields: dict, action, flash: str) -> Response:
    matter = await matter_of(request)
    form = await read(request, fields, id)
    return await perform(
        request,
        form,
        lambda: action(actor_of(request), matter, form.data, now(request)),
        done=f"/matters/{matter.id}/vote/roll",
        again=show,
        flash=flash,
    )


async def file_objection(request: Request) -> Response:
    async def action(actor, matter, data, at):
        # Only staff object in another's name; whoever else sends one objects in their own.
        name = data["name"] if actor.roles_at(matter.path) & STAFF else ""
        await rolls.file_objection(actor, matter, text=data["text"], name=name, now=at)

    fields = {
        "text": text(max=1000, message="请写明哪里不对"),
        "name": text(max=40, required=False),
    }
    return await _do(request, "object", fields, action, "异议已提交")


async def answer_objection(request: Request) -> Response:
    fields = {
        "objection": integer(min=1, max=2**31 - 1),
        "upheld": choice(("1", "0"), message="请选择异议是否成立"),
        "answer": text(max=1000, message="请写明理由"),
    }

    async def action(actor, matter, data, at):
        changed = data | {"upheld": data["upheld"] == "1"}
        await rolls.answer_objection(actor, matter, **changed, now=at)

    return await _do(request, "answer", fields, action, "已答复")


_BASE = "/matters/{matter:int}/vote/roll"
routes = [
    Route(_BASE, show),
    Route(f"{_BASE}/objections", file_objection, methods=["POST"]),
    Route(f"{_BASE}/answers", answer_objection, methods=["POST"]),
]
