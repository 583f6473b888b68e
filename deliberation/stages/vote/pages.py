"""The vote's own page: every step with its reasons, from the draft to the certified result."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.database.plain import found, rows
from deliberation.matters.frame import frame, matter_of
from deliberation.matters.models import Matter
from deliberation.stages.notices.voted import wide
from deliberation.stages.vote import drafts
from deliberation.stages.vote.count.disclosure import UNANIMOUS
from deliberation.stages.vote.evidence.package import counted_vote
from deliberation.stages.vote.evidence.recount import recount
from deliberation.stages.vote.models import Vote
from deliberation.stages.vote.profiles import PROFILES
from deliberation.stages.vote.rules import COUNTED, FORMS, STATUSES
from deliberation.stages.vote.step_pages import STEPS, WATCH
from deliberation.stages.vote.views import Overview, overview
from deliberation.stages.vote.work import work
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
        attached=await _attached(context["matter"], view),
        **await _recount(request, context["matter"], view),
        **await work(context["matter"], context["may"], view, actor_of(request), now(request)),
    )


async def _attached(matter: Matter, view: Overview | None) -> set[str]:
    """Which of the records that the law wants besides this vote were attached since its plan."""
    if view is None or not (view.asks_residents_meeting or view.owners_reasons):
        return set()
    kinds = (
        "SELECT DISTINCT o.kind FROM owners_decision o JOIN plan p ON p.id = $2 "
        "WHERE o.matter_id = $1 AND o.recorded_at >= p.frozen_at"
    )
    return {kind for (kind,) in await rows(kinds, matter.id, view.vote.plan_id)}


async def _recount(request: Request, matter: Matter, view: Overview | None) -> dict:
    """What goes with a result that is shown, and the matter's other votes that were counted."""
    shown = view and view.result
    recounted = await recount(matter, view.vote, actor_of(request)) if shown else None
    counted = "WHERE x.matter_id = $1 AND x.id <> $2 AND x.status IN $3 ORDER BY x.id"
    others = await found(Vote, counted, matter.id, view.vote.id, [*COUNTED]) if view else []
    return {"recount": recounted, "unanimous_text": UNANIMOUS, "others": others}


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
    """A counted result with its sums, for everyone, also when the matter was voted on again since;
    before the close there is no such page."""
    context = await frame(request, "vote")
    vote = or_404(await counted_vote(context["matter"], request.path_params["vote"]))
    view = await overview(context["matter"], actor_of(request), now(request), vote)
    context |= await _recount(request, context["matter"], view)
    own = {"view": view, "wide": wide, "statuses": STATUSES}
    return page(request, "vote/result.html", form=Form(), **context, **own)


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
    Route("/matters/{matter:int}/votes/{vote:int}", result),
    *(Route(f"{_BASE}/{key}", _handler(key), methods=["POST"]) for key in STEPS),
]
