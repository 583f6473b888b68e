"""The vote's own page: every step with its reasons, from the draft to the certified result."""

from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.acting import Actor
from deliberation.matters.frame import frame, matter_of
from deliberation.matters.models import Matter
from deliberation.stages.notices.voted import wide
from deliberation.stages.vote import (
    amending,
    attendance_pages,
    ballot_pages,
    closing,
    dangerous,
    drafts,
    freezing,
    opening,
    roll_pages,
    rolls,
)
from deliberation.stages.vote.profiles import PROFILES
from deliberation.stages.vote.rules import FORMS, STATUSES, VOTING
from deliberation.stages.vote.step_pages import STEPS, WATCH
from deliberation.stages.vote.views import Overview, may_certify, overview
from deliberation.web.forms import Form, choice, flag, read, text
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.render import actor_of, now, page


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    context = await frame(request, "vote")
    view = await overview(context["matter"], actor_of(request), now(request))
    return page(
        request,
        "vote/show.html",
        status=status,
        form=form or Form(),
        **context,
        view=view,
        statuses=STATUSES,
        forms=FORMS,
        watch=WATCH,
        wide=wide,
        **await _work(request, context, view),
    )


async def _work(request: Request, context: dict, view: Overview | None) -> dict:
    """What only those who act at this step see: names that are missing, candidates, reasons."""
    matter, may, actor, at = context["matter"], context["may"], actor_of(request), now(request)
    work = dict.fromkeys(("post_reasons", "freeze_reasons", "open_reasons", "close_reasons"), [])
    work |= {"undecided": [], "candidates": [], "to_certify": False, "pending": [], "missing": {}}
    if view is None:
        return work
    status = view.vote.status
    if status in ("draft", "posted"):
        work |= await _roll_work(matter, may, view, at)
    if status == "posted" and may("vote.propose"):
        work["freeze_reasons"] = await freezing.roll_reasons(matter, view.vote, at)
    if status == "frozen" and may("vote.open"):
        work["open_reasons"] = opening.open_reasons(view.vote, at)
    if status in VOTING and may("vote.close"):
        work["close_reasons"] = await closing.close_reasons(matter, at)
    if view.result and may("vote.certify"):
        work["to_certify"] = await may_certify(view.vote, actor)
    return work | await _two_people(matter, may, view, actor, at)


async def _two_people(
    matter: Matter, may: Callable, view: Overview, actor: Actor, at: datetime
) -> dict:
    """What waits for a second person, and who could still be put on the roll."""
    work = {}
    if view.is_staff:
        work["pending"] = await dangerous.pending(view.vote, matter, actor, at)
    if view.vote.status in ("frozen", "open") and not view.vote.secret and may("vote.propose"):
        work["missing"] = await amending.named(await amending.missing(matter, view.vote, at))
    return work


async def _roll_work(matter: Matter, may: Callable, view: Overview, at: datetime) -> dict:
    work = {}
    if may("vote.post_roll") and (view.vote.status == "draft" or view.rebuild_due):
        found = await rolls.entitled(matter, view.vote, at)
        work["post_reasons"] = await rolls.post_reasons(matter, view.vote, found)
        work["undecided"] = found.undecided
    if may("vote.name_scrutineer"):
        people = await drafts.candidates(matter, at)
        work["candidates"] = [(person.id, person.name) for person in people]
    return work


async def drafting(request: Request, form: Form | None = None, status: int = 200) -> Response:
    """Every profile with its rule and its basis, and how the ballot looks."""
    context = await frame(request, "vote")
    visible_to(request, context["here"].may["vote.draft"], context["matter"].path)
    return page(
        request,
        "vote/draft.html",
        status=status,
        form=form or Form(),
        **context,
        profiles=PROFILES.values(),
        forms=FORMS,
        wide=wide,
    )


async def draft(request: Request) -> Response:
    matter = await matter_of(request)
    fields = {"profile": choice(PROFILES), "form": choice(FORMS), "secret": flag()}
    fields["checkable"] = flag()
    form = await read(request, fields | {"schemes": text(max=600, required=False)}, "draft")

    async def action():
        schemes = form.data.pop("schemes") if form.data["form"] == "choice" else ""
        labels = tuple(label.strip() for label in schemes.split("\n") if label.strip())
        kept = {name: form.data[name] for name in fields}
        wanted = drafts.Draft(**kept, schemes=labels)
        await drafts.draft(actor_of(request), matter, wanted, now(request))

    url = f"/matters/{matter.id}/vote"
    return await perform(request, form, action, done=url, again=drafting, flash="表决已起草")


async def result(request: Request) -> Response:
    """The counted result with its sums, for everyone; before the close there is no such page."""
    context = await frame(request, "vote")
    view = or_404(await overview(context["matter"], actor_of(request), now(request)))
    or_404(view.result)
    return page(request, "vote/result.html", form=Form(), **context, view=view, wide=wide)


def _handler(key: str):
    """The POST handler of one step; a refusal comes back on the vote's page."""
    step = STEPS[key]

    async def handle(request: Request) -> Response:
        matter = await matter_of(request)
        form = await read(request, step.fields, key)
        return await perform(
            request,
            form,
            lambda: step.action(actor_of(request), matter, form.data, now(request)),
            done=f"/matters/{matter.id}/vote",
            again=show,
            flash=step.flash,
        )

    return handle


_BASE = "/matters/{matter:int}/vote"
routes = [
    Route(_BASE, show),
    Route(f"{_BASE}/draft", drafting),
    Route(f"{_BASE}/draft", draft, methods=["POST"]),
    Route(f"{_BASE}/result", result),
    *(Route(f"{_BASE}/{key}", _handler(key), methods=["POST"]) for key in STEPS),
    *roll_pages.routes,
    *ballot_pages.routes,
    *attendance_pages.routes,
]
