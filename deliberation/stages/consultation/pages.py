"""二议 for everyone: which organisations were asked and what they answered; forms for staff.

Organisations, stances, reasons, undertakings and conditions are public; contacts, respondents and
files are not.
"""

import anyio
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.calendar import NoTable, Unit, local_date
from deliberation.calendars.models import calendar
from deliberation.documents.uploads import MOST
from deliberation.log.models import Entry
from deliberation.matters import plan_pages
from deliberation.matters.frame import frame, matter_of
from deliberation.matters.items import items_of, newest
from deliberation.matters.meeting_pages import MeetingPages
from deliberation.matters.models import Matter
from deliberation.people.rules import redact
from deliberation.procedure import Norms
from deliberation.stages.consultation import actions, invitations, invited_pages, positions
from deliberation.stages.consultation.invited_pages import MOST_FILES, PROMISES, read_said, typed
from deliberation.stages.consultation.models import Condition, Invitation, Link
from deliberation.stages.consultation.rules import SEAT_NAMES, SEATS, STAGE, STANCES, earliest
from deliberation.stages.consultation.table import known_to, table
from deliberation.web.forms import Form, choice, day, read, text
from deliberation.web.perform import or_404, perform
from deliberation.web.qr import qr_data_uri
from deliberation.web.render import actor_of, now, page

# How a condition is answered besides by a change of the plan's item with a number.
UNCHANGED = {"already": "方案里已经有，写明在哪里", "declined": "没有采纳，说明理由"}
CALLED = {
    "name": text(max=80, required=False),
    "contact": text(max=40, required=False),
    "phone": text(max=30, required=False),
}


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    context = await frame(request, STAGE.key)
    passage, community = context["passage"], context["community"]
    context |= await MEETING.context(request, passage)
    context |= await plan_pages.summary(request, context)
    found = await table(passage)
    return page(
        request,
        "consultation/show.html",
        status=status,
        **context,
        form=form or Form(),
        table=found,
        reminders=found.reminders(context["norms"], context["now"]) if context["current"] else [],
        opened=await _opened(context["matter"]) if context["reads_minutes"] else {},
        typed=typed,
        promises=PROMISES,
        most_files=MOST_FILES,
        most_bytes=MOST,
        unchanged=UNCHANGED,
        organisations=await known_to(community.id),
        first_day=lambda entry: earliest(entry.told, context["now"]),
        due_on=await _due_on(request, context["norms"]) if context["current"] else "",
        seats=SEATS,
        seat_names=SEAT_NAMES,
        stances=STANCES,
        # What organisations wrote is free text: phones and rooms in it are for staff only.
        shown=str if context["reads_minutes"] else redact,
    )


async def _opened(matter: Matter) -> dict[int, list]:
    """When each link was opened, by its id: the record keeps every use."""
    found: dict[int, list] = {}
    for entry in await Entry.filter(matter_id=matter.id, act="consultation.open"):
        found.setdefault(entry.body["link"], []).append(entry.at)
    return found


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
    """Invites, and shows the letter with the link at once."""
    matter = await matter_of(request)
    known = await known_to(matter.community_id)
    fields = CALLED | {
        "organisation": choice({str(row.id) for row in known}, required=False),
        "seat": choice(SEAT_NAMES, message="请选席位"),
        "due_on": day(),
    }
    form, made = await read(request, fields, "invite"), []

    async def action():
        actor, at, chosen = actor_of(request), now(request), form.data["organisation"]
        data = form.data | {"organisation": int(chosen) if chosen else None}
        row = await invitations.invite(actor, matter, **data, now=at)
        due_on = form.data["due_on"]
        made.append(await invitations.issue(actor, matter, row.id, due_on=due_on, now=at))
        made.append(row.id)

    answer = await _done(request, matter, form, action, "")
    return await _letter(request, matter, made[1], made[0]) if made else answer


async def _in_url(request: Request, model, name: str, **path) -> int:
    """The id in the URL of a row of this matter; raises 404 for any other."""
    ids = await model.filter(**path).values_list("id", flat=True)
    id = request.path_params[name]
    return or_404(id if id in ids else None)


