"""Signing in and out: staff by password, residents by the slip they scanned."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.accounts import (
    actions,
    browsers,
    code_pages,
    handed_pages,
    help_pages,
    helped_pages,
    me_pages,
    session_pages,
    slip_pages,
    slips,
    staff_pages,
    welcome_pages,
)
from deliberation.accounts.models import Slip, is_empty
from deliberation.accounts.own import pages as own_pages
from deliberation.accounts.rules import RESIDENT_LIFE, STAFF_LIFE
from deliberation.accounts.sessions import door_of, drop_cookie, life_of, signed_in_as
from deliberation.accounts.signed_in import actor_for
from deliberation.places.offices import desks, installed_name
from deliberation.web.forms import Form, choice, read, text
from deliberation.web.perform import perform
from deliberation.web.render import actor_of, now, page, see_other


async def sign_in_form(request: Request, form: Form | None = None, status: int = 200) -> Response:
    empty = await is_empty()
    return page(request, "accounts/sign_in.html", status=status, form=form or Form(), empty=empty)


async def sign_in(request: Request) -> Response:
    fields = {
        "username": text(max=40, message="请填写用户名"),
        "password": text(max=200, message="请填写密码"),
    }
    form = await read(request, fields)
    made, life = [], life_of(request, STAFF_LIFE)

    async def action():
        made.append(
            await actions.sign_in(
                **form.data,
                browser=request.state.session,
                door=door_of(request),
                life=life,
                now=now(request),
            )
        )
        # The first administrator and the community are made beside the running server.
        request.app.state.name = await installed_name()

    answer = await perform(request, form, action, done="/desk", again=sign_in_form)
    return signed_in_as(request, answer, made, life)


async def _of_several(request: Request) -> Response | None:
    """Where several people share a phone: asks who goes, or lets only the one go who acts."""
    form = await read(request, {"who": choice(("one", "all"), required=False)})
    session, who = request.state.session, form.data.get("who")
    if session is None or session.people < 2 or who == "all":
        return None
    if who == "one":
        await browsers.leave(actor_of(request), session, now(request))
        return see_other("/me", "已经退出。这部手机上还登录着上面写的这一位")
    choices = await browsers.choices_in(session)
    return page(request, "accounts/sign_out.html", choices=choices, current=session.account_id)


async def sign_out(request: Request) -> Response:
    if asked := await _of_several(request):
        return asked
    if request.state.session:
        await browsers.sign_out(actor_of(request), request.state.session, now(request))
    response = see_other("/", "您已经退出")
    drop_cookie(response, request.app.state.settings)
    response.headers["Clear-Site-Data"] = '"cache"'  # the steps of forms that were kept for Back
    return response


async def _slip_page(
    request: Request, slip: Slip | None, form: Form | None = None, status: int = 200
) -> Response:
    session, desk = request.state.session, actor_of(request)
    problem = await slips.problem(slip, session, now(request))
    if slip:
        desk = await actor_for(slip.account, now(request))
    return page(
        request,
        "accounts/slip.html",
        status=404 if problem == slips.GONE else status,
        form=form or Form(),
        slip=slip,
        problem=problem,
        elsewhere=slips.ELSEWHERE,
        desks=await desks(desk),
        here=bool(slip and session and await slips.held_by(slip, now(request))),
    )


async def slip_form(request: Request) -> Response:
    slip = await slips.find(request.path_params["token"])
    session = request.state.session
    if slip and session and session.account_id == slip.account_id:
        if await slips.held_by(slip, now(request)) == session.id:
            return see_other("/me/next")
    return await _slip_page(request, slip)


async def redeem(request: Request) -> Response:
    slip = await slips.find(request.path_params["token"])
    form = await read(request, {"code": text(max=20, required=False)})
    made, life = [], life_of(request, RESIDENT_LIFE)

    async def action():
        made.append(
            await slips.redeem(
                slip,
                form.data["code"],
                browser=request.state.session,
                door=door_of(request),
                phones=request.app.state.phones,
                life=life,
                now=now(request),
            )
        )

    async def again(request: Request, form: Form, status: int) -> Response:
        return await _slip_page(request, slip, form, status)

    answer = await perform(request, form, action, done="/me/next", again=again)
    return signed_in_as(request, answer, made, life)


routes = [
    Route("/sign-in", sign_in_form),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-out", sign_out, methods=["POST"]),
    Route("/s/{token}", slip_form),
    Route("/s/{token}", redeem, methods=["POST"]),
    *code_pages.routes,
    *handed_pages.routes,
    *me_pages.routes,
    *own_pages.routes,
    *session_pages.routes,
    *help_pages.routes,
    *helped_pages.routes,
    *slip_pages.routes,
    *staff_pages.routes,
    *welcome_pages.routes,
]
