"""Papers of a secret vote after the end: batches counted twice, few papers written off twice."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.matters.frame import matter_of
from deliberation.stages.vote.count.tally import Question
from deliberation.stages.vote.facts import asked, current_vote
from deliberation.stages.vote.paper import batches, transcribing
from deliberation.stages.vote.paper.desk_pages import BASE, done, handler, options
from deliberation.stages.vote.rules import BATCH_MOST, SECRET_LEAST
from deliberation.web.forms import Form, choice, integer, read
from deliberation.web.perform import or_404

ALIKE = "两次一致，已登记"
BATCH = {"batch": integer(min=1, max=2**31 - 1)}


async def _questions(request: Request) -> list[Question]:
    return await asked(or_404(await current_vote(await matter_of(request))))


async def _counted(request: Request, id: str, fields: dict) -> Form:
    """A batch: fields t1-for … become `tallies`, question → option → heads."""
    heads = integer(max=BATCH_MOST)
    fields = fields | {"papers": integer(min=1, max=BATCH_MOST)}
    for one in await _questions(request):
        fields |= {f"t{one.key}-{key}": heads for key, _ in options(one)}
    form = await read(request, fields, id)
    tallies: dict[str, dict] = {}
    for name in [name for name in form.data if "-" in name]:
        question, option = name[1:].split("-", 1)
        tallies.setdefault(question, {})[option] = form.data.pop(name)
    form.data["tallies"] = tallies
    return form


async def _written(request: Request, id: str) -> Form:
    """Fields p1-1, p1-2 … (paper, question) become `papers`; rows left empty are no papers."""
    fields = {
        f"p{place}-{one.key}": choice(dict(options(one)), required=False)
        for place in range(1, SECRET_LEAST)
        for one in await _questions(request)
    }
    form = await read(request, fields, id)
    rows: dict[str, dict] = {}
    for name, value in form.data.items():
        place, question = name[1:].split("-", 1)
        rows.setdefault(place, {}).update({question: value} if value else {})
    form.data = {"papers": [row for row in rows.values() if row]}
    return form


async def count(request: Request) -> Response:
    form = await _counted(request, "count", {})
    return await done(request, form, batches.enter, "已录入，待核对")


async def recount(request: Request) -> Response:
    form = await _counted(request, "recount", BATCH)
    return await done(request, form, batches.confirm, ALIKE)


def _writes(id: str, action: Callable, flash: str):
    async def handle(request: Request) -> Response:
        return await done(request, await _written(request, id), action, flash)

    return handle


_STEPS = {
    "count": count,
    "count/confirm": recount,
    "count/refuse": handler("refuse-count", BATCH, batches.refuse, "已退回这一批"),
    "few": _writes("few", transcribing.enter, "已录入，待核对"),
    "few/confirm": _writes("refew", transcribing.confirm, ALIKE),
    "few/refuse": handler("refuse-few", {}, transcribing.refuse, "已退回这次录入"),
}
routes = [Route(f"{BASE}/{path}", step, methods=["POST"]) for path, step in _STEPS.items()]
