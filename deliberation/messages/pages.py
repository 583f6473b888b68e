"""The staff's pages of messages: what may be sent, what was and what became of it; and the switch
on 我的."""

from collections import Counter

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tortoise.functions import Count

from deliberation.accounts.models import Account
from deliberation.matters.frame import frame, matter_of
from deliberation.messages import actions
from deliberation.messages.models import Message, Sending
from deliberation.messages.offers import offers
from deliberation.messages.rules import KINDS, STATES
from deliberation.people.rules import mask_phone
from deliberation.places.offices import covered
from deliberation.procedure import STAFF
from deliberation.tasks.rules import ends_text
from deliberation.web.forms import Form, choice, integer, read
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.render import actor_of, now, page, page_asked, paged, see_other

PER_PAGE = 50
MOST = 2**31 - 1


async def index(request: Request) -> Response:
    inside = or_404(covered(actor_of(request), STAFF, "matter__path"))
    number = page_asked(request)
    rows = Sending.filter(inside).order_by("-id").select_related("matter")
    found = await rows.offset((number - 1) * PER_PAGE).limit(PER_PAGE + 1)
    return page(
        request,
        "messages/index.html",
        sendings=await _counted(paged(request, found)[:PER_PAGE]),
        number=number,
        more=len(found) > PER_PAGE,
        **_words(request),
    )


def _words(request: Request) -> dict:
    return {
        "kinds": KINDS,
        "states": STATES,
        "gateway": bool(request.app.state.settings.sms_url),
        "now": now(request),
        "ends_text": ends_text,
    }


async def _counted(rows: list[Sending]) -> list[tuple[Sending, Counter]]:
    """Sendings with the number of their messages by state."""
    counts = {row.id: Counter() for row in rows}
    found = Message.filter(sending_id__in=list(counts)).annotate(n=Count("id"))
    grouped = found.group_by("sending_id", "state")
    for sending, state, n in await grouped.values_list("sending_id", "state", "n"):
        counts[sending][state] = n
    return [(row, counts[row.id]) for row in rows]


async def show(request: Request) -> Response:
    """One sending: every message with its masked phone and its state."""
    sending = await _sending(request)
    number = page_asked(request)
    rows = Message.filter(sending=sending).order_by("id").select_related("person")
    found = await rows.offset((number - 1) * PER_PAGE).limit(PER_PAGE + 1)
    phones = request.app.state.phones
    ((_, counts),) = await _counted([sending])
    return page(
        request,
        "messages/show.html",
        sending=sending,
        counts=counts,
        rows=[
            (mask_phone(phones.reveal(row.person.phone_cipher)), row)
            for row in paged(request, found)[:PER_PAGE]
        ],
        number=number,
        more=len(found) > PER_PAGE,
        **_words(request),
    )


async def _sending(request: Request) -> Sending:
    found = Sending.get_or_none(id=request.path_params["sending"]).select_related("matter")
    sending = or_404(await found)
    visible_to(request, STAFF, sending.matter.path)
    return sending


async def cancel(request: Request) -> Response:
    sending = await _sending(request)

    async def again(request: Request, form: Form, status: int) -> Response:
        return await of_matter(request, form, status, sending.matter_id)

    return await perform(
        request,
        Form(),
        lambda: actions.cancel(actor_of(request), sending, now(request)),
        done=f"/messages/{sending.id}",
        again=again,
        flash="没有发出的都取消了",
    )


async def of_matter(
    request: Request, form: Form | None = None, status: int = 200, matter: int | None = None
) -> Response:
    if matter:
        request.path_params["matter"] = matter
    context = await frame(request)
    visible_to(request, STAFF, context["matter"].path)
    rows = await Sending.filter(matter=context["matter"]).order_by("-id").limit(PER_PAGE)
    base = request.app.state.settings.base_url
    return page(
        request,
        "messages/matter.html",
        status=status,
        form=form or Form(),
        offers=await offers(context["matter"], base, now(request)),
        sendings=await _counted(rows),
        **context | _words(request),
    )


async def order(request: Request) -> Response:
    matter = await matter_of(request)
    visible_to(request, STAFF, matter.path)
    fields = {"kind": choice(KINDS, message="请选要发的短信"), "about": integer(max=MOST)}
    form = await read(request, fields)
    base = request.app.state.settings.base_url
    return await perform(
        request,
        form,
        lambda: actions.order(
            actor_of(request), matter, **form.data, base_url=base, now=now(request)
        ),
        done=f"/matters/{matter.id}/messages",
        again=of_matter,
        flash="已经安排，到时间自动发出",
    )


async def mute(request: Request) -> Response:
    or_404(await Account.get_or_none(id=actor_of(request).account_id or 0))
    form = await read(request, {"messages": choice({"on": "", "off": ""})})
    if form.ok:
        on = form.data["messages"] == "off"
        await actions.mute(actor_of(request), on=on, now=now(request))
    return see_other("/me#messages")


routes = [
    Route("/messages", index),
    Route("/messages/{sending:int}", show),
    Route("/messages/{sending:int}/cancel", cancel, methods=["POST"]),
    Route("/matters/{matter:int}/messages", of_matter),
    Route("/matters/{matter:int}/messages", order, methods=["POST"]),
    Route("/me/messages", mute, methods=["POST"]),
]
