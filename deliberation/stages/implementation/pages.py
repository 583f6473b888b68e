"""How the works stand, for everyone; an item's ledger and forms, for staff."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.matters.frame import frame, matter_of
from deliberation.matters.rules import PAYERS
from deliberation.procedure import OVERSEERS, STAFF
from deliberation.stages.implementation import actions, evaluation_pages, ledger, owners
from deliberation.stages.implementation.evaluations import few
from deliberation.stages.implementation.models import OwnersDecision
from deliberation.stages.implementation.progress import ItemProgress, progress
from deliberation.stages.implementation.rules import (
    BEYOND_RULE,
    DECISION_KINDS,
    SPENDING_KINDS,
    VARIATION_KINDS,
)
from deliberation.web.forms import Form, choice, day, integer, money, read, text
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.render import actor_of, now, page

WORDS = {
    "kinds": SPENDING_KINDS,
    "payers": PAYERS,
    "variation_kinds": VARIATION_KINDS,
    "rule": BEYOND_RULE,
}
YES_NO = {"yes": "超出决议", "no": "没有超出决议"}


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    context = await frame(request, "implementation")
    moves = context["current"] and context["may"]("matters.advance")
    return page(
        request,
        "implementation/show.html",
        status=status,
        **context,
        **WORDS,
        form=form or Form(),
        works=await progress(context["matter"]),
        inside=_inside(request, context["matter"]),
        warnings=await few(context["matter"]) if moves else [],
    )


def _inside(request: Request, matter) -> bool:
    return bool((STAFF | OVERSEERS) & actor_of(request).roles_at(matter.path))


async def _found(request: Request) -> tuple:
    """(matter, its progress, the item of the URL); raises 404 for another matter's item."""
    matter = await matter_of(request)
    visible_to(request, STAFF | OVERSEERS, matter.path)
    works = await progress(matter)
    wanted = request.path_params["item"]
    return matter, works, or_404(next((row for row in works.every if row.item.id == wanted), None))


async def item(request: Request, form: Form | None = None, status: int = 200) -> Response:
    """The ledger and the forms of one item; vouchers and recipients are for staff and overseers."""
    _, works, found = await _found(request)
    return page(
        request,
        "implementation/item.html",
        status=status,
        **await frame(request, "implementation"),
        **WORDS,
        form=form or Form(),
        found=found,
        final=found in works.items,
        varied={payer: works.varied(payer) for payer in PAYERS},
        yes_no=YES_NO,
    )


async def _recorded(request: Request, form: Form, verb, matter, found: ItemProgress, flash: str):
    """Carries out one of the verbs of an item's page."""
    return await perform(
        request,
        form,
        lambda: verb(actor_of(request), found.item, matter, now=now(request)),
        done=f"/matters/{matter.id}/implementation/items/{found.item.id}",
        again=item,
        flash=flash,
    )


async def plan_milestone(request: Request) -> Response:
    matter, _, found = await _found(request)
    form = await read(request, {"title": text(max=80), "planned_on": day()}, "milestone")
    verb = partial(actions.plan_milestone, **form.data)
    return await _recorded(request, form, verb, matter, found, "节点已登记")


async def report(request: Request) -> Response:
    matter, _, found = await _found(request)
    fields = {"milestone": _id(), "done_on": day(), "report": text(max=500)}
    form = await read(request, fields, "report")
    verb = partial(actions.report, **form.data)
    return await _recorded(request, form, verb, matter, found, "进度已登记")


async def spend(request: Request) -> Response:
    matter, _, found = await _found(request)
    fields = {
        "kind": choice(SPENDING_KINDS),
        "payer": choice(PAYERS, required=False),
        "amount": money(),
        "paid_on": day(),
        "voucher": text(max=60, message="请填写凭证号（合同编号、审定书编号）"),
        "recipient": text(max=80, required=False),
    }
    form = await read(request, fields, "spend")
    verb = partial(ledger.spend, entry=ledger.Entry(**form.data)) if form.ok else None
    return await _recorded(request, form, verb, matter, found, "已记入台账")


async def reverse(request: Request) -> Response:
    matter, _, found = await _found(request)
    fields = {"spending": _id(), "reason": text(max=200, message="请写明冲销的原因")}
    form = await read(request, fields, "reverse")
    verb = partial(ledger.reverse, **form.data)
    return await _recorded(request, form, verb, matter, found, "已冲销，原来的一笔仍然看得到")


async def vary(request: Request) -> Response:
    matter, _, found = await _found(request)
    fields = {
        "kind": choice(VARIATION_KINDS),
        "change": text(max=500, message="请写明改了什么"),
        "reason": text(max=500, message="请写明为什么改"),
        "difference": money(negative=True),
        "payer": choice(PAYERS, required=False),
        "beyond": choice(YES_NO),
    }
    form = await read(request, fields, "vary")
    values = form.data | {"beyond": form.data.get("beyond") == "yes"}
    verb = partial(actions.vary, change=actions.Change(**values)) if form.ok else None
    return await _recorded(request, form, verb, matter, found, "变更已登记")


def _id():
    """An id from a list that the page offers; what does not belong there is refused behind."""
    return integer(min=1, max=2**31 - 1)


async def send_back(request: Request) -> Response:
    matter = await matter_of(request)
    fields = {"to": text(), "reason": text(max=500, message="请写明退回的原因")}
    form = await read(request, fields, "vary-back")
    return await perform(
        request,
        form,
        lambda: actions.send_back(actor_of(request), matter, **form.data, now=now(request)),
        done=f"/matters/{matter.id}",
        again=show,
        flash="已退回并公告",
    )


async def owners_decisions(
    request: Request, form: Form | None = None, status: int = 200
) -> Response:
    """The owners' decisions and residents' meetings on record, for everyone to read."""
    context = await frame(request, "decision_notice")
    return page(
        request,
        "implementation/owners.html",
        status=status,
        form=form or Form(),
        decisions=await OwnersDecision.filter(matter=context["matter"]).order_by("id"),
        decision_kinds=DECISION_KINDS,
        **context,
    )


async def attach_owners(request: Request) -> Response:
    matter = await matter_of(request)
    fields = {"kind": choice(DECISION_KINDS), "decided_on": day(), "description": text(max=2000)}
    form = await read(request, fields, "owners")
    return await perform(
        request,
        form,
        lambda: owners.attach_owners(actor_of(request), matter, **form.data, now=now(request)),
        done=f"/matters/{matter.id}/decision_notice",
        again=owners_decisions,
        flash="记录已附上",
    )


BASE = "/matters/{matter:int}/implementation"
routes = [
    Route(BASE, show),
    Route(BASE + "/items/{item:int}", item),
    Route(BASE + "/items/{item:int}/milestones", plan_milestone, methods=["POST"]),
    Route(BASE + "/items/{item:int}/report", report, methods=["POST"]),
    Route(BASE + "/items/{item:int}/spend", spend, methods=["POST"]),
    Route(BASE + "/items/{item:int}/reverse", reverse, methods=["POST"]),
    Route(BASE + "/items/{item:int}/vary", vary, methods=["POST"]),
    Route(BASE + "/send-back", send_back, methods=["POST"]),
    Route(BASE + "/attach-owners", owners_decisions),
    Route(BASE + "/attach-owners", attach_owners, methods=["POST"]),
    *evaluation_pages.routes,
]
