"""Rolls: upload a spreadsheet, look at what it would do row by row, bring it in, take it back."""

import asyncio
import csv
import io

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.calendar import local_date
from deliberation.places import actions as places
from deliberation.places.models import Place, PlaceKind
from deliberation.places.offices import covered, seat
from deliberation.procedure import STAFF
from deliberation.roll import actions, uploads
from deliberation.roll.changes import compare, known
from deliberation.roll.models import Import
from deliberation.roll.reading.grid import Unreadable
from deliberation.roll.reading.parsed import Parsed
from deliberation.roll.telling import told
from deliberation.web.forms import Form, choice, read, text, upload
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.render import actor_of, now, page, page_asked, paged

PER_PAGE = 100


async def _compounds(request: Request) -> dict[str, Place]:
    """The compounds whose rolls whoever asks may see; raises 404 for who works in no community."""
    inside = or_404(covered(actor_of(request), STAFF))
    places = await Place.filter(inside, kind=PlaceKind.COMPOUND)
    return {str(item.id): item for item in places}


async def _import(request: Request) -> Import:
    query = Import.get_or_none(id=request.path_params["roll"]).select_related("compound", "file")
    roll = or_404(await query)
    visible_to(request, STAFF, roll.compound.path)
    return roll


async def _parsed(request: Request, roll: Import) -> Parsed:
    """What the kept file says, read as on the day it came."""
    state = request.app.state
    return await asyncio.to_thread(
        uploads.reread,
        roll.file.sha256,
        roll.file.name,
        local_date(roll.created_at),
        state.files,
        state.phones,
    )


async def index(request: Request, form: Form | None = None, status: int = 200) -> Response:
    compounds = await _compounds(request)
    only = next(iter(compounds)) if len(compounds) == 1 else ""
    rolls = await Import.filter(compound_id__in=compounds).select_related("compound", "file")
    return page(
        request,
        "roll/index.html",
        status=status,
        form=form or Form(values={"compound": only}),
        compounds=[(key, place.name) for key, place in compounds.items()],
        rolls=rolls,
    )


async def create(request: Request) -> Response:
    compounds = await _compounds(request)
    fields = {
        "compound": choice(compounds, required=False),
        "name": text(max=60, required=False),
        "file": upload(),
    }
    form = await read(request, fields)
    if not form.values["compound"] and not form.values["name"]:
        either = "请选小区，或者写新小区的名称"
        form.errors["name"] = either if compounds else "请写小区的名称"
    parsed = await _read(form, request) if form.ok else None
    state = request.app.state

    async def action() -> Import:
        name, content = form.data["file"]
        kept = await asyncio.to_thread(uploads.seal, content, name, state.files, state.phones)
        compound = await _chosen(request, form, compounds)
        return await actions.preview(
            actor_of(request), compound, kept, parsed, state.phones, now(request)
        )

    return await perform(request, form, action, done=lambda roll: f"/rolls/{roll.id}", again=index)


async def _chosen(request: Request, form: Form, compounds: dict[str, Place]) -> Place:
    """The compound that was picked, or the one that was named, which may be new."""
    name = form.data["name"]
    if not name:
        return compounds[form.data["compound"]]
    known = next((place for place in compounds.values() if place.name == name), None)
    community = await seat(actor_of(request), STAFF)
    return known or await places.create(
        actor_of(request), community, name, places.Details(), now(request)
    )


async def _read(form: Form, request: Request) -> Parsed | None:
    """Parses the uploaded file off the event loop; what is wrong goes to the field."""
    name, content = form.data["file"]
    try:
        return await asyncio.to_thread(uploads.read, content, name, local_date(now(request)))
    except Unreadable as error:
        form.errors["file"] = str(error)
        return None


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    roll = await _import(request)
    number = page_asked(request)
    changes = []
    if roll.status == "preview":
        parsed = await _parsed(request, roll)
        changes = compare(parsed, await known(roll.compound), request.app.state.phones)
    start = (number - 1) * PER_PAGE
    shown = paged(request, changes[start : start + PER_PAGE])
    reveal = request.app.state.phones.reveal
    return page(
        request,
        "roll/show.html",
        status=status,
        form=form or Form(),
        roll=roll,
        changes=[(change, told(change, reveal)) for change in shown],
        number=number,
        more=len(changes) > start + PER_PAGE,
    )


async def refusals(request: Request) -> Response:
    """The refused rows and the remarks as a file for Excel."""
    roll = await _import(request)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["结果", "行号", "原因"])
    for key, word in (("refused", "没有收下"), ("warnings", "已收下，请留意")):
        for item in roll.report[key]:
            writer.writerow([word, item["row"], _plain(item["reason"])])
    headers = {"Content-Disposition": f'attachment; filename="refused-{roll.id}.csv"'}
    return Response(
        "\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers
    )


def _plain(text: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


async def commit(request: Request) -> Response:
    roll = await _import(request)
    form = await read(request, {})

    async def action():
        parsed = await _parsed(request, roll)
        phones = request.app.state.phones
        return await actions.commit(actor_of(request), roll, parsed, phones, now(request))

    return await perform(
        request, form, action, done=f"/rolls/{roll.id}", again=show, flash="名册已导入"
    )


async def undo(request: Request) -> Response:
    roll = await _import(request)
    return await perform(
        request,
        await read(request, {}),
        lambda: actions.undo(actor_of(request), roll, now(request)),
        done=f"/rolls/{roll.id}",
        again=show,
        flash="已撤销，名册上没有它带来的改动",
    )


routes = [
    Route("/rolls", index),
    Route("/rolls", create, methods=["POST"]),
    Route("/rolls/{roll:int}", show),
    Route("/rolls/{roll:int}/refused.csv", refusals),
    Route("/rolls/{roll:int}/commit", commit, methods=["POST"]),
    Route("/rolls/{roll:int}/undo", undo, methods=["POST"]),
]
