"""What a matter asks, as staff decide it before the period: items of the menu, questions."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.matters.frame import frame
from deliberation.matters.models import Matter
from deliberation.matters.rules import CATEGORIES
from deliberation.stages.opinions.desk_pages import staffed
from deliberation.stages.opinions.menu import TEMPLATES, WHOLE, Need
from deliberation.stages.opinions.survey import editing
from deliberation.stages.opinions.survey.facts import asked_in, chosen_in
from deliberation.stages.opinions.survey.rules import MOST_NAME, QUESTIONS, Asked
from deliberation.web.forms import Form, choice, choices, read, text
from deliberation.web.perform import perform
from deliberation.web.render import actor_of, now, page

OWN = 3  # lines for own items at a time


def _candidates(asked: Asked) -> dict[str, Need]:
    """All that can be ticked: the whole menu, with the names it has here, and the own items."""
    both = WHOLE.items | asked.menu.items
    return {key: need for key, need in both.items() if need.kind in CATEGORIES}


def _initial(asked: Asked) -> dict:
    names = {f"name-{key}": need.name for key, need in _candidates(asked).items()}
    ticked = {kind: list(names) for kind, names in asked.menu.offered().items()}
    return names | ticked | {"questions": list(asked.questions)}


async def _templates(matter: Matter) -> dict[str, str]:
    """Keys and names of what a menu can be taken from."""
    before = {
        f"{editing.EARLIER}{row.id}": f"和“{row.title}”一样"
        for row in await editing.earlier(matter)
    }
    return {key: name for key, (name, _) in TEMPLATES.items()} | before


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    matter = await staffed(request)
    asked = await asked_in(matter)
    return page(
        request,
        "opinions/menu.html",
        status=status,
        **await frame(request, "opinions"),
        form=form or Form(),
        initial=_initial(asked),
        candidates=_candidates(asked),
        chosen=await chosen_in(matter),
        categories=CATEGORIES,
        questions=QUESTIONS,
        templates=await _templates(matter),
        own=range(1, OWN + 1),
    )


def _fields(candidates: dict[str, Need]) -> dict:
    ticks = {
        kind: choices({key for key, need in candidates.items() if need.kind == kind})
        for kind in CATEGORIES
    }
    names = {f"name-{key}": text(max=MOST_NAME, required=False) for key in candidates}
    own = {f"own-{n}": text(max=MOST_NAME, required=False) for n in range(1, OWN + 1)}
    kinds = {f"kind-{n}": choice(CATEGORIES, required=False) for n in range(1, OWN + 1)}
    return ticks | names | own | kinds | {"questions": choices(QUESTIONS)}


def _items(form: Form, candidates: dict[str, Need]) -> list[editing.Item]:
    """What was ticked, in the order of the page, then the own items that were added."""
    items = [
        (key, need.kind, form.data[f"name-{key}"] or need.name)
        for key, need in candidates.items()
        if key in form.data[need.kind]
    ]
    added = [n for n in range(1, OWN + 1) if form.data[f"own-{n}"]]
    keys = editing.free_keys(list(candidates), len(added))
    new = [(f"own-{n}", f"kind-{n}") for n in added]
    return items + [
        (key, form.data[kind], form.data[name]) for key, (name, kind) in zip(keys, new, strict=True)
    ]


async def save(request: Request) -> Response:
    matter = await staffed(request)
    candidates = _candidates(await asked_in(matter))
    form = await read(request, _fields(candidates), "menu")
    for n in range(1, OWN + 1):
        if form.data.get(f"own-{n}") and not form.data.get(f"kind-{n}"):
            form.errors[f"kind-{n}"] = "请选这一项是哪一类"

    async def action():
        items, questions = _items(form, candidates), form.data["questions"]
        return await editing.edit(actor_of(request), matter, items, questions, now(request))

    done = f"/matters/{matter.id}/opinions/menu"
    return await perform(request, form, action, done=done, again=show, flash="已保存")


async def take(request: Request) -> Response:
    matter = await staffed(request)
    fields = {"template": choice(await _templates(matter), message="请选一个样子")}
    form = await read(request, fields, "template")
    return await perform(
        request,
        form,
        lambda: editing.take_template(
            actor_of(request), matter, form.data["template"], now(request)
        ),
        done=f"/matters/{matter.id}/opinions/menu",
        again=show,
        flash="菜单已换好，还可以再改",
    )


routes = [
    Route("/matters/{matter:int}/opinions/menu", show),
    Route("/matters/{matter:int}/opinions/menu", save, methods=["POST"]),
    Route("/matters/{matter:int}/opinions/menu/template", take, methods=["POST"]),
]
