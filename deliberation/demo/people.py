"""The sample community: its places, the people in office, its roll. Everybody is invented."""

from dataclasses import dataclass
from datetime import datetime

from deliberation.accounts.actions import Newcomer, hire
from deliberation.accounts.models import Account
from deliberation.accounts.setup import first_administrator
from deliberation.accounts.signed_in import actor_for
from deliberation.accounts.welcome import choose
from deliberation.acting import Actor
from deliberation.calendar import local_date
from deliberation.people.actions import Corrected, appoint, correct
from deliberation.people.models import Person
from deliberation.people.phones import Phones
from deliberation.places import actions as places
from deliberation.places.models import Place
from deliberation.procedure import Role

PASSWORD = "yangli-xiangyang"
DISTRICT, SUBDISTRICT, COMMUNITY = "示例市梧桐区", "槐荫街道", "向阳社区"
COMPOUND = "东风里小区"


@dataclass(frozen=True)
class Office:
    """Someone in office: where (a place's kind), under which user name, as what."""

    key: str
    name: str
    role: Role
    title: str
    more: tuple[Role, ...] = ()
    at: str = "community"


OFFICES = (
    Office("lishuji", "李建华", Role.SECRETARY, "社区党组织书记", (Role.COMMITTEE,)),
    Office("wangzhuren", "王秀兰", Role.COMMITTEE, "居民委员会主任"),
    Office("zhaowei", "赵卫东", Role.COMMITTEE, "居民委员会副主任"),
    Office("chenwei", "陈淑琴", Role.COMMITTEE, "居民委员会委员"),
    Office("liuwei", "刘志刚", Role.COMMITTEE, "党组织委员"),
    Office("zhangjingban", "张小敏", Role.CLERK, "社区工作者"),
    Office("hejingban", "何志强", Role.CLERK, "社区工作者"),
    Office("sunjiandu", "孙国庆", Role.SUPERVISOR, "居务监督委员会主任"),
    Office("zhoujiandu", "周玉兰", Role.SUPERVISOR, "居务监督委员会委员"),
    Office("liuganbu", "刘新民", Role.SUBDISTRICT, "街道社区建设办公室", at="subdistrict"),
    Office("makezhang", "马丽", Role.DISTRICT, "区住房和城乡建设局", at="district"),
)


@dataclass
class Staff:
    """The community's places and accounts by user name."""

    community: Place
    compound: Place
    accounts: dict[str, Account]

    async def actor(self, key: str, now: datetime) -> Actor:
        account = await Account.get(id=self.accounts[key].id).select_related("person", "household")
        return await actor_for(account, now)


async def settle(phones: Phones, now: datetime) -> Staff:
    """Makes the places, the administrator `admin` and everyone in office; all with PASSWORD."""
    account = await first_administrator("admin", PASSWORD, DISTRICT, SUBDISTRICT, COMMUNITY, now)
    where = {place.kind: place for place in await Place.all()}
    staff = Staff(where["community"], where["community"], {"admin": account})
    admin = await staff.actor("admin", now)
    details = {
        "district": places.Details(phone="0371-6000 0001"),
        "subdistrict": places.Details(phone="0371-6000 0002"),
        "community": places.Details(phone="0371-6000 0003", address="槐荫路1号"),
    }
    for kind, detail in details.items():
        await places.edit(admin, where[kind], detail, now)
    built = places.Details(address="槐荫路18号", built=1981)
    staff.compound = await places.create(admin, where["community"], COMPOUND, built, now)
    for office in OFFICES:
        staff.accounts[office.key] = await _take_office(
            admin, office, where[office.at], phones, now
        )
    secretary = (await staff.actor("lishuji", now)).person_id
    clerk, head = await staff.actor("zhangjingban", now), await Person.get(id=secretary)
    member = Corrected(head.name, head.gender, None, None, "member", None)
    await correct(clerk, head, member, phones, now)
    return staff


async def _take_office(
    admin: Actor, office: Office, place: Place, phones: Phones, now: datetime
) -> Account:
    since = local_date(now)
    newcomer = Newcomer(office.name, "", office.role, office.title, since, office.key)
    opened = await hire(admin, place, newcomer, phones, now)
    account = await choose(opened.token, PASSWORD, now)
    person = await account.person
    for role in office.more:
        await appoint(
            admin, person, place, role, title=office.title, since=since, until=None, now=now
        )
    return account
