"""The form of a plan's item: add one to the open version, change it, remove it; its drawings."""

import asyncio
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.acting import may
from deliberation.documents.models import File
from deliberation.documents.pages import deliver
from deliberation.documents.uploads import MOST, kept
from deliberation.matters import drawings, plan_pages, plans
from deliberation.matters.frame import frame, matter_of
from deliberation.matters.heard import Heard, answering, heard
from deliberation.matters.items import PLAIN, Item, items_of
from deliberation.matters.models import Matter, Plan
from deliberation.matters.plan_pages import VERSION, WORDS, plan_of
from deliberation.matters.rules import CATEGORIES, OWNERS_REASONS, PAYERS
from deliberation.matters.standing import standing
from deliberation.web.forms import Form, choice, choices, day, money, read, text, uploads
from deliberation.web.perform import or_404, perform
from deliberation.web.render import actor_of, now, page


async def _item(request: Request, plan: Plan) -> Item | None:
    """The item named in the URL, None for a new one; raises 404."""
    if "number" not in request.path_params:
        return None
    items = {item.number: item for item in await items_of(plan)}
    return or_404(items.get(request.path_params["number"]))


async def ask(request: Request) -> Response:
    """The form; 404 for whoever may not edit, and on a version that is frozen."""
    matter = await matter_of(request)
    plan = await plan_of(request, matter)
    stands = await standing(matter)
    offered = may(actor_of(request), "plan.edit", matter, stands.stage)
    or_404(offered and plan.frozen_at is None or None)
    return await edit(request)


async def edit(request: Request, form: Form | None = None, status: int = 200) -> Response:
    matter = await matter_of(request)
    plan = await plan_of(request, matter)
    item = await _item(request, plan)
    said = await heard(matter)
    context = await frame(request)
    return page(
        request,
        "matters/plan_item.html",
        status=status,
        **context,
        **WORDS,
        form=form or Form(),
        most_bytes=MOST,
        typed=_typed(item, said) if item else {},
        plan=plan,
        item=item,
        said=[(entry.key, entry.title) for entry in said],
    )


def _typed(item: Item, said: list[Heard]) -> dict:
    """An item as the form's values."""
    days = {name: str(getattr(item, name) or "") for name in ("starts_on", "ends_on")}
    amounts = {
        f"pay-{payer}": f"{fen // 100}.{fen % 100:02d}" for payer, fen in item.funding.items()
    }
    words = {name: getattr(item, name) for name in (*PLAIN, "owners_reason")}
    return words | days | amounts | {"heard": [entry.key for entry in answering(said, item)]}


def _fields(said: list[Heard]) -> dict:
    return {
        "name": text(max=60, message="请写改造内容，例如：更换排水主管"),
        "category": choice(CATEGORIES),
        "quantity": text(required=False),
        "responsible": text(max=80, required=False),
        "starts_on": day(required=False),
        "ends_on": day(required=False),
        "upkeep": text(required=False),
        "owners_reason": choice(OWNERS_REASONS, required=False),
        **{f"pay-{payer}": money(required=False) for payer in PAYERS},
        "heard": choices({entry.key for entry in said}),
    }


async def _read(request: Request, matter: Matter) -> tuple[Form, list[Heard]]:
    said = await heard(matter)
    form = await read(request, _fields(said), "item")
    starts, ends = form.data.get("starts_on"), form.data.get("ends_on")
    if starts and ends and ends < starts:
        form.errors["ends_on"] = "完工日期不能早于开工日期"
    return form, said


def _made(form: Form, said: list[Heard]) -> Item:
    chosen = [entry.opinions for entry in said if entry.key in form.data["heard"]]
    amounts = {payer: form.data[f"pay-{payer}"] for payer in PAYERS}
    return Item(
        **{name: form.data[name] for name in (*PLAIN, "owners_reason")},
        funding={payer: fen for payer, fen in amounts.items() if fen},
        opinions=frozenset().union(*chosen),
    )


async def save(request: Request) -> Response:
    """Adds an item, or changes the one that the URL names."""
    matter = await matter_of(request)
    plan = await plan_of(request, matter)
    item = await _item(request, plan)
    form, said = await _read(request, matter)
    who, at = actor_of(request), now(request)

    def action():
        made = _made(form, said)
        if item is None:
            return plans.add(who, matter, plan.version, made, at)
        return plans.change(who, matter, plan.version, item.number, made, at)

    done = f"/matters/{matter.id}/plan/{plan.version}"
    return await perform(request, form, action, done=done, again=edit, flash="改造内容已保存")


async def remove(request: Request) -> Response:
    matter = await matter_of(request)
    plan = await plan_of(request, matter)
    item = await _item(request, plan)
    who, at = actor_of(request), now(request)
    return await perform(
        request,
        Form("remove"),
        lambda: plans.remove(who, matter, plan.version, item.number, at),
        done=f"/matters/{matter.id}/plan/{plan.version}",
        again=plan_pages.show,
        flash="已删除这一项",
    )


async def attach(request: Request) -> Response:
    matter = await matter_of(request)
    plan = await plan_of(request, matter)
    item = await _item(request, plan)
    form = await read(request, {"files": uploads(most=MOST, count=AT_ONCE)}, "files")
    put, store = [], request.app.state.files
    try:
        for one in form.data.get("files", ()):
            put.append(await asyncio.to_thread(kept, store, *one))
    except ValueError as error:
        form.errors["files"] = str(error)
    given = (actor_of(request), matter, plan.version, item.number, tuple(put), now(request))
    done = f"/matters/{matter.id}/plan/{plan.version}/items/{item.number}#files"
    return await perform(
        request, form, partial(drawings.attach, *given), done=done, again=edit, flash="文件已添加"
    )


async def detach(request: Request) -> Response:
    matter = await matter_of(request)
    plan = await plan_of(request, matter)
    item = await _item(request, plan)
    given = (actor_of(request), matter, plan.version, item.number, request.path_params["file"])
    return await perform(
        request,
        Form("files"),
        lambda: drawings.detach(*given, now(request)),
        done=f"/matters/{matter.id}/plan/{plan.version}/items/{item.number}#files",
        again=edit,
        flash="文件已从这一项去掉",
    )


async def file(request: Request) -> Response:
    """A drawing, for whoever may read the version it belongs to."""
    plan = await plan_of(request, await matter_of(request))
    inside = {"id": request.path_params["file"], "items__item__plan": plan}
    found = or_404(await File.filter(**inside).first())
    return await deliver(request, found, cache="no-cache")


AT_ONCE = 2  # files of one form: together they stay below the largest body
ITEM = f"{VERSION}/items/{{number:int}}"
routes = [
    Route(f"{VERSION}/items", ask),
    Route(f"{VERSION}/items", save, methods=["POST"]),
    Route(ITEM, ask),
    Route(ITEM, save, methods=["POST"]),
    Route(f"{ITEM}/remove", remove, methods=["POST"]),
    Route(f"{ITEM}/files", attach, methods=["POST"]),
    Route(f"{ITEM}/files/{{file:int}}/remove", detach, methods=["POST"]),
    Route(f"{VERSION}/files/{{file:int}}", file),
]
