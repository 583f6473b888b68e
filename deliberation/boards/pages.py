"""The staff's pages of boards: which are alive, what hung when, pairing, photos."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.accounts.sessions import door_of
from deliberation.acting import Actor
from deliberation.boards import actions, pairing, photos, screen_pages
from deliberation.boards.facts import hung_on, last_contact, names, state_of
from deliberation.boards.hanging import Hanging, hanging
from deliberation.boards.models import Board, Photo
from deliberation.boards.rules import KINDS, MOMENTS, PLACES
from deliberation.documents.developing import develop
from deliberation.documents.pages import deliver
from deliberation.places.models import Place, in_order
from deliberation.places.offices import covered
from deliberation.procedure import OVERSEERS, STAFF
from deliberation.procedures import STANDING
from deliberation.web.forms import Form, choice, flag, integer, read, text, upload
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.render import actor_of, now, page

VIEWERS = STAFF | OVERSEERS


async def index(request: Request, form: Form | None = None, status: int = 200) -> Response:
    actor = actor_of(request)
    inside = or_404(covered(actor, VIEWERS, "place__path"))
    rows = await Board.filter(inside, retired_at=None).select_related("place")
    contacts = await last_contact(rows)
    return page(
        request,
        "boards/index.html",
        status=status,
        form=form or Form(),
        boards=[(row, state_of(row, contacts.get(row.id), now(request))) for row in rows],
        contacts=contacts,
        places=await _places(actor),
        kinds=KINDS,
        code=request.query_params.get("code", "")[:9],
        base_url=request.app.state.settings.base_url,
    )


async def _places(actor: Actor) -> list[tuple[int, str]]:
    """Where whoever asks may put up a board; empty for those who may not."""
    inside = covered(actor, STANDING["boards.create"])
    if inside is None:
        return []
    rows = in_order(await Place.filter(inside, kind__in=PLACES))
    names = {row.id: row.name for row in rows}
    return [
        (
            row.id,
            f"{names.get(row.parent_id, '')}{row.name}" if row.kind == "building" else row.name,
        )
        for row in rows
    ]


async def create(request: Request) -> Response:
    fields = {
        "place": integer(min=1),
        "name": text(max=40, message="请写公示栏的名称"),
        "kind": choice(KINDS),
    }
    form = await read(request, fields, "new")

    async def action():
        place = or_404(await Place.get_or_none(id=form.data["place"]))
        visible_to(request, STANDING["boards.create"], place.path)
        more = {"name": form.data["name"], "kind": form.data["kind"]}
        return await actions.create(actor_of(request), place, **more, now=now(request))

    return await perform(
        request,
        form,
        action,
        done=lambda made: f"/boards/{made.id}",
        again=index,
        flash="公示栏已登记",
    )


async def _board(request: Request) -> Board:
    """The board named in the URL; raises 404 for other communities' staff and for everyone else."""
    found = Board.get_or_none(id=request.path_params["board"]).select_related("place")
    board = or_404(await found)
    visible_to(request, VIEWERS, board.place.path)
    return board


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    board = await _board(request)
    at, roles = now(request), actor_of(request).roles_at(board.place.path)
    contact, hung = (await last_contact([board])).get(board.id), await hung_on(board, at)
    due = [one for one in await hanging(board.place, at, ended=True) if one.until]
    return page(
        request,
        "boards/show.html",
        status=status,
        form=form or Form(),
        board=board,
        state=state_of(board, contact, at),
        contact=contact,
        hung=hung,
        names=await names([photo for one in hung for photo in one["photos"]]),
        due=due,
        asked=_asked(request, due),
        moments=MOMENTS,
        may=lambda act: bool(STANDING[act] & roles),
        code=request.query_params.get("code", "")[:9],
        waits=board.pairing_until is not None and board.pairing_until > at,
    )


def _asked(request: Request, due: list[Hanging]) -> dict[str, str]:
    """The notice and the moment that a task's link names, where the form offers them."""
    offered = {"notice": {str(one.id) for one in due}, "moment": MOMENTS}
    typed = {name: request.query_params.get(name, "") for name in offered}
    return {name: value for name, value in typed.items() if value in offered[name]}


async def _done(request: Request, id: str, fields: dict, act, flash: str) -> Response:
    """One of the acts on a board; it comes back to the board's page."""
    board = await _board(request)
    form = await read(request, fields, id)
    return await perform(
        request,
        form,
        lambda: act(actor_of(request), board, **form.data, now=now(request)),
        done="/boards" if id == "retire" else f"/boards/{board.id}",
        again=show,
        flash=flash,
    )


async def pair(request: Request) -> Response:
    def act(actor, board, code, now):
        return pairing.pair(actor, board, code, door_of(request), now)

    fields = {"code": text(max=20, message="请填屏幕上的配对码")}
    return await _done(request, "pair", fields, act, "配对码已填好，屏幕几秒后接上")


async def unpair(request: Request) -> Response:
    return await _done(request, "unpair", {}, pairing.unpair, "已解除，屏幕会重新显示配对码")


async def retire(request: Request) -> Response:
    return await _done(request, "retire", {}, actions.retire, "公示栏已停用")


async def photograph(request: Request) -> Response:
    async def act(actor, board, notice, moment, origin, photo, now):
        developed = await develop(photo[1], origin=origin)
        sha256 = await asyncio.to_thread(request.app.state.files.put, developed.jpeg)
        kept = {"photo": developed, "sha256": sha256, "now": now}
        await photos.add(actor, board, notice, moment=moment, **kept)

    fields = {
        "notice": integer(min=1),
        "moment": choice(MOMENTS),
        "origin": flag(),
        "photo": upload(most=photos.MOST),
    }
    return await _done(request, "photo", fields, act, "照片已登记")


async def confirm(request: Request) -> Response:
    fields = {"photo": integer(min=1), "public": flag()}
    return await _done(request, "confirm", fields, photos.confirm, "已保存")


async def photo(request: Request) -> Response:
    """A photo as it was written anew: for everyone once confirmed, before for the staff."""
    found = Photo.get_or_none(id=request.path_params["photo"])
    row = or_404(await found.select_related("file", "board__place"))
    if row.public_at:
        return await deliver(request, row.file, cache="public, no-cache")
    if not VIEWERS & actor_of(request).roles_at(row.board.place.path):
        raise HTTPException(404)
    return await deliver(request, row.file, cache="private, no-cache")


routes = [
    *screen_pages.routes,
    Route("/boards", index),
    Route("/boards", create, methods=["POST"]),
    Route("/boards/{board:int}", show),
    Route("/boards/{board:int}/pair", pair, methods=["POST"]),
    Route("/boards/{board:int}/unpair", unpair, methods=["POST"]),
    Route("/boards/{board:int}/retire", retire, methods=["POST"]),
    Route("/boards/{board:int}/photos", photograph, methods=["POST"]),
    Route("/boards/{board:int}/photos/confirm", confirm, methods=["POST"]),
    Route("/boards/photos/{photo:int}.jpg", photo),
]
