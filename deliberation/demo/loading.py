"""Loading the sample community: its roll, and matters that stand at different stages today."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from deliberation import procedures
from deliberation.accounts import slips
from deliberation.accounts.recipients import of_household, of_person
from deliberation.calendar import SHANGHAI, local_date
from deliberation.calendars.actions import enter
from deliberation.demo import deciding, finishing, hearing, papering, planning
from deliberation.demo.boards import put_up
from deliberation.demo.line import Step, carry
from deliberation.demo.messages import arrange
from deliberation.demo.opinions import CHARGING, EVERYTHING, GATE, LAMPS, SQUARE
from deliberation.demo.people import OFFICES, PASSWORD, Staff, settle
from deliberation.demo.rolls import bring_in
from deliberation.demo.walk import Walk
from deliberation.documents.files import Files
from deliberation.people.models import Appointment, Member, Person
from deliberation.people.phones import Phones
from deliberation.procedure import Role


@dataclass(frozen=True)
class Sample:
    """A matter of the demo: carried to just before `before`, started `days` ago."""

    title: str
    before: Step | None
    days: int
    procedure: str = procedures.DEFAULT
    turnout: int = 90
    items: frozenset[str] = EVERYTHING


OFFICIAL = 2026  # the year whose table is built in
VOTING = timedelta(days=5)  # long enough to be open whenever the demo is looked at
SAMPLES = (
    Sample("东风里小区楼道照明改造", None, 250, items=frozenset({LAMPS})),
    Sample("东风里小区综合改造", finishing.finish, 200),
    Sample(
        "东风里小区充电棚建设",
        deciding.settle_decision,
        48,
        procedures.COMMUNITY_WIDE.key,
        items=frozenset({CHARGING}),
    ),
    Sample(
        "东风里小区活动场地改造",
        deciding.count,
        30,
        procedures.FOUR_TWO.key,
        turnout=70,
        items=frozenset({SQUARE}),
    ),
    Sample("东风里小区门禁改造", planning.consult, 14, items=frozenset({GATE})),
    Sample("东风里小区二期综合改造", hearing.answer, 3),
)


async def load(phones: Phones, files: Files, render, now: datetime, base_url: str) -> list[str]:
    """Fills an empty, migrated database; returns the lines that say how to sign in as whom.

    `render(now)` makes the PDFs that wait. Raises RuntimeError when a sample would lie in the
    future, which a change of the walk's pace can cause.
    """
    start = _nine(now, max(sample.days for sample in SAMPLES) + 1)
    staff = await settle(phones, start)
    await _holidays(staff, start, now)
    first = Walk(staff, phones, start, procedures.DEFAULT, render, files)
    await bring_in(first, None, files)
    await put_up(first)
    for sample in SAMPLES:
        started = _nine(now, sample.days)
        walk = Walk(staff, phones, started, sample.procedure, render, files)
        walk.turnout, walk.voting, walk.items = sample.turnout, VOTING, sample.items
        await carry(walk, title=sample.title, before=sample.before)
        if sample.before is hearing.answer:
            await papering.show(walk)
        if sample.before is deciding.count:
            await deciding.ask_for_longer(walk)
        if walk.now > now:
            raise RuntimeError(f"{sample.title} ends {walk.now - now} in the future")
    await arrange(staff, base_url, now)
    await render(now)
    return [*_offices(base_url), *await _residents(staff, phones, now, base_url)]


def _nine(now: datetime, days: int) -> datetime:
    """Nine in the morning, local, `days` before."""
    local = now.astimezone(SHANGHAI) - timedelta(days=days)
    return local.replace(hour=9, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)


async def _holidays(staff: Staff, start: datetime, now: datetime) -> None:
    """Years without an official table get a sample one, so that the line can be walked any day."""
    admin = await staff.actor("admin", start)
    for year in range(start.year, now.year + 2):
        if year != OFFICIAL:
            await enter(admin, staff.community, year, "1/1-1/3, 5/1-5/5, 10/1-10/7", "", start)


def _offices(base_url: str) -> list[str]:
    lines = [f"工作人员登录：{base_url}/sign-in    密码都是 {PASSWORD}"]
    lines += [f"  {office.key:<14}{office.name}  {office.title}" for office in OFFICES]
    return [*lines, "  admin         系统管理员（不能办议题）", ""]


async def _residents(staff: Staff, phones: Phones, now: datetime, base_url: str) -> list[str]:
    """Slips of two representatives, a party member and two homes, and what each is checked by."""
    clerk = await staff.actor("zhangjingban", now)
    lines = ["居民登录：打开链接（纸条上印成二维码），再填后面的数字"]
    for label, person, recipients in await _chosen(staff, now):
        (slip,) = await slips.issue(clerk, staff.community, recipients, now)
        four = phones.reveal(person.phone_cipher)[-4:]
        check = f"口令 {slip.pin}" if slip.pin else f"手机号后四位 {four}"
        lines.append(f"  {label} {slip.name or slip.home}：{base_url}/s/{slip.token}  {check}")
    return lines


async def _chosen(staff: Staff, now: datetime) -> list[tuple[str, Person, list]]:
    """(what they are, whose phone is asked, the recipients of one slip)."""
    path = staff.compound.path
    elected = Appointment.filter(place=staff.compound, role=Role.REPRESENTATIVE)
    seats = await elected.order_by("-id").limit(2).select_related("person")
    members = Member.filter(household__path__startswith=path)
    party = await members.filter(person__party="member").order_by("-id").first()
    people = [("居民代表", seat.person) for seat in seats] + [("党员", await party.person)]
    heads = (
        await members.filter(is_head=True)
        .order_by("id")
        .limit(2)
        .select_related("person", "household")
    )
    return [
        *[(label, person, await of_person(person)) for label, person in people],
        *[
            ("住户", head.person, await of_household(head.household, local_date(now)))
            for head in heads
        ],
    ]
