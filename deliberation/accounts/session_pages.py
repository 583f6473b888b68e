"""Where I am signed in, ending it, and 换人: which of a phone's people acts."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.accounts import browsers
from deliberation.accounts.sessions import account_of, drop_cookie
from deliberation.web.forms import Form, integer, read, text
from deliberation.web.perform import or_404, perform
from deliberation.web.render import actor_of, local, now, page, see_other


async def sessions(request: Request, form: Form | None = None, status: int = 200) -> Response:
    return page(
        request,
        "accounts/sessions.html",
        status=status,
        form=form or Form(),
        rows=await browsers.sessions_of(await account_of(request), now(request)),
        here=request.state.session.id,
    )


async def end_session(request: Request) -> Response:
    account, here = await account_of(request), request.state.session.id
    form = await read(request, {"session": integer(min=1, max=2**31 - 1)})
    own = form.data.get("session") == here
    response = await perform(
        request,
        form,
        lambda: browsers.end_own(actor_of(request), account, form.data["session"], now(request)),
        done="/" if own else "/me/sessions",
        again=sessions,
        flash="这里的登录已经结束" if own else "那一处登录已经结束",
    )
    if own and response.status_code == 303:
        drop_cookie(response, request.app.state.settings)
    return response


async def end_all(request: Request) -> Response:
    account = await account_of(request)
    await browsers.end_all(actor_of(request), account, now(request))
    response = see_other("/", "所有地方的登录都已经结束，包括这里")
    drop_cookie(response, request.app.state.settings)
    return response


async def switch_form(request: Request, form: Form | None = None, status: int = 200) -> Response:
    account = await account_of(request)
    return page(
        request,
        "accounts/switch.html",
        status=status,
        form=form or Form(),
        choices=await browsers.choices_in(request.state.session),
        current=account.id,
    )


async def switch(request: Request) -> Response:
    session = or_404(request.state.session)
    fields = {"account": integer(min=1, max=2**31 - 1), "next": text(required=False)}
    form = await read(request, fields)
    return await perform(
        request,
        form,
        lambda: browsers.switch(actor_of(request), session, form.data["account"], now(request)),
        done=local(form.data.get("next") or "/me/next"),
        again=switch_form,
    )


routes = [
    Route("/me/sessions", sessions),
    Route("/me/sessions", end_session, methods=["POST"]),
    Route("/me/sessions/all", end_all, methods=["POST"]),
    Route("/me/switch", switch_form),
    Route("/me/switch", switch, methods=["POST"]),
]
