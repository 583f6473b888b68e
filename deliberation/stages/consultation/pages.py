"""二议 for everyone: which organisations were asked and what they answered; forms for staff.

Organisations, stances, reasons, undertakings and conditions are public; contacts are not.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.calendar import NoTable, Unit, local_date
from deliberation.calendars.models import calendar
from deliberation.matters import plan_pages
from deliberation.matters.frame import frame, matter_of
from deliberation.matters.meeting_pages import MeetingPages
from deliberation.matters.models import Matter
from deliberation.people.rules import redact
from deliberation.procedure import Norms
from deliberation.stages.consultation import actions
from deliberation.stages.consultation.models import Condition, Invitation, Organisation
from deliberation.stages.consultation.rules import SEAT_NAMES, SEATS, STAGE, STANCES
from deliberation.stages.consultation.table import table
from deliberation.web.forms import Bad, Form, choice, day, read, text
from deliberation.web.perform import or_404, perform
from deliberation.web.render import actor_of, now, page

MOST_CONDITIONS = 30
MET = {"yes": "已采纳，方案已经修改", "no": "没有采纳，说明理由"}


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    context = await frame(request, STAGE.key)
    passage, community = context["passage"], context["community"]
    context |= await MEETING.context(request, passage)
    context |= await plan_pages.summary(request, context)
    return page(
        request,
        "consultation/show.html",
        status=status,
        **context,
        form=form or Form(),
        table=await table(passage),
        organisations=await Organisation.filter(community=community),
        due_on=await _due_on(request, context["norms"]) if context["current"] else "",
        seats=SEATS,
        seat_names=SEAT_NAMES,
        stances=STANCES,
        met=MET,
        # What organisations wrote is free text: phones and rooms in it are for staff only.
        shown=str if context["reads_minutes"] else redact,
    )


async def _due_on(request: Request, norms: Norms) -> str:
    """The day proposed for answers; empty when the calendar does not reach that far."""
    today = local_date(now(request))
    try:
        return str((await calendar()).count(today, norms.consultation_days, Unit.NATURAL).last)
    except NoTable:
        return ""


async def _done(request: Request, matter: Matter, form: Form, action, flash: str) -> Response:
    """Every form of the page: carried out, or shown again with what was typed."""
    home = f"/matters/{matter.id}/consultation"
    return await perform(request, form, action, done=home, again=show, flash=flash)


async def invite(request: Request) -> Response:
    matter = await matter_of(request)
    known = await Organisation.filter(community_id=matter.community_id).values_list("id", flat=True)
    fields = {
        "organisation": choice({str(id) for id in known}, required=False),
        "name": text(max=80, required=False),
        "contact": text(max=40, required=False),
        "phone": text(max=30, required=False),
        "seat": choice(SEAT_NAMES, message="请选席位"),
        "due_on": day(),
    }
    form = await read(request, fields, "invite")

    async def action():
        chosen = form.data["organisation"]
        data = form.data | {"organisation": int(chosen) if chosen else None}
        return await actions.invite(actor_of(request), matter, **data, now=now(request))

    return await _done(request, matter, form, action, "已邀请")


async def _in_url(request: Request, model, name: str, **path) -> int:
    """The id in the URL of a row of this matter; raises 404 for any other."""
    ids = await model.filter(**path).values_list("id", flat=True)
    id = request.path_params[name]
    return or_404(id if id in ids else None)


async def _invitation(request: Request, matter: Matter) -> int:
    return await _in_url(request, Invitation, "invitation", passage__matter=matter)


def _conditions(items: list) -> list[str]:
    """One condition per line."""
    lines = [line.strip() for line in text(max=5000, required=False)(items).splitlines()]
    lines = [line for line in lines if line]
    if len(lines) > MOST_CONDITIONS:
        raise Bad(f"最多写{MOST_CONDITIONS}条，每条一行")
    return lines


async def record(request: Request) -> Response:
    matter = await matter_of(request)
    id = await _invitation(request, matter)
    fields = {
        "stance": choice(STANCES, message="请选同意、有条件同意或不同意"),
        "reason": text(max=2000, required=False),
        "undertakings": text(max=2000, required=False),
        "conditions": _conditions,
    }
    form = await read(request, fields, f"position-{id}")

    def action():
        return actions.record(actor_of(request), matter, id, **form.data, now=now(request))

    return await _done(request, matter, form, action, "已登记单位意见")


async def absent(request: Request) -> Response:
    matter = await matter_of(request)
    id = await _invitation(request, matter)

    def action():
        return actions.absent(actor_of(request), matter, id, now=now(request))

    return await _done(request, matter, Form("absent"), action, "已登记逾期未答")


async def explain(request: Request) -> Response:
    matter = await matter_of(request)
    fields = {"seat": choice(SEATS), "reason": text(max=200, message="请写席位空缺的原因")}
    form = await read(request, fields, "explain")

    def action():
        return actions.explain(actor_of(request), matter, **form.data, now=now(request))

    return await _done(request, matter, form, action, "已说明席位空缺")


async def respond(request: Request) -> Response:
    matter = await matter_of(request)
    path = {"position__invitation__passage__matter": matter}
    id = await _in_url(request, Condition, "condition", **path)
    fields = {"met": choice(MET), "answer": text(max=2000, message="请写怎样改了，或者为什么不改")}
    form = await read(request, fields, f"condition-{id}")

    def action():
        met, answer = form.data["met"] == "yes", form.data["answer"]
        return actions.respond(
            actor_of(request), matter, id, met=met, answer=answer, now=now(request)
        )

    return await _done(request, matter, form, action, "已回应")


MEETING = MeetingPages(STAGE.key, actions.kind, show)
BASE = "/matters/{matter:int}/consultation"
routes = [
    Route(BASE, show),
    Route(f"{BASE}/invite", invite, methods=["POST"]),
    Route(f"{BASE}/invitations/{{invitation:int}}/position", record, methods=["POST"]),
    Route(f"{BASE}/invitations/{{invitation:int}}/absent", absent, methods=["POST"]),
    Route(f"{BASE}/conditions/{{condition:int}}", respond, methods=["POST"]),
    Route(f"{BASE}/explain", explain, methods=["POST"]),
    *MEETING.routes,
]
