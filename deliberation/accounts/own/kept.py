"""What the roll says of whoever signed in: a person, or the home of a household's slip. Reads only.

A household's slip shows the home's own record: its people by surname, their phones masked.
"""

from deliberation.accounts.models import Account, SessionAccount
from deliberation.calendar import day_text
from deliberation.people.models import Appointment, Member, Ownership, Person
from deliberation.people.phones import Phones
from deliberation.people.rules import GENDERS, PARTIES, mask_name, mask_phone
from deliberation.places.models import Household
from deliberation.procedure import Role

Facts = list[tuple[str, str]]  # what it is, what the roll says


async def kept(account: Account, phones: Phones, *, whole: bool = False) -> Facts:
    """All that the roll says of a person or a home; `whole`: the person's own number in full."""
    if account.household_id:
        return await _of_home(await account.household, phones)
    person = await account.person
    number = phones.reveal(person.phone_cipher)
    return await _of_person(person, number if whole else mask_phone(number))


async def proved(session: int, account: int) -> bool:
    """Whether whoever signed in proved to hold the phone on the roll: by a code sent to it. A slip
    with four digits, or a password, proves no number."""
    bound = SessionAccount.filter(session_id=session, account_id=account)
    return await bound.filter(code_id__not_isnull=True).exists()


async def _of_person(person: Person, phone: str) -> Facts:
    lives = Member.filter(person=person).values_list("household__label", flat=True)
    owns = Ownership.filter(person=person).values_list("household__label", flat=True)
    born = person.birth_date and day_text(person.birth_date)
    return [
        ("姓名", person.name),
        ("性别", GENDERS.get(person.gender, "没有登记")),
        ("出生", born or (f"{person.birth_year}年" if person.birth_year else "没有登记")),
        ("党员", PARTIES.get(person.party, "否")),
        ("手机号", phone or "没有登记"),
        ("住在", "、".join(await lives) or "没有登记"),
        ("名下房屋", "、".join(await owns) or "没有登记"),
        ("任职", "；".join(await _offices(person)) or "没有"),
    ]


async def _offices(person: Person) -> list[str]:
    rows = await Appointment.filter(person=person).select_related("place")
    return [
        f"{row.place.name}{Role(row.role).label}，{day_text(row.since)}起"
        + (f"，到{day_text(row.until)}" if row.until else "")
        for row in rows
    ]


async def _of_home(home: Household, phones: Phones) -> Facts:
    members = Member.filter(household=home).order_by("-is_head", "id").select_related("person")
    people = [_member(row, phones) for row in await members]
    return [("房屋", home.label), ("名册上的人", "；".join(people) or "没有登记")]


def _member(row: Member, phones: Phones) -> str:
    what = row.relationship or ("户主" if row.is_head else "")
    number = mask_phone(phones.reveal(row.person.phone_cipher))
    told = f"手机号{number}" if number else "没有登记手机号"
    return f"{what} {mask_name(row.person.name)}，{told}".lstrip()
