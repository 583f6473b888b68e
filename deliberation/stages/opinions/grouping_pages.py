"""The staff's page of suggestions: like opinions, why they are alike, and what to do with them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.matters.frame import frame
from deliberation.stages.opinions import grouping, likeness, listing
from deliberation.stages.opinions.desk_pages import staffed
from deliberation.stages.opinions.grouping import Together
from deliberation.stages.opinions.menu import Menu
from deliberation.stages.opinions.models import Group, Opinion, unanswered
from deliberation.stages.opinions.suggesting import AT_ONCE, Suggestion, repeats, suggestions
from deliberation.stages.opinions.survey.facts import asked_in
from deliberation.web.forms import Form, choice, choices, flag, ids, read, text
from deliberation.web.perform import perform
from deliberation.web.render import actor_of, now, page

DECISIONS = {"join": "归成一组", "alone": "各自答复", "later": "先不归"}


def _level(request: Request) -> str:
    asked = request.query_params.get("level", "")
    return asked if asked in likeness.LEVELS else likeness.USUAL


def _initial(found: list[Suggestion]) -> dict:
    """Every suggestion as it would be accepted without another touch: those that are sure."""
    values = {}
    for one in found:
        values |= {
            f"do-{one.key}": "join" if one.sure else "later",
            f"title-{one.key}": one.title,
            f"category-{one.key}": one.topic,
            f"against-{one.key}": "1" if one.against else "",
            f"in-{one.key}": [str(row.id) for row in one.opinions],
        }
    return values


async def index(request: Request, form: Form | None = None, status: int = 200) -> Response:
    matter = await staffed(request)
    found = await suggestions(matter, _level(request))
    left = Opinion.filter(unanswered(matter), matter=matter, group_id__isnull=True)
    last = grouping.last_made(await Group.filter(matter=matter))
    return page(
        request,
        "opinions/suggestions.html",
        status=status,
        **await frame(request, "opinions"),
        form=form or Form(),
        found=found,
        initial=_initial(found),
        repeated=await repeats(matter, [row for one in found for row in one.opinions]),
        left=await left.count(),
        last=last,
        kept=await grouping.undo_reasons(last),
        level=_level(request),
        at_once=AT_ONCE,
        decisions=DECISIONS,
        likeness=likeness,
        listing=listing,
        menu=(await asked_in(matter)).menu,
    )


def _fields(found: list[Suggestion], menu: Menu) -> dict:
    fields = {}
    for one in found:
        ids = {str(row.id) for row in one.opinions}
        fields |= {
            f"do-{one.key}": choice(DECISIONS, required=False),
            f"title-{one.key}": text(max=30, required=False),
            f"category-{one.key}": choice(menu.items, required=False),
            f"against-{one.key}": flag(),
            f"in-{one.key}": choices(ids),
        }
    return fields


def _decided(found: list[Suggestion], data: dict) -> tuple[list[Together], list[int]]:
    together, alone = [], []
    for one in found:
        ids = tuple(int(id) for id in data[f"in-{one.key}"])
        if data[f"do-{one.key}"] == "join":
            title, category = data[f"title-{one.key}"], data[f"category-{one.key}"]
            together.append(Together(title, ids, category, data[f"against-{one.key}"]))
        elif data[f"do-{one.key}"] == "alone":
            alone += ids
    return together, alone


async def accept(request: Request) -> Response:
    matter = await staffed(request)
    found = await suggestions(matter, _level(request))
    menu = (await asked_in(matter)).menu
    form = await read(request, _fields(found, menu), "suggest")

    async def action():
        together, alone = _decided(found, form.data)
        return await grouping.accept(
            actor_of(request), matter, together, alone=alone, now=now(request)
        )

    done = f"/matters/{matter.id}/opinions/suggestions?level={_level(request)}"
    return await perform(request, form, action, done=done, again=index, flash="已照选好的办")


async def undo(request: Request) -> Response:
    matter = await staffed(request)
    form = await read(request, {"group": ids("没有可以撤回的归并")}, "undo")
    return await perform(
        request,
        form,
        lambda: grouping.undo(actor_of(request), matter, form.data["group"], now(request)),
        done=f"/matters/{matter.id}/opinions/suggestions",
        again=index,
        flash="已撤回",
    )


routes = [
    Route("/matters/{matter:int}/opinions/suggestions", index),
    Route("/matters/{matter:int}/opinions/suggestions", accept, methods=["POST"]),
    Route("/matters/{matter:int}/opinions/suggestions/undo", undo, methods=["POST"]),
]
