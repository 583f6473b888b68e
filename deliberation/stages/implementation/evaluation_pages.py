"""Whether a household is satisfied: the question, one page to look over, the receipt; and how many
are. What was chosen travels in the form itself, as with a ballot and an opinion."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.matters.frame import frame, matter_of
from deliberation.matters.models import Matter
from deliberation.procedure import STAFF
from deliberation.stages.implementation import evaluations
from deliberation.stages.implementation.rules import CHANNELS
from deliberation.stages.notices.rules import VERDICTS
from deliberation.stages.opinions.breakdown import LEAST
from deliberation.web.forms import Form, choice, integer, read, text
from deliberation.web.perform import or_404, perform
from deliberation.web.render import actor_of, now, page

MOST_COMMENT = 500
ANSWER = {
    "verdict": choice(VERDICTS, message="请选一个答案"),
    "comment": text(max=MOST_COMMENT, required=False),
}
PAGES = {
    "ask": "implementation/evaluation.html",
    "review": "implementation/evaluation_review.html",
}


async def show(
    request: Request, form: Form | None = None, status: int = 200, step: str = "ask"
) -> Response:
    context = await frame(request, "implementation")
    matter, actor = context["matter"], actor_of(request)
    home = await evaluations.own_household(actor, matter)
    staff = bool(STAFF & actor.roles_at(matter.path))
    return page(
        request,
        PAGES[step if home else "ask"],
        status=status,
        back=True,
        **context,
        form=form or Form(),
        home=home,
        mine=await evaluations.evaluation_of(home, matter),
        counts=await evaluations.counts(matter),
        comments=await evaluations.comments(matter) if staff else [],
        place_options=await evaluations.place_options(matter) if staff else [],
        least=LEAST,
        verdicts=VERDICTS,
        most=MOST_COMMENT,
        channels=CHANNELS,
    )


async def walk(request: Request) -> Response:
    """From the question to the page that looks it over, or back."""
    form = await read(request, ANSWER | {"step": choice(PAGES)}, "evaluation")
    if not form.ok:
        return await show(request, form, 422)
    return await show(request, form, step=form.data["step"])


async def evaluate(request: Request) -> Response:
    matter = await matter_of(request)
    form = await read(request, ANSWER | {"before": text(max=40, required=False)}, "evaluation")
    if form.ok and await _unseen(request, matter, form.data.pop("before"), form.data):
        return await show(request, form, 422, step="review")
    return await perform(
        request,
        form,
        lambda: evaluations.evaluate(
            actor_of(request), matter, evaluations.Verdict(**form.data), now(request)
        ),
        done=f"/matters/{matter.id}/evaluation/sent",
        again=show,
    )


async def _unseen(request: Request, matter: Matter, before: str, said: dict) -> bool:
    """Whether the home has said something else since the page was made that was looked over."""
    home = await evaluations.own_household(actor_of(request), matter)
    mine = await evaluations.evaluation_of(home, matter)
    same = mine and (mine.verdict, mine.comment) == (said["verdict"], said["comment"])
    return bool(mine and not same and mine.given_at.isoformat() != before)


async def sent(request: Request) -> Response:
    """What the own household said, to be kept."""
    matter = await matter_of(request)
    home = await evaluations.own_household(actor_of(request), matter)
    mine = or_404(await evaluations.evaluation_of(home, matter))
    said = {"home": home, "mine": mine, "verdicts": VERDICTS}
    return page(request, "implementation/evaluation_sent.html", matter=matter, **said)


async def record(request: Request) -> Response:
    matter = await matter_of(request)
    answer = await read(request, ANSWER, "household")
    place = {"place": integer(min=1, max=2**31 - 1), "room": text(max=20)}
    form = await read(request, place | {"channel": choice(CHANNELS)}, "household")
    form.errors |= answer.errors
    form.values |= answer.values

    async def action() -> None:
        verdict = evaluations.Verdict(**answer.data)
        await evaluations.record(actor_of(request), matter, verdict, **form.data, now=now(request))

    done = f"/matters/{matter.id}/evaluation"
    return await perform(request, form, action, done=done, again=show, flash="评议已登记")


routes = [
    Route("/matters/{matter:int}/evaluation", show),
    Route("/matters/{matter:int}/evaluation", walk, methods=["POST"]),
    Route("/matters/{matter:int}/evaluation/submit", evaluate, methods=["POST"]),
    Route("/matters/{matter:int}/evaluation/sent", sent),
    Route("/matters/{matter:int}/evaluation/record", record, methods=["POST"]),
]
