"""The own line of the roll with its proof: on the page, on paper, and as a file to check it by."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deliberation.matters.frame import frame, matter_of
from deliberation.stages.vote.evidence.package import counted_vote
from deliberation.stages.vote.evidence.proofs import PRINTED, Proof, as_json, own_proofs
from deliberation.stages.vote.facts import current_vote
from deliberation.stages.vote.models import Vote
from deliberation.stages.vote.views import overview
from deliberation.web.forms import Form
from deliberation.web.perform import or_404
from deliberation.web.render import actor_of, now, page


async def _own(request: Request, vote: Vote) -> list[Proof]:
    """The proofs of whoever asks; raises 404 for those who hold no line of a frozen roll."""
    return or_404(await own_proofs(vote, actor_of(request)) or None)


async def show(request: Request) -> Response:
    """Of the current vote, or of one that was counted before the matter was voted on again."""
    context, named = await frame(request, "vote"), request.path_params.get("vote")
    vote = or_404(await counted_vote(context["matter"], named)) if named else None
    view = or_404(await overview(context["matter"], actor_of(request), now(request), vote))
    return page(
        request,
        "vote/proof.html",
        form=Form(),
        **context,
        view=view,
        counted=named,
        proofs=await _own(request, view.vote),
        labels={
            str(row.number): {option["key"]: option["label"] for option in row.options}
            | {"invalid": "无效"}
            for row in view.questions
        },
        printed=PRINTED,
    )


async def download(request: Request) -> Response:
    """The proof of one own line as JSON."""
    vote = or_404(await current_vote(await matter_of(request)))
    own = {proof.entry.number: proof for proof in await _own(request, vote)}
    number = request.path_params["number"]
    headers = {
        "Content-Disposition": f'attachment; filename="roll-line-{number}.json"',
        "Cache-Control": "no-store",
    }
    return JSONResponse(as_json(vote, or_404(own.get(number))), headers=headers)


_BASE = "/matters/{matter:int}/vote/roll/mine"
routes = [
    Route(_BASE, show),
    Route("/matters/{matter:int}/votes/{vote:int}/mine", show),
    Route(f"{_BASE}/{{number:int}}.json", download),
]
