"""The people of a community, for its staff: find, look, correct, appoint. Phones are masked."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.accounts.models import Account, Slip
from deliberation.calendar import local_date
from deliberation.people import actions, corrections
from deliberation.people.forms import mobile
from deliberation.people.models import Appointment, Correction, Member, Ownership, Person
from deliberation.people.rules import GENDERS, PARTIES, SEATS, appointable, mask_phone
from deliberation.people.search import found, homes_of
from deliberation.places.models import Place, in_order
from deliberation.places.offices import covered
from deliberation.procedure import Role
from deliberation.procedures import STANDING
from deliberation.web.forms import Form, choice, day, flag, integer, read, text
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.render import actor_of, now, page

VIEWERS = STANDING["people.unmask"] | STANDING["people.appoint"]
ACTS = (
    "people.unmask",
    "people.correct",
    "people.appoint",
    "accounts.issue_slip",
    "accounts.help_sign_in",
)


def _masked(request: Request, person: Person) -> str:
    return mask_phone(request.app.state.phones.reveal(person.phone_cipher))


async def index(request: Request) -> Response:
    """The list and its search: what is searched for comes in the body, so that no name and no
    phone gets into an address, a history or a server's log."""
    inside = or_404(covered(actor_of(request), VIEWERS, "place__path"))
    form = Form()
    if request.method == "POST":
        fields = {"q": text(max=60, required=False), "page": integer(min=1, required=False)}
        form = await read(request, fields)
    query, number = form.data.get("q", ""), form.data.get("page") or 1
    rows, more = await found(inside, query, number, request.app.state.phones)
    await actions.searched(actor_of(request), rows if query else [], query, now(request))
    return page(
        request,
        "people/index.html",
        status=200 if form.ok else 422,
        form=form,
        rows=[(row, _masked(request, row)) for row in rows],
        homes=await homes_of(rows),
        number=number,
        more=more,
    )


async def _person(request: Request) -> Person:
    """The person named in the URL; raises 404 for anyone who may not see them."""
    person = or_404(
        await Person.get_or_none(id=request.path_params["person"]).select_related("place")
    )
    visible_to(request, VIEWERS, person.place.path)
    return person


async def _seats(request: Request, person: Person) -> list[Place]:
    """Where a person may be appointed by whoever asks: the places above theirs and inside it."""
    inside = covered(actor_of(request), STANDING["people.appoint"])
    if inside is None:
        return []
    kinds = ["district", "subdistrict", "community", "compound", "building"]
    rows = in_order(await Place.filter(inside, kind__in=kinds))
    mine = person.place.path
    return [row for row in rows if row.path.startswith(mine) or mine.startswith(row.path)]


async def _home_slips(homes: list[Member]) -> set[int]:
    """Which of the homes have a slip that is not revoked, by household."""
    ids = [row.household_id for row in homes]
    slips = Slip.filter(account__household_id__in=ids, revoked_at=None)
    return set(await slips.values_list("account__household_id", flat=True))


async def show(
    request: Request, form: Form | None = None, status: int = 200, phone: str = ""
) -> Response:
    person = await _person(request)
    await actions.opened(actor_of(request), person, now(request))
    roles = actor_of(request).roles_at(person.place.path)
    gives = appointable(roles)
    homes = await Member.filter(person=person).select_related("household")
    slips = Slip.filter(account__person=person, account__username=None, revoked_at=None)
    return page(
        request,
        "people/show.html",
        status=status,
        form=form or Form(),
        person=person,
        phone=phone,
        masked=_masked(request, person),
        homes=homes,
        owned=await Ownership.filter(person=person).select_related("household"),
        appointments=await Appointment.filter(person=person).select_related("place"),
        role_name=lambda role: Role(role).label,
        account=await Account.filter(person=person, username__not_isnull=True).first(),
        slip=await slips.first(),
        home_slips=await _home_slips(homes),
        asked=await corrections.of(person, request.app.state.phones),
        genders=GENDERS,
        parties=PARTIES,
        seats=[(row.id, row.name) for row in await _seats(request, person)],
        role_options=[(role.value, role.label) for role in SEATS if role in gives],
        gives=gives,
        may={name: bool(STANDING[name] & roles) for name in (*ACTS, "accounts.create_staff")},
        today=local_date(now(request)),
    )


