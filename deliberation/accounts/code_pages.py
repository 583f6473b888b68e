"""Signing in by a code: a number is typed, then the code it was sent; where a gateway is set."""

import logging
import uuid

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.accounts import codes
from deliberation.accounts.rules import RESIDENT_LIFE
from deliberation.accounts.sessions import door_of, life_of, signed_in_as
from deliberation.messages.gateway import Gateway, Unsent
from deliberation.people.forms import mobile
from deliberation.people.rules import mask_phone
from deliberation.web.forms import Form, read, text
from deliberation.web.perform import or_404, perform
from deliberation.web.render import now, page

SENT_TO = "sent_to"  # the cookie of one code's page: the number, masked, which no table has
logger = logging.getLogger("deliberation.accounts")


async def _send(gateway: Gateway, asked: codes.Asked) -> None:
    """After the answer, which takes as long for a number on no roll."""
    try:
        await gateway.send(to=asked.phone, text=asked.text, code=uuid.uuid4().hex)
    except Unsent as problem:
        logger.warning("a sign-in code was not sent: %s", problem)


async def _asking(request: Request, form: Form, ask, again, to: str) -> Response:
    """Makes a code by `ask`, then goes where it is typed; `to` is the masked number to show."""
    gateway, made = or_404(request.app.state.gateway), []

    async def action():
        made.append(await ask())

    answer = await perform(
        request, form, action, done=lambda _: f"/sign-in/code/{made[0].ticket}", again=again
    )
    if made:
        where, life = answer.headers["location"], int(codes.HOUR.total_seconds())
        answer.set_cookie(SENT_TO, to, path=where, max_age=life, httponly=True, samesite="lax")
    if made and made[0].phone:
        answer.background = BackgroundTask(_send, gateway, made[0])
    return answer


async def _sign_in_form(request: Request, form: Form, status: int) -> Response:
    return page(request, "accounts/sign_in.html", status=status, form=form)


async def ask(request: Request) -> Response:
    form = await read(request, {"phone": mobile()}, "code")
    phones = request.app.state.phones

    async def make():
        return await codes.ask(form.data["phone"], phones, now(request))

    to = mask_phone(form.data.get("phone", ""))
    return await _asking(request, form, make, _sign_in_form, to)


async def code_form(request: Request, form: Form | None = None, status: int = 200) -> Response:
    ticket = request.path_params["ticket"]
    or_404(await codes.find(ticket))
    return page(
        request,
        "accounts/code.html",
        status=status,
        form=form or Form(),
        base=f"/sign-in/code/{ticket}",
        to=request.cookies.get(SENT_TO, ""),
    )


async def ask_again(request: Request) -> Response:
    row = or_404(await codes.find(request.path_params["ticket"]))
    phones = request.app.state.phones

    async def make():
        return await codes.ask_again(row, phones, now(request))

    to = request.cookies.get(SENT_TO, "")
    return await _asking(request, await read(request, {}), make, code_form, to)


async def redeem(request: Request) -> Response:
    ticket = request.path_params["ticket"]
    row = or_404(await codes.find(ticket))
    form = await read(request, {"code": text(max=20, message="请填写验证码")})
    made, life = [], life_of(request, RESIDENT_LIFE)

    async def action() -> int:
        token, people = await codes.redeem(
            row,
            ticket,
            form.data["code"],
            browser=request.state.session,
            door=door_of(request),
            phones=request.app.state.phones,
            life=life,
            now=now(request),
        )
        made.append(token)
        return people

    answer = await perform(
        request,
        form,
        action,
        done=lambda people: "/me/switch" if people > 1 else "/me/next",
        again=code_form,
    )
    return signed_in_as(request, answer, made, life)


routes = [
    Route("/sign-in/code", ask, methods=["POST"]),
    Route("/sign-in/code/{ticket}", code_form),
    Route("/sign-in/code/{ticket}", redeem, methods=["POST"]),
    Route("/sign-in/code/{ticket}/again", ask_again, methods=["POST"]),
]
