"""Issuing slips: one, a building's, a whole compound's. The answer is the sheet to print, and the
only one: tokens are known at this moment and never again. So no file is made of them: a long sheet
comes piece by piece instead, and says how far it is."""

from collections.abc import AsyncIterator

import anyio
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from deliberation.accounts import recipients, slips, tokens
from deliberation.accounts.models import Account
from deliberation.accounts.recipients import HOUSEHOLDS, KINDS, MISSING, WHICH, Recipient, valid
from deliberation.accounts.slips import Issued
from deliberation.acting import Refused
from deliberation.calendar import local_date
from deliberation.people import pages as people_pages
from deliberation.people.models import Person
from deliberation.places.models import Household, Place, PlaceKind, community_of, in_order
from deliberation.places.offices import covered
from deliberation.procedures import STANDING
from deliberation.web.forms import Form, choice, integer, read
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.qr import qr_data_uri
from deliberation.web.render import actor_of, now, page
from deliberation.web.templates import render_html

ISSUERS = STANDING["accounts.issue_slip"]
MARK = "<!-- slips -->"  # in the template, where they come and where what follows them ends
ALL_HAVE = "这里都已经有纸条了。丢了纸条的一户，到“人员”里单独发；真要全部重发，选“全部重新发”"
TOLD = {"replaces": integer(max=slips.MOST, required=False)}  # slips that will be void, as was said
FEW = 40  # slips: five pages, a second or two


async def _buildings(request: Request) -> list[Place]:
    """The compounds, buildings and entrances whose people get slips from whoever asks; or 404."""
    inside = or_404(covered(actor_of(request), ISSUERS))
    kinds = [PlaceKind.COMPOUND, PlaceKind.BUILDING, PlaceKind.ENTRANCE]
    return in_order(await Place.filter(inside, kind__in=kinds).select_related("parent"))


async def slips_form(request: Request, form: Form | None = None, status: int = 200) -> Response:
    buildings = await _buildings(request)
    compounds = [row.id for row in buildings if row.kind == PlaceKind.COMPOUND]
    usual = {
        "place": compounds[0] if len(compounds) == 1 else "",
        "kind": HOUSEHOLDS,
        "which": MISSING,
    }
    return page(
        request,
        "accounts/slips.html",
        status=status,
        form=form or Form(values=usual),
        place_options=[(row.id, f"{row.parent.name}{row.name}") for row in buildings],
        kind_options=list(KINDS.items()),
        which_options=list(WHICH.items()),
    )


async def print_building(request: Request) -> Response:
    buildings = {str(row.id): row for row in await _buildings(request)}
    form = await read(
        request,
        {
            "place": choice(buildings, message="请选小区、楼栋或单元"),
            "kind": choice(KINDS),
            "which": choice(WHICH, required=False),
            **TOLD,
        },
    )
    if not form.ok:
        return await slips_form(request, form, 422)
    place = buildings[form.data["place"]]
    found = await recipients.in_place(place, form.data["kind"], local_date(now(request)))
    if found and form.data["which"] in ("", MISSING):
        held = await valid(found)
        found = [one for one in found if one.key not in held]
        form.reasons = [] if found else [ALL_HAVE]
    return await _print(request, await community_of(place.path), found, form)


async def print_person(request: Request) -> Response:
    person = or_404(await Person.get_or_none(id=request.path_params["person"]))
    place = await person.place
    visible_to(request, ISSUERS, place.path)
    found = await recipients.of_person(person)
    form = await read(request, TOLD)
    return await _print(request, place, found, form, again=people_pages.show)


async def print_household(request: Request) -> Response:
    home = or_404(await Household.get_or_none(id=request.path_params["household"]))
    visible_to(request, ISSUERS, home.path)
    found = await recipients.of_household(home, local_date(now(request)))
    return await _print(request, await community_of(home.path), found, await read(request, TOLD))


async def _print(
    request: Request,
    community: Place,
    found: list[Recipient],
    form: Form,
    again=slips_form,
) -> Response:
    """Issues and shows the sheet in one answer, which nothing may keep; asks first where that
    takes slips away that are in force."""
    try:
        made = slips.drawn(found) if form.ok else []
    except Refused as refusal:
        form.reasons = refusal.reasons
    if not form.ok:
        return await again(request, form, 422)
    held = list((await valid(found)).values())
    if len(held) != (form.data["replaces"] or 0):
        return page(request, "accounts/slips_again.html", form=form, found=found, held=held)
    frame = page(request, "accounts/slip_sheet.html", total=len(made), held=held)
    parts, known = frame.body.decode().split(MARK), [slip.id for slip in held]
    pieces = _pieces(request, community, found, made, known, parts)
    # Not compressed: what is packed together would come together.
    headers = {"Cache-Control": "no-store", "Content-Encoding": "identity"}
    return StreamingResponse(pieces, media_type="text/html", headers=headers)


async def _pieces(
    request: Request,
    community: Place,
    found: list[Recipient],
    made: list[Issued],
    known: list[int],
    parts: list[str],
) -> AsyncIterator[str]:
    """The page: how far it is while the codes to check are sealed, then the slips themselves."""
    pins: list[str] = []
    head, done, foot = parts
    yield head
    for at in range(0, len(made), FEW):
        pins += await tokens.hash_pins([item.pin for item in made[at : at + FEW]])
        yield render_html("accounts/_slip_progress.html", done=len(pins), total=len(made))
    try:
        await slips.give(actor_of(request), community, found, made, pins, known, now(request))
    except Refused as refusal:
        yield render_html("accounts/_slips_refused.html", reasons=refusal.reasons) + foot
        return
    base = request.app.state.settings.base_url
    for at in range(0, len(made), FEW):
        yield await anyio.to_thread.run_sync(_drawn, made[at : at + FEW], base, community)
    yield done + foot


def _drawn(few: list[Issued], base: str, community: Place) -> str:
    urls = [f"{base}/s/{item.token}" for item in few]
    sheet = [(item, qr_data_uri(url)) for item, url in zip(few, urls, strict=True)]
    return render_html("accounts/_slips.html", sheet=sheet, community=community)


async def revoke(request: Request) -> Response:
    person = or_404(await Person.get_or_none(id=request.path_params["person"]))
    place = await person.place
    visible_to(request, ISSUERS, place.path)
    account = await Account.filter(person=person, username=None).first()
    return await _revoke(request, place, or_404(account), f"/people/{person.id}")


async def revoke_household(request: Request) -> Response:
    home = or_404(await Household.get_or_none(id=request.path_params["household"]))
    visible_to(request, ISSUERS, home.path)
    account = or_404(await Account.filter(household=home).first())
    return await _revoke(request, await community_of(home.path), account, "/people")


async def _revoke(request: Request, community: Place, account: Account, done: str) -> Response:
    return await perform(
        request,
        Form(),
        lambda: slips.revoke(actor_of(request), community, account, now(request)),
        done=done,
        again=slips_form,
        flash="纸条已经作废，用它登录的手机都已退出",
    )


routes = [
    Route("/slips", slips_form),
    Route("/slips/print", print_building, methods=["POST"]),
    Route("/slips/people/{person:int}/print", print_person, methods=["POST"]),
    Route("/slips/people/{person:int}/revoke", revoke, methods=["POST"]),
    Route("/slips/households/{household:int}/print", print_household, methods=["POST"]),
    Route("/slips/households/{household:int}/revoke", revoke_household, methods=["POST"]),
]
