"""The page behind a member of staff's first link: choosing a password, and in."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.accounts import actions, welcome
from deliberation.accounts.rules import STAFF_LIFE
from deliberation.accounts.sessions import door_of, life_of, signed_in_as
from deliberation.web.forms import Form, read, text
from deliberation.web.perform import perform
from deliberation.web.render import now, page

TWICE = {
    "new": text(max=200, message="请填写新密码"),
    "again": text(max=200, message="请再填一次新密码"),
}


def same(form: Form) -> Form:
    """The form, with an error where the new password was not typed the same twice."""
    if form.ok and form.data["new"] != form.data["again"]:
        form.errors["again"] = "两次填的新密码不一样，请再填一次"
    return form


async def form_page(request: Request, form: Form | None = None, status: int = 200) -> Response:
    account = await welcome.find(request.path_params["token"], now(request))
    return page(
        request,
        "accounts/welcome.html",
        status=status if account else 404,
        form=form or Form(),
        account=account,
        gone=welcome.GONE,
    )


async def choose(request: Request) -> Response:
    form = same(await read(request, TWICE))
    made, life, door = [], life_of(request, STAFF_LIFE), door_of(request)

    async def action():
        token, password = request.path_params["token"], form.data["new"]
        account = await welcome.choose(token, password, now(request))
        who = {"browser": request.state.session, "door": door, "now": now(request)}
        made.append(await actions.sign_in(account.username, password, **who, life=life))

    answer = await perform(request, form, action, done="/desk", again=form_page)
    return signed_in_as(request, answer, made, life)


routes = [
    Route("/welcome/{token}", form_page),
    Route("/welcome/{token}", choose, methods=["POST"]),
]
