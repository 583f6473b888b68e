"""核验, a page for everyone: bring a PDF and be told whether it is what was published.

The file is looked at and forgotten: nothing of it is kept or logged.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.stages.notices.genuine import WORDS, Undecided, Verdict, judge
from deliberation.web.forms import Form, read, upload
from deliberation.web.render import page
from deliberation.web.signatures import Busy


def show(
    request: Request, form: Form | None = None, status: int = 200, verdict: Verdict | None = None
) -> Response:
    return page(
        request,
        "notices/verify.html",
        status=status,
        form=form or Form(),
        verdict=verdict,
        words=WORDS,
        seal=request.app.state.seal,
    )


async def ask(request: Request) -> Response:
    return show(request)


async def check(request: Request) -> Response:
    """The verdict on the file that was sent, on the same page."""
    form = await read(request, {"file": upload()})
    if not form.ok:
        return show(request, form, status=422)
    try:
        verdict = await judge(form.data["file"][1], request.app.state.examiner.examine)
    except (Busy, Undecided):
        form.errors["file"] = "现在核验的人很多，请过一会儿再试"
        return show(request, form, status=503)
    return show(request, form, verdict=verdict)


routes = [
    Route("/verify-notice", ask, methods=["GET"]),
    Route("/verify-notice", check, methods=["POST"]),
]
