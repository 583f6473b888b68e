"""我的: who I am, what waits for me, what I said, and who looked at my data."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.accounts import actions, helped
from deliberation.accounts.models import Access
from deliberation.accounts.rules import KNOWN_BY
from deliberation.accounts.sessions import account_of, door_of
from deliberation.accounts.welcome_pages import TWICE, same
from deliberation.database.plain import by_id, rows
from deliberation.matters.models import Matter
from deliberation.places.offices import homes_of
from deliberation.procedure import Role
from deliberation.procedures import STANDING
from deliberation.stages.notices.register import of_account
from deliberation.stages.opinions import rules as opinion_rules
from deliberation.stages.opinions.models import standing_answers
from deliberation.stages.opinions.reviews.given import given_to
from deliberation.stages.opinions.reviews.rules import OUTCOMES
from deliberation.stages.opinions.speakers import said_by
from deliberation.stages.opinions.survey.facts import in_short
from deliberation.stages.opinions.telling import see, stood, unseen
from deliberation.stages.vote.roll.own import voted
from deliberation.stages.vote.rules import COUNTED
from deliberation.tasks.listing import of_scope, particular
from deliberation.tasks.rules import READ, by_matter
from deliberation.tasks.scope import scope_of
from deliberation.tracing.rules import ACCEPTED
from deliberation.tracing.where import listed, whereabouts
from deliberation.web.forms import Form, ids, read, text
from deliberation.web.perform import or_404, perform
from deliberation.web.render import actor_of, now, page, see_other

SAID_MOST = 50
NEWS_FIRST = 3  # answers that stand open at once
BALLOT = "vote.cast"
FORMS = (BALLOT, "opinions.submit", "implementation.evaluate")  # what residents fill in
TOOLS = (
    ("people.unmask", "/people", "人员"),
    ("people.appoint", "/people", "人员"),
    ("accounts.issue_slip", "/slips", "发登录纸条"),
    ("accounts.create_staff", "/staff", "工作人员"),
    ("places.create", "/places", "地点"),
    ("calendars.enter", "/calendars", "节假日表"),
)


def _tools(request: Request) -> list[tuple[str, str]]:
    """The pages (URL, label) that the offices of whoever asks open."""
    roles = set(actor_of(request).roles)
    open_to = [(url, label) for act, url, label in TOOLS if STANDING[act] & roles]
    return list(dict.fromkeys(open_to))


async def me(request: Request, form: Form | None = None, status: int = 200) -> Response:
    actor, session = actor_of(request), request.state.session
    if session is None:
        return see_other("/sign-in")
    account = await account_of(request)
    said = await said_by(actor)
    answers = await standing_answers(said)  # in one question, whatever asks for them below
    opinions = [row for row in said if row.recorded_by is None][:SAID_MOST]
    stands, given = await stood(actor), await given_to(actor)
    scope = await scope_of(actor, now(request))
    tasks = [one for one in await of_scope(scope) if one.mine]
    muted = await rows("SELECT 1 FROM muted WHERE account_id = $1", account.id)
    return page(
        request,
        "accounts/me.html",
        status=status,
        form=form or Form(),
        account=account,
        news=await unseen(actor),
        homes=await homes_of(actor),
        muted=muted,
        now=scope.now,
        # The answers themselves stand below.
        tasks=by_matter(one for one in tasks if not one.done and one.act != READ),
        news_first=NEWS_FIRST,
        told=[one for one in tasks if one.done],
        lines=[one for one in scope.stands if Role.RESIDENT in actor.roles_at(one.matter.path)],
        said=opinions,
        given=given,
        short=await in_short([*opinions, *(one.opinion for one in given)]),
        outcomes=OUTCOMES,
        voted=await voted(actor),
        counted=COUNTED,
        objections=await of_account(account, now(request)),
        answers=answers,
        where=await whereabouts(opinions, answers),
        stands=stands,
        listed=await listed([one.group for one in stands if one.answer]),
        matters=await by_id(Matter, {one.matter for one in stands}) if stands else {},
        accepted=ACCEPTED,
        rules=opinion_rules,
        tools=_tools(request),
    )


async def onward(request: Request) -> Response:
    """Where to after signing in: to the one form that waits or the one ballot, else to all."""
    if request.state.session is None:
        return see_other("/sign-in")
    told = await particular(await scope_of(actor_of(request), now(request)))
    waiting = [one for one in told if one.act in FORMS and one.mine and not one.done]
    ballots = [one for one in waiting if one.act == BALLOT]
    first = ballots if len(ballots) == 1 else waiting
    return see_other(first[0].url if len(first) == 1 else "/me")


async def seen(request: Request) -> Response:
    await account_of(request)
    form = await read(request, {"answer": ids("请从列出的答复里选")}, "seen")
    return await perform(
        request,
        form,
        lambda: see(actor_of(request), form.data["answer"], now(request)),
        done="/me",
        again=me,
    )


async def access(request: Request) -> Response:
    account = await account_of(request)
    looked = (
        await Access.filter(person_id=account.person_id)
        .order_by("-id")
        .limit(SAID_MOST)
        .select_related("account__person")
        if account.person_id
        else []
    )
    return page(
        request,
        "accounts/access.html",
        rows=looked,
        household=account.household_id,
        helps=await helped.helps_of(account),
        known_by=KNOWN_BY,
    )


async def password_form(request: Request, form: Form | None = None, status: int = 200) -> Response:
    or_404((await account_of(request)).username)
    return page(request, "accounts/password.html", status=status, form=form or Form())


async def password(request: Request) -> Response:
    account = await account_of(request)
    or_404(account.username)
    fields = {"old": text(max=200, message="请填写现在的密码"), **TWICE}
    form = same(await read(request, fields))
    return await perform(
        request,
        form,
        lambda: actions.change_password(
            actor_of(request),
            account,
            form.data["old"],
            form.data["new"],
            session=request.state.session,
            door=door_of(request),
            now=now(request),
        ),
        done="/me",
        again=password_form,
        flash="密码已经改好，其他地方的登录都已结束",
    )


routes = [
    Route("/me", me),
    Route("/me/next", onward),
    Route("/me/seen", seen, methods=["POST"]),
    Route("/me/access", access),
    Route("/me/password", password_form),
    Route("/me/password", password, methods=["POST"]),
]
