"""两人在场，帮人登录: from a person's page into that person's 我的, on the computer of the desk."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.accounts import helped, recipients
from deliberation.accounts.recipients import Recipient
from deliberation.accounts.rules import HELPED_LIFE, KNOWN_BY
from deliberation.accounts.sessions import door_of, life_of, signed_in_as
from deliberation.calendar import local_date
from deliberation.people.models import Member, Person
from deliberation.procedures import STANDING
from deliberation.web.forms import Form, choice, read, text
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.render import actor_of, now, page

OWN = "person"


async def _person(request: Request) -> Person:
    """The person of the URL; raises 404 for whoever may not help there."""
    id = request.path_params["person"]
    person = or_404(await Person.get_or_none(id=id).select_related("place"))
    visible_to(request, STANDING[helped.HELP], person.place.path)
    return person


async def _choices(request: Request, person: Person) -> dict[str, Recipient]:
    """As whom somebody may be signed in: as themselves, or for a home they live in."""
    [own] = await recipients.of_person(person)
    found, on = {OWN: own}, local_date(now(request))
    for row in await Member.filter(person=person).order_by("id").select_related("household"):
        homes = await recipients.of_household(row.household, on)
        found |= {str(home.household_id): home for home in homes}
    return found


async def form_page(request: Request, form: Form | None = None, status: int = 200) -> Response:
    person = await _person(request)
    whom = await _choices(request, person)
    labels = [(key, "本人" if key == OWN else f"{one.home}这一户") for key, one in whom.items()]
    return page(
        request,
        "accounts/helped.html",
        status=status,
        form=form or Form(),
        person=person,
        whom=labels,
        known_by=list(KNOWN_BY.items()),
        hours=HELPED_LIFE.seconds // 3600,
    )


async def sign_in(request: Request) -> Response:
    person = await _person(request)
    whom = await _choices(request, person)
    fields = {
        "whom": choice(whom, message="请选替谁登录"),
        "known_by": choice(KNOWN_BY, message="请选怎么认出是本人的"),
        "username": text(max=40, message="请填写第二个人的用户名"),
        "password": text(max=200, message="请填写第二个人的密码"),
    }
    form = await read(request, fields)
    made, life = [], life_of(request, HELPED_LIFE)

    async def action():
        data = dict(form.data)
        one, by = whom[data.pop("whom")], actor_of(request)
        rest = {"browser": request.state.session, "door": door_of(request), "now": now(request)}
        made.append(await helped.sign_in(by, person.place, one, **data, **rest, life=life))

    answer = await perform(
        request, form, action, done="/me/next", again=form_page, flash="已经登录。办完请点“退出”"
    )
    answer.headers["Clear-Site-Data"] = '"cache"'  # no page of the staff is left to go back to
    return signed_in_as(request, answer, made, life)


routes = [
    Route("/people/{person:int}/help-sign-in", form_page),
    Route("/people/{person:int}/help-sign-in", sign_in, methods=["POST"]),
]
