"""Votes carried by real acts from the draft to the certified result, for whoever recounts them."""

from dataclasses import dataclass
from datetime import date, timedelta

from deliberation.matters.models import Matter
from deliberation.people.models import Appointment, Member, Ownership, Person
from deliberation.places.models import Household
from deliberation.procedure import Role
from deliberation.stages.vote import closing, dangerous, drafts, opening
from deliberation.stages.vote.casting import commitments
from deliberation.stages.vote.count.counting import digest
from deliberation.stages.vote.models import Question, RollEntry, Vote, standing
from deliberation.stages.vote.paper import batches, desk, sheets
from deliberation.stages.vote.roll import rolls
from tests.cast import World, matter_at, plan_of
from tests.vote.voting import WATCHERS, cast, two_people

ANSWERS = ("for", "for", "against", "for", "abstain")


@dataclass
class Held:
    """A vote under way: `entries` in the order of the roll, `used` lines that have voted."""

    world: World
    matter: Matter
    vote: Vote
    entries: list[RollEntry]
    used: int = 0

    async def refreshed(self) -> Vote:
        await self.vote.refresh_from_db()
        return self.vote

    async def phone(self, voters: int) -> list:
        """The next lines vote by phone; returns their receipts."""
        receipts = []
        for place in range(self.used, self.used + voters):
            answers = [ANSWERS[(place + one) % len(ANSWERS)] for one in range(await self.asked())]
            receipts.append(await cast(self.world, self.matter, self.entries[place], *answers))
        self.used += voters
        return receipts

    async def asked(self) -> int:
        return await Question.filter(vote=self.vote).count()

    async def sheets(self, voters: int) -> None:
        """The next lines hand in numbered sheets."""
        clerk, other = await self.world.actor("张经办"), await self.world.actor("何经办")
        for entry in self.entries[self.used : self.used + voters]:
            choices = {str(one): "for" for one in range(1, await self.asked() + 1)}
            given = {"number": entry.number, "choices": choices, "now": self.world.now}
            await sheets.enter(clerk, self.matter, **given)
            await sheets.confirm(other, self.matter, **given)
        self.used += voters

    async def unmarked(self, voters: int) -> None:
        """The next lines take an unmarked paper and put it into the box."""
        clerk = await self.world.actor("张经办")
        numbers = [entry.number for entry in self.entries[self.used : self.used + voters]]
        await two_people(
            self.world, self.matter, "vote.issue_paper", {"numbers": numbers}, second="王主任"
        )
        for number in numbers:
            await desk.return_papers(clerk, self.matter, numbers=[number], now=self.world.now)
        self.used += voters

    async def batch(self, papers: int) -> None:
        """A batch of the box counted by two people, after the end."""
        tally = {"for": papers - 3, "against": 1, "abstain": 1, "invalid": 1}
        tallies = {str(one): tally for one in range(1, await self.asked() + 1)}
        given = {"papers": papers, "tallies": tallies, "now": self.world.now}
        await batches.enter(await self.world.actor("张经办"), self.matter, **given)
        row = await self.vote.paper_counts.order_by("-id").first()
        other = await self.world.actor("何经办")
        await batches.confirm(other, self.matter, batch=row.id, **given)

    async def extended(self, **span) -> None:
        new = (await self.refreshed()).closes_at + timedelta(**span)
        await two_people(self.world, self.matter, "vote.extend", {"closes_at": new.isoformat()})

    async def ended(self) -> None:
        """The clock moves past the end, and the end is written down."""
        self.world.now = (await self.refreshed()).closes_at + timedelta(minutes=5)
        await closing.end(self.matter, self.world.now)

    async def counted(self) -> Vote:
        clerk = await self.world.actor("张经办")
        await closing.close(clerk, self.matter, self.world.later(minutes=1))
        return await self.refreshed()

    async def certified(self) -> Vote:
        for name in WATCHERS:
            shown = digest((await self.refreshed()).result)
            watcher = await self.world.actor(name)
            await closing.certify(watcher, self.matter, shown=shown, now=self.world.later(hours=1))
        return await self.refreshed()


async def resident(world: World, number: int, *, represents: bool = True) -> Person:
    """One more home with its owner, who represents the compound."""
    person = await Person.create(
        place=world.community, name=f"试投{chr(0x4E00 + number)}", birth_year=1970
    )
    building = world.buildings[1 + number % 2]
    home = await Household.create(
        place=building,
        path=building.path,
        room=f"{3 + number // 4}{number:02d}",
        label=f"{building.name}{3 + number // 4}{number:02d}",
        area=7000 + 13 * number,
        tenure="owner",
    )
    await Member.create(household=home, person=person, is_head=True)
    await Ownership.create(household=home, person=person)
    if represents:
        await Appointment.create(
            person=person, place=world.compound, role=Role.REPRESENTATIVE, since=date(2025, 1, 1)
        )
    return person


