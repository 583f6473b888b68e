"""The cast of every test: one community, a few homes, people who hold each role.

赵大妈 votes here and represents her building, 陈先生 lives elsewhere and must see nothing,
王主任 is on both committees, 李书记 leads, 张经办 is the clerk, 孙监督 and 周监督 supervise,
刘干部 works at the subdistrict, 管理员 runs the server and has no say, a visitor is not signed in.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from tortoise import connections

from deliberation.accounts.models import Account, Session, SessionAccount
from deliberation.accounts.signed_in import actor_for
from deliberation.accounts.tokens import new_token, token_hash
from deliberation.acting import VISITOR, Actor
from deliberation.matters.models import Funding, Matter, MatterScope, Passage, Plan, PlanItem
from deliberation.people.models import Appointment, Member, Ownership, Person
from deliberation.places.models import Household, Place
from deliberation.procedure import Role

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # Monday 2026-03-02, 9:00 in Shanghai

STAFF = {
    "李书记": [Role.SECRETARY, Role.COMMITTEE, Role.PARTY_MEMBER],
    "王主任": [Role.COMMITTEE],
    "吴委员": [Role.COMMITTEE, Role.PARTY_MEMBER],
    "张经办": [Role.CLERK],
    "何经办": [Role.CLERK],
    "孙监督": [Role.SUPERVISOR],
    "周监督": [Role.SUPERVISOR],
}
RESIDENTS = {  # name: (building, room, representative, party, born)
    "赵大妈": (1, "101", True, "", 1950),
    "钱师傅": (1, "102", True, "member", 1962),
    "冯老师": (1, "201", False, "member", 1975),
    "褚阿姨": (2, "101", True, "", 1968),
    "卫师傅": (2, "102", False, "probationary", 1990),
    "蒋同学": (2, "102", False, "", 2009),
}


@dataclass
class World:
    """The rows of the cast by name. `now` moves with `later`."""

    community: Place
    compound: Place
    elsewhere: Place
    buildings: dict[int, Place]
    people: dict[str, Person]
    households: dict[str, Household]
    accounts: dict[str, Account]
    now: datetime = NOW
    tokens: dict[str, str] = field(default_factory=dict)

    def later(self, **span) -> datetime:
        """Moves the world's clock forward by a timedelta's arguments."""
        self.now += timedelta(**span)
        return self.now

    async def actor(self, name: str) -> Actor:
        if name == "visitor":
            return VISITOR
        account = await Account.get(id=self.accounts[name].id).select_related("person", "household")
        return await actor_for(account, self.now)

    async def token(self, name: str) -> str:
        """A live session's cookie value for a person of the cast."""
        if name not in self.tokens:
            self.tokens[name] = new_token()
            session = await Session.create(
                token_hash=token_hash(self.tokens[name]),
                account=self.accounts[name],
                created_at=self.now,
                seen_at=self.now,
                expires_at=self.now + timedelta(days=3650),
            )
            await SessionAccount.create(session=session, account=self.accounts[name])
        return self.tokens[name]


async def _place(kind: str, name: str, parent: Place | None, **more) -> Place:
    place = await Place.create(kind=kind, name=name, parent=parent, path="", **more)
    place.path = f"{parent.path if parent else '/'}{place.id}/"
    await place.save()
    return place


async def _home(building: Place, room: str, area: int) -> Household:
    return await Household.create(
        place=building,
        path=building.path,
        room=room,
        label=f"{building.name}{room}",
        area=area,
        tenure="owner",
    )


