"""The first administrator of an empty installation: someone has to let the others in."""

from datetime import datetime

from deliberation.accounts import tokens
from deliberation.accounts.actions import add_staff
from deliberation.accounts.models import Account
from deliberation.accounts.rules import password_problems, plain_username, username_problems
from deliberation.acting import SYSTEM, Refused, acting
from deliberation.calendar import local_date
from deliberation.people.actions import add_appointment
from deliberation.people.models import Appointment, Person, in_office
from deliberation.places.actions import Details, add, plant, unplanted
from deliberation.places.models import Place
from deliberation.procedure import Role

NAME = "系统管理员"


async def first_administrator(
    username: str, password: str, district: str, subdistrict: str, community: str, now: datetime
) -> Account:
    """Creates the chain of places down to the community, and the administrator's account.

    Places that exist are kept. Raises Refused when an administrator with a working account is in
    office already: running it again changes nothing.
    """
    username = plain_username(username)
    if problems := username_problems(username) + password_problems(password, username):
        raise Refused(*problems)
    hashed = await tokens.hash_password(password)
    root = await Place.get_or_none(kind="district", name=district) or unplanted(district)
    async with acting(SYSTEM, "accounts.create_staff", now, place=root) as act:
        if await _administered(now):
            raise Refused("已经有系统管理员，请用那个账号登录")
        if root.id is None:
            await plant(act, root)
        below = root
        for name in (subdistrict, community):
            known = await Place.get_or_none(parent=below, name=name)
            below = known or await add(act, below, name, Details())
        person = await Person.create(place=root, name=NAME)
        await add_appointment(act, person, root, Role.ADMINISTRATOR, "", local_date(now), None)
        return await add_staff(act, person, username, hashed)


async def _administered(now: datetime) -> bool:
    held = Appointment.filter(in_office(local_date(now)), role=Role.ADMINISTRATOR)
    people = list(await held.values_list("person_id", flat=True))
    return await Account.exists(person_id__in=people, disabled_at=None, username__not_isnull=True)
