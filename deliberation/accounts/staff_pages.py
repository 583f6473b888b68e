"""The administrator's list of staff: accounts opened, disabled and given new passwords."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.accounts import actions
from deliberation.accounts.actions import Opened
from deliberation.accounts.models import Account
from deliberation.calendar import local_date
from deliberation.people import pages as people_pages
from deliberation.people.forms import mobile
from deliberation.people.models import Appointment, Person, in_office
from deliberation.people.rules import OFFICIAL, SEATS
from deliberation.places.models import Place, PlaceKind, in_order
from deliberation.places.offices import covered
from deliberation.procedure import Role
from deliberation.procedures import STANDING
from deliberation.web.forms import Form, choice, day, read, text
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.qr import qr_data_uri
from deliberation.web.render import actor_of, now, page

ADMINISTRATORS = STANDING["accounts.create_staff"]
SEAT_KINDS = sorted({kind for role in OFFICIAL for kind in SEATS[role]})
NEEDED = (Role.CLERK, Role.SECRETARY, Role.SUPERVISOR)  # without whom no matter goes its way
USERNAME = {"username": text(max=40, message="请填写用户名")}


async def _seats(request: Request) -> list[Place]:
    inside = or_404(covered(actor_of(request), ADMINISTRATORS))
    return in_order(await Place.filter(inside, kind__in=SEAT_KINDS))


async def _account(request: Request) -> Account:
    """The staff account named in the URL; raises 404 outside the administrator's places."""
    account = or_404(
        await Account.get_or_none(
            id=request.path_params["account"], username__not_isnull=True
        ).select_related("person__place")
    )
    visible_to(request, ADMINISTRATORS, account.person.place.path)
    return account


async def staff(
    request: Request, form: Form | None = None, status: int = 200, opened: Opened | None = None
) -> Response:
    """The list; after opening an account, with the link for its owner, shown once."""
    link = opened and f"{request.app.state.settings.base_url}/welcome/{opened.token}"
    seats = await _seats(request)
    inside = covered(actor_of(request), ADMINISTRATORS, "person__place__path")
    accounts = (
        await Account.filter(inside, username__not_isnull=True)
        .order_by("username")
        .select_related("person")
    )
    rows = await _with_roles(request, accounts)
    communities = [row.id for row in seats if row.kind == PlaceKind.COMMUNITY]
    return page(
        request,
        "accounts/staff.html",
        status=status,
        form=form or Form(),
        rows=rows,
        opened=opened,
        link=link,
        code=link and qr_data_uri(link),
        needed=_needed([told for _, told in rows]),
        only=communities[0] if len(communities) == 1 else "",
        seat_options=[(row.id, row.name) for row in seats],
        role_options=[(role.value, role.label) for role in SEATS if role in OFFICIAL],
        today=local_date(now(request)),
    )


def _needed(held: list[str]) -> str:
    """The role that is most wanting, '' when there is somebody for each."""
    return next((role for role in NEEDED if not any(role.label in told for told in held)), "")


async def _with_roles(request: Request, accounts: list[Account]) -> list[tuple[Account, str]]:
    """Each account with the offices its person holds today, in words."""
    people = [row.person_id for row in accounts]
    held = await Appointment.filter(
        in_office(local_date(now(request))), person_id__in=people
    ).select_related("place")
    words = {
        person: "、".join(
            f"{row.place.name}{Role(row.role).label}" for row in held if row.person_id == person
        )
        for person in people
    }
    return [(row, words[row.person_id]) for row in accounts]


async def hire(request: Request) -> Response:
    seats = {str(row.id): row for row in await _seats(request)}
    fields = USERNAME | {
        "name": text(max=60, message="请填写姓名"),
        "phone": mobile(required=False),
        "role": choice([role.value for role in OFFICIAL]),
        "place": choice(seats, message="请选任职的地方"),
        "title": text(max=60, required=False),
        "since": day(),
    }
    form = await read(request, fields, "new")

    async def action():
        data = form.data | {"role": Role(form.data["role"])}
        place = seats[data.pop("place")]
        newcomer = actions.Newcomer(**data)
        phones = request.app.state.phones
        return await actions.hire(actor_of(request), place, newcomer, phones, now(request))

    return await _opened(request, form, action, staff)


async def open_account(request: Request) -> Response:
    """An account for someone already known, from their own page."""
    person = or_404(await Person.get_or_none(id=request.path_params["person"]))
    visible_to(request, ADMINISTRATORS, (await person.place).path)
    form = await read(request, USERNAME, "account")

    async def action():
        return await actions.create_staff(
            actor_of(request), person, form.data["username"], now(request)
        )

    return await _opened(request, form, action, people_pages.show)


async def _opened(request: Request, form: Form, action, again) -> Response:
    """Does it and answers with the list and the link itself: like a slip it is known only now."""
    made: list[Opened] = []

    async def open_it():
        made.append(await action())

    answer = await perform(request, form, open_it, done="/staff", again=again)
    return await staff(request, opened=made[0]) if made else answer


async def _changed(request: Request, form: Form, action, flash: str) -> Response:
    return await perform(request, form, action, done="/staff", again=staff, flash=flash)


async def disable(request: Request) -> Response:
    account, actor = await _account(request), actor_of(request)
    return await _changed(
        request, Form(), lambda: actions.disable(actor, account, now(request)), "账号已停用"
    )


async def enable(request: Request) -> Response:
    account, actor = await _account(request), actor_of(request)
    return await _changed(
        request, Form(), lambda: actions.enable(actor, account, now(request)), "账号已恢复"
    )


async def reset(request: Request) -> Response:
    account, actor = await _account(request), actor_of(request)
    return await _opened(
        request, Form(), lambda: actions.reset_password(actor, account, now(request)), staff
    )


routes = [
    Route("/staff", staff),
    Route("/staff", hire, methods=["POST"]),
    Route("/staff/people/{person:int}", open_account, methods=["POST"]),
    Route("/staff/{account:int}/disable", disable, methods=["POST"]),
    Route("/staff/{account:int}/enable", enable, methods=["POST"]),
    Route("/staff/{account:int}/password", reset, methods=["POST"]),
]
