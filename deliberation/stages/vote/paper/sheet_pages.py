"""Numbered sheets of a named vote: entered with a picture, entered again, sent back."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.documents.uploads import MOST, kept
from deliberation.matters.frame import matter_of
from deliberation.stages.vote.facts import asked, current_vote
from deliberation.stages.vote.paper import sheets
from deliberation.stages.vote.paper.desk_pages import BASE, done, handler, options
from deliberation.web.forms import Form, choice, flag, integer, read, upload
from deliberation.web.perform import or_404

NUMBER = {"number": integer(min=1, max=10**6)}
HELP = ("helper", "witness", "second_witness")


async def _sheet(request: Request) -> dict:
    vote = or_404(await current_vote(await matter_of(request)))
    return NUMBER | {
        f"c{one.key}": choice(dict(options(one)), message=f"“{one.text}”还没有选")
        for one in await asked(vote)
    }


def _gather(form: Form) -> None:
    """Fields c1, c2 … become `choices`."""
    keys = [key for key in form.data if key[0] == "c" and key[1:].isdecimal()]
    form.data["choices"] = {key[1:]: form.data.pop(key) for key in keys}


async def enter(request: Request) -> Response:
    people = dict.fromkeys(HELP, integer(min=1, max=2**31 - 1, required=False))
    more = {"handed_in": flag(), "scan": upload(most=MOST, required=False)}
    form = await read(request, await _sheet(request) | people | more, "sheet")
    _gather(form)
    if form.ok and form.data["scan"]:
        try:
            put = (request.app.state.files, *form.data["scan"])
            form.data["scan"] = await asyncio.to_thread(kept, *put)
        except ValueError as error:
            form.errors["scan"] = str(error)
    form.data["help"] = sheets.Help(**{name: form.data.pop(name, None) for name in HELP})
    return await done(request, form, sheets.enter, "已录入，待核对")


async def confirm(request: Request) -> Response:
    form = await read(request, await _sheet(request), "confirm")
    _gather(form)
    return await done(request, form, sheets.confirm, "核对一致，已计入")


routes = [
    Route(f"{BASE}/enter", enter, methods=["POST"]),
    Route(f"{BASE}/confirm", confirm, methods=["POST"]),
    Route(
        f"{BASE}/refuse",
        handler("refuse", NUMBER, sheets.refuse, "已退回这次录入"),
        methods=["POST"],
    ),
]
