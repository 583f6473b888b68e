"""A resident's own opinion, one question a page, one page to look over, and the receipt.

What was given so far travels in the form itself; photos and a voice note wait in the tables for
the form that carries their ids. Everything works without a script.
"""

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from deliberation.acting import permitted
from deliberation.documents.pages import deliver
from deliberation.matters.frame import matter_of
from deliberation.matters.models import Matter
from deliberation.matters.standing import standing
from deliberation.procedure import STAFF
from deliberation.stages.opinions import actions, rules
from deliberation.stages.opinions.speakers import Speaker, said_by, speaker_of
from deliberation.stages.opinions.survey import forms, keeping, menu_pages
from deliberation.stages.opinions.survey.facts import asked_in
from deliberation.stages.opinions.survey.models import Enclosure, Upload
from deliberation.stages.opinions.survey.rules import (
    MOST_PHOTOS,
    QUESTIONS,
    STANCE,
    WILLING,
    Asked,
    steps,
)
from deliberation.web.forms import Form, choice, read
from deliberation.web.perform import or_404, perform
from deliberation.web.render import actor_of, form_code, now, page

STEPS = ("stance", *QUESTIONS, "menu", "words", "review")
UNMADE = "这一页不完整，请从头再选"
ASKS = {"stance_question": STANCE, "questions": QUESTIONS, "willing": WILLING}


async def _closed(request: Request, matter: Matter, speaker: Speaker) -> list[str]:
    """Why whoever asks cannot speak now; empty when they can."""
    stands, actor = await standing(matter), actor_of(request)
    reasons = permitted(actor, "opinions.submit", path=matter.path, stage=stands.stage)
    if reasons:
        return reasons
    if STAFF & actor.roles_at(matter.path) and not speaker.on_roll:
        return ["工作人员听到的意见，请在“登记意见”里记下来"]
    return rules.closed(stands.passage.last_on, now(request))


async def survey(
    request: Request, form: Form | None = None, status: int = 200, step: str = "", came: str = ""
) -> Response:
    """One page of the form; `came` is the page whoever asks was on before."""
    matter, actor = await matter_of(request), actor_of(request)
    form = form or Form("survey")
    code = form.data.get("request_code", "")
    form.values["request_code"] = code if actions.is_code(code) else form_code(request)
    asked, speaker = await asked_in(matter), await speaker_of(actor, matter)
    line = steps(asked)
    step = step if step in line else line[0]
    return page(
        request,
        "opinions/survey_review.html" if step == "review" else "opinions/survey.html",
        status=status,
        back=True,
        matter=matter,
        asked=asked,
        form=form,
        line=line,
        step=step,
        returning=came == "review" and step != "review",
        carried=forms.carried(asked, step),
        kept=await keeping.waiting(actor, matter, form.data.get("kept", [])),
        closed=await _closed(request, matter, speaker),
        speaker=speaker,
        keeping=keeping,
        most_photos=MOST_PHOTOS,
        rules=rules,
        **ASKS,
    )


async def _read(request: Request, matter: Matter, more: dict) -> tuple[Form, Asked]:
    asked = await asked_in(matter)
    speaker = await speaker_of(actor_of(request), matter)
    fields = forms.survey_fields(asked, on_roll=speaker.on_roll)
    return await read(request, fields | more, "survey"), asked


async def walk(request: Request) -> Response:
    """From a page of the form to another, forward or back; what came with it stays in it."""
    matter = await matter_of(request)
    move = choice(STEPS, message=UNMADE)
    form, asked = await _read(request, matter, {"step": move, "from": move})
    await forms.take_in(actor_of(request), matter, form, now(request))
    if form.data.get("step") == "review":
        forms.complete(form)
    if not form.ok:
        return await _wrong(request, form, 422)
    return await survey(request, form, step=form.data["step"], came=form.data["from"])


async def _wrong(request: Request, form: Form, status: int) -> Response:
    """The page on which the first mistake can be mended; what no page asks, on the last, which
    then is another form: this one may have been handed in before."""
    asked = await asked_in(await matter_of(request))
    if form.reasons:
        form.data.pop("request_code", None)
    step = forms.page_of(next(iter(form.errors)), asked) if form.errors else "review"
    return await survey(request, form, status, step)


async def submit(request: Request) -> Response:
    matter, actor = await matter_of(request), actor_of(request)
    form, asked = await _read(request, matter, {})
    forms.complete(form)
    named = {name: form.data.get(name, "") for name in ("text", "stance", "speaker", "origin")}
    code, kept = form.data.get("request_code"), set(form.data.get("kept", []))

    async def action():
        files = request.app.state.files
        brought = await keeping.stored(actor, matter, list(kept), files)
        more = {"given": forms.given(form, asked), "lost": len(kept) - len(brought)}
        more |= {"enclosures": brought, "request_code": code, "now": now(request)}
        return await actions.submit(actor, matter, **named, **more)

    done = f"/matters/{matter.id}/opinions/sent/{code}"
    return await perform(request, form, action, done=done, again=_wrong)


async def upload(request: Request) -> Response:
    """A photo of a form not handed in yet, for who took it."""
    matter, id = await matter_of(request), request.path_params["upload"]
    taken = Upload.filter(matter=matter, account_id=actor_of(request).account_id or 0)
    row = or_404(await taken.get_or_none(id=id, kind="photo"))
    headers = {"Cache-Control": "no-store"}
    return Response(row.content, media_type=row.media_type, headers=headers)


async def enclosure(request: Request) -> Response:
    """A photo or voice note: for whoever may read the opinion as their own, and the staff."""
    matter, actor = await matter_of(request), actor_of(request)
    found = Enclosure.filter(opinion__matter_id=matter.id).select_related("file")
    row = or_404(await found.get_or_none(id=request.path_params["enclosure"]))
    if not STAFF & actor.roles_at(matter.path):
        or_404(row.opinion_id in [mine.id for mine in await said_by(actor)] or None)
    if row.kind == "photo":
        return await deliver(request, row.file, cache="private, no-cache")
    # Phones play only what they may fetch in ranges, of bytes that nobody compressed on the way.
    headers = {"Cache-Control": "private, no-cache", "Content-Encoding": "identity"}
    path = request.app.state.files.path(row.file.sha256)
    return FileResponse(path, media_type=row.file.media_type, headers=headers)


_BASE = "/matters/{matter:int}/opinions"
routes = [
    Route(f"{_BASE}/survey", survey),
    Route(f"{_BASE}/survey", walk, methods=["POST"]),
    Route(f"{_BASE}/submit", submit, methods=["POST"]),
    Route(f"{_BASE}/survey/uploads/{{upload:int}}", upload),
    Route(f"{_BASE}/enclosures/{{enclosure:int}}", enclosure),
    *menu_pages.routes,
]
