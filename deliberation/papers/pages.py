"""The page of a matter's papers: ordering, waiting, opening. For staff and overseers."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.documents.actions import retry
from deliberation.documents.models import Document
from deliberation.matters.frame import frame, matter_of
from deliberation.papers import actions, figures
from deliberation.papers.rules import PAPERS
from deliberation.procedure import OVERSEERS, STAFF
from deliberation.web.forms import Form, choice, integer, read
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.render import actor_of, now, page


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    context = await frame(request)
    matter = context["matter"]
    visible_to(request, STAFF | OVERSEERS, matter.path)
    staff = bool(STAFF & actor_of(request).roles_at(matter.path))
    return page(
        request,
        "papers/show.html",
        status=status,
        form=form or Form(),
        papers={key: PAPERS[key] for key in await figures.offered(matter)},
        ordered=await actions.ordered(matter, lists=staff),
        **context,
    )


async def _act(request: Request, form: Form, action, flash: str = "") -> Response:
    matter = await matter_of(request)
    done = f"/matters/{matter.id}/papers"
    return await perform(request, form, lambda: action(matter), done=done, again=show, flash=flash)


async def order(request: Request) -> Response:
    form = await read(request, {"paper": choice(PAPERS)})

    async def action(matter):
        await actions.order(actor_of(request), matter, paper=form.data["paper"], now=now(request))

    return await _act(request, form, action)


async def again(request: Request) -> Response:
    form = await read(request, {"document": integer()})

    async def action(matter):
        own = Document.filter(id=form.data["document"], matter=matter)
        document = or_404(await own.filter(template__startswith="papers/").first())
        await retry(actor_of(request), document, now(request))

    return await _act(request, form, action, "已重新排队生成")


routes = [
    Route("/matters/{matter:int}/papers", show),
    Route("/matters/{matter:int}/papers", order, methods=["POST"]),
    Route("/matters/{matter:int}/papers/retry", again, methods=["POST"]),
]
