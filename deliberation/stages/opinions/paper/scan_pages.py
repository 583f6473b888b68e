"""One page at a time: the picture beside a short form, and the next page follows."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.calendar import local_date
from deliberation.documents.pages import deliver
from deliberation.matters.frame import frame, matter_of
from deliberation.matters.models import Matter
from deliberation.procedure import STAFF
from deliberation.stages.opinions import rules
from deliberation.stages.opinions.desk_pages import BUILDING, building_options, staffed
from deliberation.stages.opinions.paper import desk, entering, print_pages
from deliberation.stages.opinions.paper.models import Scan, twins
from deliberation.stages.opinions.recording import Said, take_back, taking_back
from deliberation.stages.opinions.survey.facts import asked_in
from deliberation.stages.opinions.survey.forms import answer_fields, given
from deliberation.stages.opinions.survey.rules import QUESTIONS, WILLING
from deliberation.web.forms import Form, choice, day, read, text
from deliberation.web.perform import or_404, perform
from deliberation.web.render import actor_of, now, page

BASE = print_pages.BASE
ENTER = {
    "stance": choice(rules.STANCES, required=False),
    "text": text(max=rules.MOST_TEXT, required=False),
    "said_on": day(),
    "building": BUILDING,
    "room": text(max=20, required=False),
    "speaker": text(max=20, required=False),
    "origin": text(max=40, required=False),
}


async def _scan(request: Request, matter: Matter) -> Scan:
    rows = Scan.filter(matter=matter).select_related("file", "household", "bundle", "opinion")
    return or_404(await rows.get_or_none(id=request.path_params["scan"]))


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    matter = await staffed(request)
    scan, context = await _scan(request, matter), await frame(request, "opinions")
    today, last_on = local_date(now(request)), context["passage"].last_on
    return page(
        request,
        "opinions/paper/scan.html",
        status=status,
        **context,
        form=form or Form(),
        scan=scan,
        like=(await twins(matter, [scan]))[scan.id],
        left=await desk.left(matter),
        next=await desk.following(matter, scan.id),
        fresh=scan.opinion and not await taking_back(actor_of(request), scan.opinion, now(request)),
        initial={"said_on": min(today, last_on or today).isoformat()},
        building_options=await building_options(matter),
        asked=await asked_in(matter),
        questions=QUESTIONS,
        willing=WILLING,
        rules=rules,
    )


async def _decided(request: Request, action, form: Form, typed: dict, flash: str) -> Response:
    """One of the acts on a page; the next page that waits follows."""
    matter = await staffed(request)
    scan = await _scan(request, matter)

    async def act() -> str:
        await action(actor_of(request), matter, scan, **typed, now=now(request))
        next = await desk.following(matter, scan.id)
        base = f"/matters/{matter.id}/opinions/paper"
        return f"{base}/{next}" if next else base

    return await perform(request, form, act, done=lambda url: url, again=show, flash=flash)


async def enter(request: Request) -> Response:
    asked = await asked_in(await staffed(request))
    form = await read(request, ENTER | answer_fields(asked), "enter")
    heard = {name: form.data.get(name) for name in ENTER}
    typed = {"said": Said(channel="paper", **heard, given=given(form, asked))} if form.ok else {}
    return await _decided(request, entering.enter, form, typed, "已录入")


async def discard(request: Request) -> Response:
    fields = {"reason": text(max=200, message="请写明为什么作废")}
    form = await read(request, fields, "discard")
    return await _decided(request, entering.discard, form, form.data, "已作废，原图还在")


async def discard_copies(request: Request) -> Response:
    matter = await staffed(request)
    return await perform(
        request,
        await read(request, {}, "copies"),
        lambda: entering.discard_copies(actor_of(request), matter, now(request)),
        done=f"/matters/{matter.id}/opinions/paper",
        again=print_pages.show,
        flash="重复的已经作废，原图还在",
    )


async def put_back(request: Request) -> Response:
    return await _decided(request, entering.put_back, await read(request, {}, "back"), {}, "已放回")


async def back(request: Request) -> Response:
    matter = await staffed(request)
    scan = await _scan(request, matter)
    opinion = or_404(scan.opinion)
    return await perform(
        request,
        await read(request, {}, "taken-back"),
        lambda: take_back(actor_of(request), matter, opinion, now(request)),
        done=f"/matters/{matter.id}/opinions/paper/{scan.id}",
        again=show,
        flash="已撤回，这一张等着重新录入",
    )


async def picture(request: Request) -> Response:
    """The page as it was drawn anew: for staff, and for the household whose opinion it is."""
    matter = await matter_of(request)
    scan, actor = await _scan(request, matter), actor_of(request)
    counts = scan.opinion is not None and not scan.opinion.set_aside
    own = counts and scan.opinion.household_id in actor.homes
    or_404(True if own or STAFF & actor.roles_at(matter.path) else None)
    return await deliver(request, or_404(scan.file), cache="private, no-store")


routes = [
    Route(f"{BASE}/copies", discard_copies, methods=["POST"]),
    Route(f"{BASE}/{{scan:int}}.jpg", picture),
    Route(f"{BASE}/{{scan:int}}", show),
    Route(f"{BASE}/{{scan:int}}/take-back", back, methods=["POST"]),
    Route(f"{BASE}/{{scan:int}}/enter", enter, methods=["POST"]),
    Route(f"{BASE}/{{scan:int}}/discard", discard, methods=["POST"]),
    Route(f"{BASE}/{{scan:int}}/put-back", put_back, methods=["POST"]),
]
