"""我的资料: what is kept of me or my home, to look at, to take along, to have put right."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from deliberation.accounts.own.kept import kept, proved
from deliberation.accounts.own.taken import taken
from deliberation.accounts.sessions import account_of
from deliberation.calendar import moment_text
from deliberation.documents.pages import disposition
from deliberation.people import corrections
from deliberation.web.forms import Form, read, text
from deliberation.web.perform import or_404, perform
from deliberation.web.render import actor_of, now, page
from deliberation.web.templates import render_html

NAME = "我的资料"


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    account, phones = await account_of(request), request.app.state.phones
    return page(
        request,
        "accounts/data.html",
        status=status,
        form=form or Form(),
        facts=await kept(account, phones),
        household=account.household_id,
        asked=await corrections.own(account, phones),
    )


async def ask(request: Request) -> Response:
    or_404(request.state.session)
    form = await read(request, {"words": text(max=300, message="请写下哪里不对、应当是什么")})
    phones = request.app.state.phones
    return await perform(
        request,
        form,
        lambda: corrections.ask(actor_of(request), form.data["words"], phones, now(request)),
        done="/me/data",
        again=show,
        flash="社区收到了，办好以后写在这里",
    )


async def _content(request: Request) -> dict:
    """Everything, under the same words in both files. The own number stands there in full only
    for who signed in by a code sent to it: slips and four digits pass through other hands."""
    account, phones = await account_of(request), request.app.state.phones
    whole = await proved(request.state.session.id, account.id)
    facts = dict(await kept(account, phones, whole=whole))
    return {"资料": [facts]} | await taken(actor_of(request), account, phones, now(request))


def _headers(kind: str) -> dict[str, str]:
    disposed = disposition(f"{NAME}.{kind}", "attachment")
    return {"Content-Disposition": disposed, "Cache-Control": "no-store"}


async def file(request: Request) -> Response:
    """To be read and printed by anybody, also without this site."""
    content, at = await _content(request), moment_text(now(request))
    html = render_html("accounts/taken.html", content=content, name=NAME, at=at)
    return HTMLResponse(html, headers=_headers("html"))


async def export(request: Request) -> Response:
    """The same for another program."""
    return JSONResponse(await _content(request), headers=_headers("json"))


routes = [
    Route("/me/data", show),
    Route("/me/data", ask, methods=["POST"]),
    Route("/me/data.html", file),
    Route("/me/data.json", export),
]
