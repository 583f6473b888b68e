"""The page that asks a household whether it is satisfied, and shows how many are."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.matters.frame import frame, matter_of
from deliberation.procedure import STAFF
from deliberation.stages.implementation import evaluations
from deliberation.stages.implementation.rules import CHANNELS
from deliberation.stages.notices.rules import VERDICTS
from deliberation.web.forms import Form, choice, integer, read, text
from deliberation.web.perform import perform
from deliberation.web.render import actor_of, now, page

ANSWER = {
    "verdict": choice(VERDICTS, message="请选一个答案"),
    "comment": text(max=500, required=False),
}


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    context = await frame(request, "implementation")
    matter, actor = context["matter"], actor_of(request)
    home = await evaluations.own_household(actor, matter)
    staff = bool(STAFF & actor.roles_at(matter.path))
    return page(
        request,
        "implementation/evaluation.html",
        status=status,
        **context,
        form=form or Form(),
        home=home,
        mine=await evaluations.evaluation_of(home, matter),
        counts=await evaluations.counts(matter),
        comments=await evaluations.comments(matter) if staff else [],
        place_options=await evaluations.place_options(matter) if staff else [],
        verdicts=VERDICTS,
        channels=CHANNELS,
    )


async def evaluate(request: Request) -> Response:
    matter = await matter_of(request)
    form = await read(request, ANSWER, "evaluation")
    return await perform(
        request,
        form,
        lambda: evaluations.evaluate(
            actor_of(request), matter, evaluations.Verdict(**form.data), now(request)
        ),
        done=f"/matters/{matter.id}/evaluation",
        again=show,
        flash="您家的评议已收到",
    )


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
    Route("/matters/{matter:int}/evaluation", evaluate, methods=["POST"]),
    Route("/matters/{matter:int}/evaluation/record", record, methods=["POST"]),
]