async def make_world() -> World:
    district = await _place("district", "示例市梧桐区", None, phone="0371-6000 0001")
    subdistrict = await _place("subdistrict", "槐荫街道", district, phone="0371-6000 0002")
    community = await _place(
        "community", "向阳社区", subdistrict, phone="0371-6000 0003", address="槐荫路1号"
    )
    compound = await _place("compound", "东风里小区", community, built=1981)
    buildings = {n: await _place("building", f"{n}号楼", compound) for n in (1, 2)}
    other = await _place("community", "望河社区", subdistrict, phone="0371-6000 0004")
    elsewhere = await _place("compound", "望河小区", other)
    far = await _place("building", "1号楼", elsewhere)
    world = World(community, compound, elsewhere, buildings, {}, {}, {})

    async def person(name, place, roles, *, at=None, **more) -> Person:
        row = await Person.create(place=place, name=name, **more)
        for role in roles:
            await Appointment.create(
                person=row, place=at or place, role=role, since=date(2025, 1, 1)
            )
        world.people[name] = row
        world.accounts[name] = await Account.create(person=row, created_at=NOW)
        return row

    for name, roles in STAFF.items():
        party = "member" if Role.PARTY_MEMBER in roles else ""
        await person(name, community, roles, party=party)
    for number, (name, (building, room, represents, party, born)) in enumerate(RESIDENTS.items()):
        roles = [Role.REPRESENTATIVE] if represents else []
        roles += [Role.PARTY_MEMBER] if party == "member" else []
        row = await person(name, community, roles, at=compound, party=party, birth_year=born)
        key = f"{building}-{room}"
        if key not in world.households:
            world.households[key] = await _home(buildings[building], room, 6000 + number * 100)
            await Ownership.create(household=world.households[key], person=row)
        head = not await Member.filter(household=world.households[key]).exists()
        await Member.create(household=world.households[key], person=row, is_head=head)
    await person("刘干部", subdistrict, [Role.SUBDISTRICT])
    await person("管理员", district, [Role.ADMINISTRATOR])
    stranger = await person("陈先生", other, [], birth_year=1980)
    home = world.households["elsewhere"] = await _home(far, "301", 8000)
    await Member.create(household=home, person=stranger, is_head=True)
    return world


STAGES = (
    "matters",
    "opinions",
    "proposal",
    "consultation",
    "vote",
    "decision_notice",
    "implementation",
    "result_notice",
)


async def matter_at(world: World, stage: str, *, stages=STAGES, **changes) -> Matter:
    """A matter that stands at `stage`, with a passed passage through every stage before it."""
    matter = await Matter.create(
        community=world.community,
        path=world.community.path,
        number=f"2026-{await Matter.all().count() + 1:03d}",
        registered_at=world.now,
        stage=stage,
        **{
            "title": "东风里小区老旧管网改造",
            "source": "party",
            "contact": "张经办",
            "contact_phone": "0371-6000 0003",
            "procedure": "one-three-two",
            "discussed_on": date(2026, 2, 27),
            "discussed_by": "李书记等5人",
            "discussed_conclusion": "同意立项",
        }
        | changes,
    )
    await MatterScope.create(matter=matter, place=world.compound)
    for key in stages[: stages.index(stage) + 1]:
        ended = {} if key == stage else {"outcome": "passed", "left_at": world.now}
        await Passage.create(matter=matter, stage=key, entered_at=world.now, **ended)
    return matter


async def plan_of(matter: Matter, *, frozen: bool = True, version: int = 1) -> Plan:
    """A plan of two items (pipes 480,000.00 and lamps 36,000.50 yuan) with their fundings."""
    plan = await Plan.create(
        matter=matter, version=version, created_at=NOW, frozen_at=NOW if frozen else None
    )
    for number, (name, category, payers) in enumerate(
        [
            ("更换排水主管", "basic", {"treasury": 40000000, "residents": 8000000}),
            ("更换楼道灯", "improving", {"treasury": 3600050}),
        ],
        1,
    ):
        item = await PlanItem.create(
            plan=plan,
            number=number,
            name=name,
            category=category,
            quantity="2栋" if number == 1 else "24盏",
            responsible="示例市政公司",
            starts_on=date(2026, 4, 1),
            ends_on=date(2026, 6, 30),
            upkeep="物业负责，质保五年",
        )
        for payer, amount in payers.items():
            await Funding.create(item=item, payer=payer, amount=amount)
    return plan


async def unguarded() -> None:
    """Lets a test write any history into its own database: drops the guards on what is frozen."""
    client = connections.get("default")
    if client.capabilities.dialect == "sqlite":
        listed = "SELECT name, tbl_name AS relation FROM sqlite_master WHERE type = 'trigger'"
    else:
        listed = (
            "SELECT tgname AS name, tgrelid::regclass::text AS relation FROM pg_trigger "
            "WHERE NOT tgisinternal"
        )
    _, rows = await client.execute_query(listed)
    for row in rows:
        on = f' ON "{row["relation"]}"' if client.capabilities.dialect != "sqlite" else ""
        await client.execute_query(f'DROP TRIGGER "{row["name"]}"{on}')
