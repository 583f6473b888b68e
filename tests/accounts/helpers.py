"""Slips and sign-ins for the tests of accounts."""

import re

import httpx2

from deliberation.accounts import slips
from deliberation.accounts.actions import create_staff
from deliberation.accounts.models import Slip
from deliberation.accounts.recipients import Recipient, of_household, of_person
from deliberation.accounts.welcome import choose
from deliberation.calendar import local_date
from deliberation.people.models import Person
from tests.conftest import ORIGIN

PASSWORD = "huaihua-2026"
PHONE = "19900001234"


def browser(app, cookies=None, origin=ORIGIN, address="127.0.0.1"):
    transport = httpx2.ASGITransport(app=app, client=(address, 40000))
    return httpx2.AsyncClient(transport=transport, base_url=origin, cookies=cookies or {})


async def give_phone(app, person: Person, phone: str = PHONE) -> None:
    """In the database only: the cast's objects are shared by all tests of a run."""
    phones = app.state.phones
    sealed = {"phone_cipher": phones.seal(phone), "phone_hash": phones.hash(phone)}
    await Person.filter(id=person.id).update(**sealed)


async def issue(world, found: list[Recipient]) -> list[slips.Issued]:
    return await slips.issue(await world.actor("张经办"), world.community, found, world.now)


async def slip_for(world, name: str) -> slips.Issued:
    person = await Person.get(id=world.people[name].id)
    return (await issue(world, await of_person(person)))[0]


async def household_slip(world, key: str) -> slips.Issued:
    found = await of_household(world.households[key], local_date(world.now))
    return (await issue(world, found))[0]


async def slip_row(issued: slips.Issued) -> Slip:
    return await slips.find(issued.token)


async def staff_account(world, name: str = "张经办", username: str = "zhang"):
    admin = await world.actor("管理员")
    opened = await create_staff(admin, world.people[name], username, world.now)
    return await choose(opened.token, PASSWORD, world.now)


async def who(client) -> str:
    """The name at the top of the page; '' for a visitor."""
    found = re.search(r"您是：</span><strong>(.*?)</strong>", (await client.get("/about")).text)
    return found[1] if found else ""
