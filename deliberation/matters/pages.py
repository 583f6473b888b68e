"""A matter's pages: the lists, the overview with the line, the record, and moving on."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.calendar import local_date
from deliberation.database.plain import found, refer
from deliberation.log import signing
from deliberation.matters import actions, desk_pages, registration_pages
from deliberation.matters.facts import final_plan
from deliberation.matters.frame import frame, matter_of
from deliberation.matters.models import Matter, MatterScope
from deliberation.matters.recorded import PER_PAGE as ENTRIES
from deliberation.matters.recorded import recorded
from deliberation.matters.rules import SOURCES
from deliberation.matters.standing import standing, standings
from deliberation.procedure import STAFF
from deliberation.stages.notices.models import Notice
from deliberation.stages.notices.objections import hangs
from deliberation.stages.notices.rules import STATUSES
from deliberation.tasks.listing import of_matter, tasks
from deliberation.tasks.rules import by_matter
from deliberation.web.forms import Form, day, read, text
from deliberation.web.perform import perform
from deliberation.web.render import actor_of, now, page, page_asked, paged

# Of a notice; the figures that it prints are long.
LISTED = (
    "x.id, x.code, x.title, x.number, x.revision, x.status, x.published_at, x.passage_id, x.last_on"
)
NEWEST = (
    "WHERE x.status = 'published' ORDER BY CASE WHEN x.kind IN ('A', 'B', 'R') "
    "AND x.last_on >= $1 THEN 0 ELSE 1 END, x.published_at DESC, x.id DESC LIMIT 5"
)  # what may still be objected to, then the newest
HUNG = "WHERE x.matter_id = $1 AND x.published_at IS NOT NULL ORDER BY x.id DESC"
PER_PAGE = 50
FIRST = 3  # tasks on the home page


async def home(request: Request) -> Response:
    waiting = [one for one in await tasks(actor_of(request), now(request)) if one.mine]
    waiting = [one for one in waiting if not one.done]
    return page(
        request,
        "home.html",
        now=now(request),
        tasks=by_matter(waiting[:FIRST]),
        more=max(len(waiting) - FIRST, 0),
        lines=await standings(await found(Matter, "ORDER BY x.id DESC LIMIT 5")),
        notices=await found(Notice, NEWEST, local_date(now(request)), columns=LISTED),
    )


async def index(request: Request) -> Response:
    number = page_asked(request)
    rows = await Matter.all().offset((number - 1) * PER_PAGE).limit(PER_PAGE + 1)
    lines = await standings(paged(request, rows)[:PER_PAGE])
    return page(
        request,
        "matters/index.html",
        lines=lines,
        number=number,
        more=len(rows) > PER_PAGE,
        registers=bool(STAFF & set(actor_of(request).roles)),
    )


async def show(request: Request) -> Response:
    context = await frame(request)
    matter = context["matter"]
    scope = "WHERE x.matter_id = $1 ORDER BY x.id"
    notices = await found(Notice, HUNG, matter.id, columns=LISTED)
    objects = context["may"]("notices.object")
    return page(
        request,
        "matters/show.html",
        **context,
        form=Form(),
        reminders=await of_matter(actor_of(request), now(request), context["standing"]),
        scope=await refer(await found(MatterScope, scope, matter.id), "place"),
        notices=notices,
        open=[row for row in notices if objects and await hangs(row, matter, now(request))],
        plan=await final_plan(matter),
        sources=SOURCES,
        statuses=STATUSES,
    )


async def record(request: Request) -> Response:
    """Every act of the matter with its digest by the stay in a stage, the newest first, or all of
    them as they came to be printed; names stay out of the log by construction."""
    matter, number = await matter_of(request), page_asked(request)
    whole = "all" in request.query_params
    stays = await recorded(await standing(matter), None if whole else number)
    paged(request, [entry for stay in stays for entry in stay.entries])
    return page(
        request,
        "matters/record.html",
        matter=matter,
        stays=stays,
        more=sum(stay.count for stay in stays) > number * ENTRIES,
        whole=whole,
        number=number,
        key=signing.keys().current,
    )


async def _moved(request: Request, id: str, fields: dict, action, flash: str) -> Response:
    """One of the moves of a matter; a refusal comes back on the matter's own page."""
    matter = await matter_of(request)
    form = await read(request, fields, id)

    async def again(request: Request, form: Form, status: int) -> Response:
        context = await frame(request)
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


routes = [
    *desk_pages.routes,
    *registration_pages.routes,
    Route("/", home),
    Route("/matters", index),
    Route("/matters/{matter:int}", show),
    Route("/matters/{matter:int}/record", record),
    Route("/matters/{matter:int}/advance", advance, methods=["POST"]),
    Route("/matters/{matter:int}/send-back", send_back, methods=["POST"]),
    Route("/matters/{matter:int}/extend", extend, methods=["POST"]),
    Route("/matters/{matter:int}/terminate", terminate, methods=["POST"]),
]
