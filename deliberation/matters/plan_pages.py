"""The plan's pages: every version for everyone to read, the open one for staff to write.

A draft is shown to staff and those who oversee them; the public reads frozen versions.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.matters import differences, plans
from deliberation.matters import items as reading
from deliberation.matters.facts import current_passage
from deliberation.matters.frame import frame, matter_of
from deliberation.matters.heard import answering, heard, unanswered, unasked
from deliberation.matters.items import items_of
from deliberation.matters.models import Matter, Plan
from deliberation.matters.owners import owners
from deliberation.matters.rules import CATEGORIES, OWNERS_REASONS, PAYERS
from deliberation.people.rules import redact
from deliberation.procedure import OVERSEERS, STAFF
from deliberation.stages.consultation.rules import STANCES
from deliberation.stages.consultation.table import table
from deliberation.stages.vote.profiles import PROFILES
from deliberation.web.forms import Form
from deliberation.web.perform import or_404, perform
from deliberation.web.render import actor_of, now, page, see_other

WORDS = {"categories": CATEGORIES, "payers": PAYERS, "owners_reasons": OWNERS_REASONS}


async def versions_of(request: Request, matter: Matter) -> list[Plan]:
    """The versions whoever asks may read, oldest first."""
    rows = await Plan.filter(matter=matter)
    inside = actor_of(request).roles_at(matter.path) & (STAFF | OVERSEERS)
    return [row for row in rows if inside or row.frozen_at]


async def plan_of(request: Request, matter: Matter) -> Plan:
    """The version named in the URL; raises 404."""
    versions = {row.version: row for row in await versions_of(request, matter)}
    return or_404(versions.get(request.path_params["version"]))


async def summary(request: Request, context: dict) -> dict:
    """What `matters/plan_summary.html` needs: the newest version that whoever asks may read."""
    versions = await versions_of(request, context["matter"])
    plan = versions[-1] if versions else None
    items = await items_of(plan)
    said = await heard(context["matter"]) if items else []
    found = {"plan": plan, "items": items, "total": reading.total(items)}
    gaps = len(unanswered(said, items)), len(unasked(items))
    return found | {"gaps": gaps, "owners": owners(items), "profiles": PROFILES} | WORDS


async def latest(request: Request) -> Response:
    matter = await matter_of(request)
    versions = await versions_of(request, matter)
    if versions:
        return see_other(f"/matters/{matter.id}/plan/{versions[-1].version}")
    context = await frame(request)
    return page(request, "matters/plan_none.html", **context, form=Form())


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    matter = await matter_of(request)
    plan = await plan_of(request, matter)
    versions = await versions_of(request, matter)
    context, items, said = (
        await frame(request),
        await items_of(plan),
        await heard(matter),
    )
    first = await items_of(versions[0])
    talks = await table(await current_passage(matter, "consultation"))
    return page(
        request,
        "matters/plan.html",
        status=status,
        **context,
        **WORDS,
        form=form or Form(),
        plan=plan,
        versions=versions,
        items=items,
        by_payer=reading.by_payer(items),
        total=reading.total(items),
        digest=reading.plan_digest(items),
        changes=differences.changes(first, items),
        money=differences.money(first, items),
        owners=owners(items),
        profiles=PROFILES,
        dissent=talks.dissent,
        inside=bool(actor_of(request).roles_at(matter.path) & STAFF),
        stances=STANCES,
        shown=redact,
        answers={item.number: answering(said, item) for item in items},
        unanswered=unanswered(said, items),
        unasked=unasked(items),
        freeze_reasons=reading.open_points(items),
        keeps=bool(plan.frozen_at) and plan.frozen_at < context["standing"].passages[-1].entered_at,
    )


async def start(request: Request) -> Response:
    matter = await matter_of(request)

    async def again(request: Request, form: Form, status: int) -> Response:
        context = await frame(request)
        return page(request, "matters/plan_none.html", status=status, **context, form=form)

    return await perform(
        request,
        Form("start"),
        lambda: plans.start(actor_of(request), matter, now(request)),
        done=lambda plan: f"/matters/{matter.id}/plan/{plan.version}",
        again=again,
    )


async def _closed(request: Request, action, flash: str) -> Response:
    matter = await matter_of(request)
    plan = await plan_of(request, matter)
    return await perform(
        request,
        Form("freeze"),
        lambda: action(actor_of(request), matter, plan.version, now(request)),
        done=f"/matters/{matter.id}/plan",
        again=show,
        flash=flash,
    )


async def freeze(request: Request) -> Response:
    return await _closed(request, plans.freeze, "方案已定稿")


async def keep(request: Request) -> Response:
    return await _closed(request, plans.keep, "已确认方案不变，作为最终方案")


BASE = "/matters/{matter:int}/plan"
VERSION = f"{BASE}/{{version:int}}"
routes = [
    Route(BASE, latest),
    Route(f"{BASE}/start", start, methods=["POST"]),
    Route(VERSION, show),
    Route(f"{VERSION}/freeze", freeze, methods=["POST"]),
    Route(f"{VERSION}/keep", keep, methods=["POST"]),
]