async def held(
    world: World,
    voters: int,
    *,
    profile: str = "P1",
    secret: bool = False,
    form: str = "plan",
    days: int = 3,
) -> Held:
    """An open vote, drafted, posted, frozen by two people and announced."""
    for number in range(voters):
        await resident(world, number)
    matter = await matter_at(world, "vote")
    await plan_of(matter)
    clerk = await world.actor("张经办")
    schemes = ("先修屋面", "先修管线") if form == "choice" else ()
    wanted = drafts.Draft(profile=profile, form=form, secret=secret, schemes=schemes)
    vote = await drafts.draft(clerk, matter, wanted, world.now)
    for name in WATCHERS:
        await drafts.name_scrutineer(
            clerk, matter, person=world.people[name].id, role="scrutineer", now=world.now
        )
    await rolls.post_roll(clerk, matter, None, world.later(hours=1))
    world.later(days=17)
    closes_at = world.now + timedelta(days=days)
    made = await dangerous.propose_freeze(
        clerk, matter, opens_at=None, closes_at=closes_at, now=world.now
    )
    secretary = await world.actor("李书记")
    given = {"approval": made.id, "shown": made.digest}
    await dangerous.approve(secretary, matter, **given, now=world.later(minutes=10))
    await opening.open_vote(clerk, matter, world.later(minutes=10))
    await vote.refresh_from_db()
    return Held(world, matter, vote, await standing(vote).exclude(person_id=None))


async def named(world: World) -> Held:
    """Fourteen by phone, one of them twice, two on paper."""
    vote = await held(world, 14)
    await vote.phone(12)
    vote.used -= 1
    await vote.phone(1)
    await vote.sheets(2)
    await finished(vote)
    return vote


async def secret(world: World) -> Held:
    """Twenty-three by phone, committed to in two batches, eleven on unmarked paper."""
    vote = await held(world, 34, secret=True)
    await vote.phone(21)
    await commitments.log_batch(vote.matter, world.later(hours=2))
    await vote.phone(2)
    await vote.unmarked(11)
    await vote.ended()
    await vote.batch(11)
    await vote.counted()
    await vote.certified()
    return vote


async def missing(world: World) -> Held:
    """Ten by phone, twelve papers came back, eleven lay in the box."""
    vote = await held(world, 24, secret=True)
    await vote.phone(10)
    await vote.unmarked(12)
    await vote.ended()
    await vote.batch(11)
    why = {"missing": 1, "reason": "开箱时两人点过三遍，少一张"}
    await two_people(world, vote.matter, "vote.explain_paper", why, second="孙监督", now=world.now)
    await vote.counted()
    await vote.certified()
    return vote


async def by_area(world: World) -> Held:
    """Owners, whose areas differ."""
    vote = await held(world, 8, profile="P7")
    await vote.phone(9)
    await vote.sheets(1)
    await finished(vote)
    return vote


async def changed(world: World) -> Held:
    """Someone put on the roll and someone struck after the freeze, the end moved back."""
    vote = await held(world, 9)
    new = await resident(world, 40)
    home = await Member.get(person=new)
    struck = vote.entries[-1].number
    payload = {"add": [f"{new.id}-{home.household_id}"], "strike": [struck], "reason": "漏列"}
    await two_people(world, vote.matter, "vote.amend", payload)
    vote.entries = await standing(vote.vote).exclude(person_id=None)
    await vote.phone(len(vote.entries) - 1)
    await vote.extended(days=2)
    world.later(days=3)
    await vote.phone(1)
    await finished(vote)
    return vote


async def choice(world: World) -> Held:
    """One of two schemes, secret, all by phone, and all for the same."""
    vote = await held(world, 12, secret=True, form="choice")
    rest = ["for"] * (await vote.asked() - 1)
    for entry in vote.entries:
        await cast(world, vote.matter, entry, "s1", *rest)
    await finished(vote)
    return vote


async def finished(vote: Held) -> None:
    await vote.ended()
    await vote.counted()
    await vote.certified()


KINDS = {
    "named": named,
    "secret": secret,
    "missing": missing,
    "by area": by_area,
    "changed": changed,
    "choice": choice,
}
