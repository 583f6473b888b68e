"""The meeting: a page for the projector, and the page that its QR code opens for signing in."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.accounts import browsers
from deliberation.accounts.sessions import cookie_name
from deliberation.accounts.signed_in import actor_for, signed_in
from deliberation.acting import Actor
from deliberation.matters.frame import frame, matter_of
from deliberation.procedure import OVERSEERS, STAFF
from deliberation.stages.notices.voted import wide
from deliberation.stages.vote.meeting import attendance
from deliberation.stages.vote.meeting.screens import countdown, screen
from deliberation.stages.vote.roll.own import own_entries
from deliberation.stages.vote.views import Overview, overview
from deliberation.web.forms import Form, integer, read
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.render import actor_of, now, page

EVERY = 8  # seconds until the projector asks again


async def show(request: Request) -> Response:
    context = await frame(request, "vote")
    matter, at = context["matter"], now(request)
    visible_to(request, STAFF | OVERSEERS, matter.path)
    view = or_404(await overview(matter, actor_of(request), at))
    or_404(view if view.is_posted else None)
    url = f"{request.app.state.settings.base_url}/matters/{matter.id}/vote"
    return page(
        request,
        "vote/screen.html",
        **context,
        view=view,
        screen=await screen(view.vote, view.profile, view.meeting),
        countdown=countdown(view.vote, at),
        link=f"{url}/sign-in" if view.meeting else url,
        every=EVERY,
        wide=wide,
    )


async def sign_in_page(request: Request, form: Form | None = None, status: int = 200) -> Response:
    context = await frame(request, "vote")
    view = or_404(await overview(context["matter"], actor_of(request), now(request)))
    or_404(view.meeting if view.is_posted else None)
    return page(
        request,
        "vote/sign_in.html",
        status=status,
        form=form or Form(),
        **context,
        view=view,
        people=await _people(request, view),
    )


async def _people(request: Request, view: Overview) -> list[dict]:
    """Everyone bound to this browser with their lines, and whether those are signed in."""
    session = request.state.session
    if session is None:
        return []
    came, found = await attendance.signed_in(view.meeting), []
    for account in await browsers.choices_in(session):
        actor = await actor_for(account, now(request))
        lines = await own_entries(view.vote, actor)
        present = {line.person_id for line in lines if line.person_id} <= came
        numbers = [line.number for line in lines]
        found.append(
            {"account": account.id, "name": actor.name, "numbers": numbers, "present": present}
        )
    return found


async def sign_in(request: Request) -> Response:
    """One press signs in one person of this phone, who then also is the one that acts on it."""
    matter = await matter_of(request)
    form = await read(request, {"account": integer(min=1, max=2**31 - 1, required=False)})

    async def action():
        actor = await _chosen(request, form.data["account"])
        await attendance.sign_in_self(actor, matter, now(request))

    url = f"/matters/{matter.id}/vote/sign-in"
    return await perform(request, form, action, done=url, again=sign_in_page, flash="您已签到")


async def _chosen(request: Request, account: int | None) -> Actor:
    session = request.state.session
    if session is None or account in (None, session.account_id):
        return actor_of(request)
    await browsers.switch(actor_of(request), session, account, now(request))
    token = request.cookies[cookie_name(request.app.state.settings)]
    request.state.session, request.state.actor = or_404(await signed_in(token, now(request)))
    return request.state.actor


_BASE = "/matters/{matter:int}/vote"
routes = [
    Route(f"{_BASE}/screen", show),
    Route(f"{_BASE}/sign-in", sign_in_page),
    Route(f"{_BASE}/sign-in", sign_in, methods=["POST"]),
]
