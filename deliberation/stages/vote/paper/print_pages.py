"""Ordering what is printed for a vote, and ordering again what failed."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.documents.actions import retry
from deliberation.documents.models import Document
from deliberation.matters.frame import matter_of
from deliberation.stages.vote.facts import current_vote
from deliberation.stages.vote.paper import printing
from deliberation.stages.vote.paper.desk_pages import BASE, done, handler
from deliberation.stages.vote.paper.models import Printout
from deliberation.stages.vote.paper.rules import PRINTS
from deliberation.web.forms import choice, integer, read
from deliberation.web.perform import or_404


async def again(request: Request) -> Response:
    """Only for documents of this vote; raises 404 for any other."""
    form = await read(request, {"document": integer(min=1, max=2**31 - 1)}, "retry")
    own = Printout.filter(
        vote=await current_vote(await matter_of(request)),
        document_id=form.data.pop("document", None),
    )
    document = await Document.get(id=or_404(await own.first()).document_id)

    async def action(actor, matter, *, now):
        await retry(actor, document, now)

    return await done(request, form, action, "已重新排队生成")


_KIND = {"kind": choice(PRINTS)}
routes = [
    Route(
        f"{BASE}/print",
        handler("print", _KIND, printing.order, "正在生成，生成好以后在这里下载"),
        methods=["POST"],
    ),
    Route(f"{BASE}/print/retry", again, methods=["POST"]),
]
