"""征求意见 as everyone meets it: what was heard and answered, and saying something oneself."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.acting import Actor
from deliberation.matters.frame import frame, matter_of
from deliberation.procedure import STAFF
from deliberation.stages.notices.models import Notice
from deliberation.stages.opinions import (
    actions,
    answer_pages,
    desk_pages,
    grouping_pages,
    menu,
    rules,
    seconding,
    sorting_pages,
)
from deliberation.stages.opinions.demand import demand
from deliberation.stages.opinions.facts import facts
from deliberation.stages.opinions.models import Group, Opinion, standing_answers
from deliberation.stages.opinions.published import merged, published
from deliberation.stages.opinions.reviews.given import given_to
from deliberation.stages.opinions.reviews.rules import OUTCOMES
from deliberation.stages.opinions.speakers import said_by, speaker_of
from deliberation.stages.opinions.survey.facts import asked_in, enclosed, given_with, in_short
from deliberation.stages.opinions.survey.rules import QUESTIONS, WILLING
from deliberation.tracing.where import whereabouts
from deliberation.web.forms import Form, choice, integer, read
from deliberation.web.perform import or_404, perform
from deliberation.web.render import actor_of, now, page, page_asked, paged

PER_PAGE = 50


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    context = await frame(request, "opinions")
    matter, actor, number = context["matter"], actor_of(request), page_asked(request)
    known = context["known"] = context["known"] or await facts(matter, "opinions")
    speaker = await speaker_of(actor, matter)
    home = await seconding.own_home(speaker, matter)
    start = (number - 1) * PER_PAGE
    mine, given = await _mine(actor, matter), await given_to(actor, matter)
    answered = await published(matter, offset=start, limit=PER_PAGE + 1)
    return page(
        request,
        "opinions/show.html",
        status=status,
        **context,
        form=form or Form(),
        warnings=rules.warnings(known, context["norms"]),
        groups=await merged(matter),
        stands=await seconding.counts(matter),
        own_stands=await seconding.stands_of(home, matter),
        own_home=home,
        spoke_in=await seconding.spoke_in(home, matter),
        answered=paged(request, answered)[:PER_PAGE],
        number=number,
        more=len(answered) > PER_PAGE,
        closed=rules.closed(known.last_on, now(request)),
        mine=mine,
        where=await whereabouts([item for item, _ in mine], {item.id: row for item, row in mine}),
        given=given,
        short=await in_short([*(item for item, _ in mine), *(one.opinion for one in given)]),
        outcomes=OUTCOMES,
        speaker=speaker,
        staff=bool(STAFF & actor.roles_at(matter.path)),
        rules=rules,
        notice=await Notice.filter(passage=context["passage"], kind="C").first(),
    )


async def _mine(actor: Actor, matter) -> list[tuple]:
    """What the actor said in this matter, newest first, each with its answer or None."""
    said = [row for row in await said_by(actor) if row.matter_id == matter.id]
    opinions = [row for row in said if row.recorded_by is None][:PER_PAGE]
    answers = await standing_answers(opinions)
    return [(item, answers[item.id]) for item in opinions]


async def announce(request: Request) -> Response:
    matter = await matter_of(request)
    form = await read(request, {"days": integer(min=1, max=366)}, "announce")
    return await perform(
        request,
        form,
        lambda: actions.announce(actor_of(request), matter, **form.data, now=now(request)),
        done=f"/matters/{matter.id}/opinions",
        again=show,
        flash="征求意见的期限已公布",
    )


async def second(request: Request) -> Response:
    matter = await matter_of(request)
    group = or_404(await Group.get_or_none(id=request.path_params["group"], matter=matter))
    form = await read(request, {"stand": choice(rules.STANDS, required=False)}, "second")
    return await perform(
        request,
        form,
        lambda: seconding.second(actor_of(request), matter, group, **form.data, now=now(request)),
        done=f"/matters/{matter.id}/opinions#group-{group.id}",
        again=show,
        flash="记下了，随时可以改",
    )


async def wishes(request: Request) -> Response:
    context = await frame(request, "opinions")
    found = await demand(context["matter"])
    most = max((wish.wanting.count + wish.against.count for wish in found.wishes), default=1)
    return page(
        request,
        "opinions/demand.html",
        **context,
        form=Form(),
        demand=found,
        most=most,
        kinds=menu.KINDS,
    )


async def sent(request: Request) -> Response:
    """The thanks after an opinion. Its address is all that someone on no roll has to come back."""
    context = await frame(request, "opinions")
    matter, actor = context["matter"], actor_of(request)
    code = request.path_params["code"]
    or_404(actions.is_code(code) or None)
    sent_as = actions.code_of(matter, code)
    opinion = or_404(await Opinion.get_or_none(request_code=sent_as, recorded_by__isnull=True))
    mine = await _mine(actor, matter)
    if not opinion.speaker:
        or_404(opinion if opinion.id in [item.id for item, _ in mine] else None)
    answers = await standing_answers([opinion])
    return page(
        request,
        "opinions/sent.html",
        **context,
        form=Form(),
        opinion=opinion,
        answer=answers[opinion.id],
        asked=await asked_in(matter),
        given=(await given_with([opinion]))[opinion.id],
        enclosures=(await enclosed([opinion]))[opinion.id],
        questions=QUESTIONS,
        willing=WILLING,
        mine=mine,
        short=await in_short([item for item, _ in mine]),
        where=await whereabouts(
            [opinion, *(item for item, _ in mine)], answers | {item.id: row for item, row in mine}
        ),
        rules=rules,
    )


routes = [
    Route("/matters/{matter:int}/opinions", show),
    Route("/matters/{matter:int}/opinions/announce", announce, methods=["POST"]),
    Route("/matters/{matter:int}/opinions/sent/{code}", sent),
    Route("/matters/{matter:int}/opinions/demand", wishes),
    Route("/matters/{matter:int}/opinions/groups/{group:int}/second", second, methods=["POST"]),
    *desk_pages.routes,
    *grouping_pages.routes,
    *answer_pages.routes,
    *sorting_pages.routes,
]
