"""The staff's side of answering: the list, groups of like opinions, one opinion and its answer."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.matters.frame import frame
from deliberation.people.rules import redact
from deliberation.stages.opinions import actions, answering, grouping, listing, recording, rules
from deliberation.stages.opinions.desk_pages import filters, staffed
from deliberation.stages.opinions.models import (
    Answer,
    Draft,
    Group,
    Opinion,
    heard,
    standing_answers,
)
from deliberation.stages.opinions.paper.models import Scan
from deliberation.stages.opinions.reviews.models import Review
from deliberation.stages.opinions.reviews.rules import OUTCOMES
from deliberation.stages.opinions.suggesting import repeats
from deliberation.stages.opinions.survey.facts import asked_in, enclosed, given_with
from deliberation.stages.opinions.survey.giving import write_down
from deliberation.stages.opinions.survey.rules import QUESTIONS, WILLING
from deliberation.web.forms import Form, choice, flag, ids, read, text
from deliberation.web.perform import or_404, perform
from deliberation.web.render import actor_of, now, page, page_asked, paged

PER_PAGE = 50
ONE = "/matters/{matter:int}/opinions/{opinion:int}"
ANSWER = {
    "verdict": choice(rules.VERDICTS, message="请选怎样答复"),
    "reason": text(max=1000, message="请写明理由"),
}


async def index(request: Request, form: Form | None = None, status: int = 200) -> Response:
    matter = await staffed(request)
    chosen, number = filters(request), page_asked(request)
    rows = listing.listed(matter, **chosen)
    opinions = paged(request, await rows.offset((number - 1) * PER_PAGE).limit(PER_PAGE))
    return page(
        request,
        "opinions/list.html",
        status=status,
        **await frame(request, "opinions"),
        form=form or Form(),
        opinions=opinions,
        answers=await standing_answers(opinions),
        total=await rows.count(),
        groups=await Group.filter(matter=matter),
        repeated=await repeats(matter, opinions),
        chosen=chosen,
        query=urlencode(chosen),
        number=number,
        per_page=PER_PAGE,
        listing=listing,
        rules=rules,
    )


async def put_together(request: Request) -> Response:
    matter = await staffed(request)
    groups = {str(item.id) for item in await Group.filter(matter=matter)}
    fields = {
        "opinion": ids("请先勾选要归并的意见"),
        "group": choice(groups, required=False),
        "title": text(max=30, required=False),
    }
    form = await read(request, fields, "group")

    async def action():
        group = int(form.data["group"]) if form.data["group"] else None
        rest = {"opinions": form.data["opinion"], "title": form.data["title"]}
        return await grouping.put_together(
            actor_of(request), matter, group=group, **rest, now=now(request)
        )

    done = f"/matters/{matter.id}/opinions/list?{urlencode(filters(request))}"
    return await perform(request, form, action, done=done, again=index, flash="已归并")


async def _opinion(request: Request, matter) -> Opinion:
    rows = Opinion.filter(matter=matter).select_related("household", "group")
    return or_404(await rows.get_or_none(id=request.path_params["opinion"]))


async def _group(request: Request, matter) -> Group:
    return or_404(await Group.get_or_none(id=request.path_params["group"], matter=matter))


async def opinion(request: Request, form: Form | None = None, status: int = 200) -> Response:
    matter = await staffed(request)
    found = await _opinion(request, matter)
    answers = await standing_answers([found])
    return page(
        request,
        "opinions/opinion.html",
        status=status,
        **await frame(request, "opinions"),
        form=form or Form(),
        opinion=found,
        public=redact(found.text),
        answer=answers[found.id],
        history=await Answer.filter(opinion=found).order_by("-id"),
        draft=await Draft.get_or_none(opinion=found),
        repeated=await repeats(matter, [found]),
        reviews=await Review.filter(opinion=found),
        outcomes=OUTCOMES,
        scan=await Scan.filter(opinion=found).first().values_list("id", flat=True),
        asked=await asked_in(matter),
        given=(await given_with([found]))[found.id],
        enclosures=(await enclosed([found]))[found.id],
        questions=QUESTIONS,
        willing=WILLING,
        state=listing.state_of(found, answers[found.id] is not None),
        fresh=not await recording.taking_back(actor_of(request), found, now(request)),
        listing=listing,
        rules=rules,
    )


async def group(request: Request, form: Form | None = None, status: int = 200) -> Response:
    matter = await staffed(request)
    found, number = await _group(request, matter), page_asked(request)
    rows = Opinion.filter(heard(), group=found).select_related("household")
    return page(
        request,
        "opinions/group.html",
        status=status,
        **await frame(request, "opinions"),
        form=form or Form(),
        group=found,
        opinions=paged(request, await rows.offset((number - 1) * PER_PAGE).limit(PER_PAGE)),
        total=await rows.count(),
        number=number,
        per_page=PER_PAGE,
        history=await Answer.filter(group=found).order_by("-id"),
        draft=await Draft.get_or_none(group=found),
        listing=listing,
        menu=(await asked_in(matter)).menu,
        rules=rules,
    )


async def answer(request: Request) -> Response:
    matter = await staffed(request)
    subject = await _opinion(request, matter)
    return await _answered(request, matter, subject, opinion, f"{subject.id}")


async def answer_group(request: Request) -> Response:
    matter = await staffed(request)
    subject = await _group(request, matter)
    return await _answered(request, matter, subject, group, f"groups/{subject.id}")


async def _answered(request: Request, matter, subject, again, where: str) -> Response:
    form = await read(request, ANSWER, "answer")
    return await perform(
        request,
        form,
        lambda: answering.draft(
            actor_of(request), matter, [subject], **form.data, now=now(request)
        ),
        done=f"/matters/{matter.id}/opinions/{where}",
        again=again,
        flash="已起草，等另一个人核对",
    )


async def sort(request: Request) -> Response:
    matter = await staffed(request)
    found = await _group(request, matter)
    menu = (await asked_in(matter)).menu
    fields = {
        "title": text(max=30, message="请写组的名字"),
        "category": choice(menu.items, required=False),
        "against": flag(),
    }
    form = await read(request, fields, "sort")
    return await perform(
        request,
        form,
        lambda: grouping.sort(actor_of(request), matter, found, **form.data, now=now(request)),
        done=f"/matters/{matter.id}/opinions/groups/{found.id}",
        again=group,
        flash="已改好",
    )


_ON_ONE = {  # of the acts on one opinion: what is done, what the form holds, its id, what is said
    "take-out": (grouping.take_out, {}, "take-out", "已从组里取出"),
    "take-back": (recording.take_back, {}, "take-back", "已撤回，这条意见不计入"),
    "confirm": (actions.confirm, {}, "confirm", "已确认"),
    "spoken": (
        write_down,
        {"spoken": text(max=rules.MOST_TEXT, message="请写下听到的话")},
        "spoken",
        "已写下来",
    ),
    "set-aside": (
        actions.set_aside,
        {"reason": text(max=200, message="请写明为什么不能确认")},
        "aside",
        "已搁置，这条意见不计入",
    ),
}


def _on_one(action, fields: dict, id: str, flash: str):
    """The handler of one of them."""

    async def handle(request: Request) -> Response:
        matter = await staffed(request)
        found = await _opinion(request, matter)
        form = await read(request, fields, id)
        return await perform(
            request,
            form,
            lambda: action(actor_of(request), matter, found, **form.data, now=now(request)),
            done=f"/matters/{matter.id}/opinions/{found.id}",
            again=opinion,
            flash=flash,
        )

    return handle


routes = [
    Route("/matters/{matter:int}/opinions/list", index),
    Route("/matters/{matter:int}/opinions/list", put_together, methods=["POST"]),
    Route("/matters/{matter:int}/opinions/groups/{group:int}", group),
    Route(
        "/matters/{matter:int}/opinions/groups/{group:int}/answer", answer_group, methods=["POST"]
    ),
    Route("/matters/{matter:int}/opinions/groups/{group:int}/sort", sort, methods=["POST"]),
    Route(ONE, opinion),
    Route(f"{ONE}/answer", answer, methods=["POST"]),
    *(Route(f"{ONE}/{path}", _on_one(*what), methods=["POST"]) for path, what in _ON_ONE.items()),
]