async def _invitation(request: Request, matter: Matter) -> int:
    return await _in_url(request, Invitation, "invitation", passage__matter=matter)


async def record(request: Request) -> Response:
    matter = await matter_of(request)
    id = await _invitation(request, matter)
    entry = await positions.history(await Invitation.get(id=id))
    form = await read_said(request, entry, f"position-{id}", {})

    def action():
        said = form.data["said"]
        return positions.record(actor_of(request), matter, id, said, now=now(request))

    return await _done(request, matter, form, action, "已登记单位意见")


async def link(request: Request) -> Response:
    """Issues a link; the answer shows it, once."""
    matter = await matter_of(request)
    id = await _invitation(request, matter)
    form, made = await read(request, {"due_on": day()}, f"link-{id}"), []

    async def action():
        due_on, at = form.data["due_on"], now(request)
        made.append(await invitations.issue(actor_of(request), matter, id, due_on=due_on, now=at))

    answer = await _done(request, matter, form, action, "")
    return await _letter(request, matter, id, made[0]) if made else answer


async def _letter(request: Request, matter: Matter, id: int, token: str) -> Response:
    url = f"{request.app.state.settings.base_url}/invited#{token}"
    row = await Invitation.get(id=id).select_related("organisation")
    answer = page(
        request,
        "consultation/link.html",
        matter=matter,
        community=await matter.community,
        invitation=row,
        url=url,
        again=await Link.filter(invitation_id=id).count() > 1,
        code=await anyio.to_thread.run_sync(qr_data_uri, url),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _pressed(action, flash: str):
    """The handler of a button that takes nothing but its press."""

    async def pressed(request: Request) -> Response:
        matter = await matter_of(request)
        id = await _invitation(request, matter)

        def act():
            return action(actor_of(request), matter, id, now=now(request))

        return await _done(request, matter, Form("pressed"), act, flash)

    return pressed


async def correct(request: Request) -> Response:
    matter = await matter_of(request)
    id = await _invitation(request, matter)
    form = await read(request, CALLED | {"name": text(max=80)}, f"correct-{id}")

    def action():
        return invitations.correct(actor_of(request), matter, id, **form.data, now=now(request))

    return await _done(request, matter, form, action, "已更正")


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
    items = await items_of(await newest(matter))
    ways = {*UNCHANGED, *(str(item.number) for item in items)}
    why = text(max=2000, message="请写怎样改了，或者为什么不改")
    fields = {
        "item": choice(ways, message="请选怎样回应"),
        "answer": why,
    }
    form = await read(request, fields, f"condition-{id}")

    def action():
        chosen = form.data["item"]
        said = {"met": chosen != "declined", "answer": form.data["answer"], "now": now(request)}
        item = None if chosen in UNCHANGED else int(chosen)
        return positions.respond(actor_of(request), matter, id, item=item, **said)

    return await _done(request, matter, form, action, "已回应")


MEETING = MeetingPages(STAGE.key, actions.kind, show)
BASE = "/matters/{matter:int}/consultation"
ONE = f"{BASE}/invitations/{{invitation:int}}"
routes = [
    Route(BASE, show),
    Route(f"{BASE}/invite", invite, methods=["POST"]),
    Route(f"{ONE}/position", record, methods=["POST"]),
    Route(f"{ONE}/link", link, methods=["POST"]),
    Route(f"{ONE}/revoke", _pressed(invitations.revoke, "链接已经作废"), methods=["POST"]),
    Route(f"{ONE}/withdraw", _pressed(invitations.withdraw, "邀请已经撤回"), methods=["POST"]),
    Route(f"{ONE}/correct", correct, methods=["POST"]),
    Route(f"{BASE}/conditions/{{condition:int}}", respond, methods=["POST"]),
    Route(f"{BASE}/explain", explain, methods=["POST"]),
    *MEETING.routes,
    *invited_pages.routes,
]
