"""Downloads for a recount: the package, the programs that check it, the list of codes."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from deliberation import verifier
from deliberation.documents.pages import disposition
from deliberation.matters.frame import frame, matter_of
from deliberation.matters.models import Matter
from deliberation.stages.vote.evidence.codes import found, listed, whom_to_tell
from deliberation.stages.vote.evidence.package import counted_vote
from deliberation.stages.vote.evidence.recount import Shelf, may_take_openings, take_openings
from deliberation.stages.vote.models import Vote
from deliberation.web.assets import STATIC
from deliberation.web.forms import Form
from deliberation.web.perform import or_404
from deliberation.web.render import actor_of, now, page


async def _counted(request: Request) -> tuple[Matter, Vote]:
    matter = await matter_of(request)
    return matter, or_404(await counted_vote(matter, request.path_params["vote"]))


async def package(request: Request) -> Response:
    """The record of the counted vote, for everyone; 404 for everyone before."""
    matter, vote = await _counted(request)
    return await _send(request, f"表决记录{matter.number}.zip", vote, "no-cache")


async def full_package(request: Request) -> Response:
    """The same with every area, for named scrutineers and overseers; who took it is noted."""
    matter, vote = await _counted(request)
    allowed = await may_take_openings(matter, vote, actor_of(request))
    or_404(allowed or None)
    await take_openings(actor_of(request), matter, vote, now(request))
    name = f"表决记录{matter.number}（含面积，仅供监票）.zip"
    return await _send(request, name, vote, "private, no-store", full=True)


async def _send(
    request: Request, name: str, vote: Vote, cache: str, *, full: bool = False
) -> Response:
    sha256, content = await _shelf(request).get(vote, full=full)
    headers = {"ETag": f'"{sha256}"', "Cache-Control": cache}
    if f'"{sha256}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = disposition(name, "attachment")
    return Response(content, media_type="application/zip", headers=headers)


def _shelf(request: Request) -> Shelf:
    state = request.app.state
    if not hasattr(state, "packages"):
        state.packages = Shelf()
    return state.packages


async def codes(request: Request) -> Response:
    """The sorted codes of a counted secret vote; `?code=` says whether one is among them."""
    context = await frame(request, "vote")
    vote = or_404(await counted_vote(context["matter"], request.path_params["vote"]))
    or_404(vote.secret or None)
    typed = request.query_params.get("code", "")[:60].strip()
    return page(
        request,
        "vote/codes.html",
        form=Form(),
        **context,
        vote=vote,
        groups=await listed(vote),
        typed=typed,
        found=await found(vote, typed) if typed else None,
        **await whom_to_tell(context["community"], vote),
    )


async def verify_python(request: Request) -> Response:
    return _program(Path(verifier.__file__), "verify.py", "text/x-python")


async def verify_browser(request: Request) -> Response:
    return _program(STATIC / "verify.html", "verify.html", "text/html")


def _program(path: Path, name: str, media_type: str) -> Response:
    """Only ever saved: it is to be opened from one's own disk, and read before it is believed."""
    headers = {"Cache-Control": "no-cache"}
    return FileResponse(path, filename=name, media_type=media_type, headers=headers)


_BASE = "/matters/{matter:int}/votes/{vote:int}"
routes = [
    Route(f"{_BASE}/package.zip", package),
    Route(f"{_BASE}/package-full.zip", full_package),
    Route(f"{_BASE}/codes", codes),
    Route("/verify.py", verify_python),
    Route("/verify.html", verify_browser),
]