async def unmask(request: Request) -> Response:
    person = await _person(request)
    fields = {"reason": text(max=200, message="请写明为什么要看，本人能看到这个原因")}
    form = await read(request, fields, "unmask")
    if not form.ok:
        return await show(request, form, 422)
    actor, phones = actor_of(request), request.app.state.phones
    phone = await actions.unmask(actor, person, form.data["reason"], phones, now(request))
    return await show(request, phone=phone or "没有登记电话")


async def correct(request: Request) -> Response:
    person = await _person(request)
    year = local_date(now(request)).year
    fields = {
        "name": text(max=60, message="请填写姓名"),
        "gender": choice(GENDERS, required=False),
        "birth_year": integer(min=1900, max=year, required=False),
        "birth_date": day(required=False),
        "party": choice(PARTIES, required=False),
        "phone": mobile(required=False),
        "no_phone": flag(),
    }
    form = await read(request, fields, "correct")

    async def action():
        data = dict(form.data)
        data["phone"] = "" if data.pop("no_phone") else data["phone"] or None
        right, phones = actions.Corrected(**data), request.app.state.phones
        await actions.correct(actor_of(request), person, right, phones, now(request))

    done = f"/people/{person.id}"
    return await perform(request, form, action, done=done, again=show, flash="已改正")


async def settle(request: Request) -> Response:
    person = await _person(request)
    row = or_404(await Correction.get_or_none(id=request.path_params["correction"], person=person))
    fields = {"answer": text(max=200, message="请写明怎么办的，本人会看到")}
    form = await read(request, fields, f"settle{row.id}")
    return await perform(
        request,
        form,
        lambda: corrections.settle(actor_of(request), row, form.data["answer"], now(request)),
        done=f"/people/{person.id}",
        again=show,
        flash="已经办理，本人能看到",
    )


async def appoint(request: Request) -> Response:
    person = await _person(request)
    seats = {str(row.id): row for row in await _seats(request, person)}
    fields = {
        "role": choice([role.value for role in SEATS], message="请选职务"),
        "place": choice(seats, message="请选任职的地方"),
        "title": text(max=60, required=False),
        "since": day(),
        "until": day(required=False),
    }
    form = await read(request, fields, "appoint")

    async def action():
        data = dict(form.data)
        place, role = seats[data.pop("place")], Role(data.pop("role"))
        await actions.appoint(actor_of(request), person, place, role, **data, now=now(request))

    done = f"/people/{person.id}"
    return await perform(request, form, action, done=done, again=show, flash="已任命")


async def end(request: Request) -> Response:
    person = await _person(request)
    id = request.path_params["appointment"]
    row = or_404(await Appointment.get_or_none(id=id, person=person))
    form = await read(request, {"last": day()}, f"end{row.id}")
    return await perform(
        request,
        form,
        lambda: actions.end_appointment(actor_of(request), row, form.data["last"], now(request)),
        done=f"/people/{person.id}",
        again=show,
        flash="任期的最后一天已登记",
    )


routes = [
    Route("/people", index, methods=["GET", "POST"]),
    Route("/people/{person:int}", show),
    Route("/people/{person:int}/unmask", unmask, methods=["POST"]),
    Route("/people/{person:int}/correct", correct, methods=["POST"]),
    Route("/people/{person:int}/corrections/{correction:int}", settle, methods=["POST"]),
    Route("/people/{person:int}/appoint", appoint, methods=["POST"]),
    Route("/people/{person:int}/appointments/{appointment:int}/end", end, methods=["POST"]),
]
