"""Votes at a given step, for tests: real rows for the cast, or a roll of as many as needed."""

from datetime import date, timedelta

from deliberation.acting import Actor, Office
from deliberation.approvals.models import Approval
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Attendance, Matter, Meeting
from deliberation.people.models import Person
from deliberation.procedure import Role
from deliberation.stages.vote import dangerous
from deliberation.stages.vote.casting import ballots
from deliberation.stages.vote.count.counting import digest as result_digest
from deliberation.stages.vote.evidence.manifest import manifest, manifest_digest
from deliberation.stages.vote.models import (
    Certification,
    Question,
    RollEntry,
    Scrutineer,
    Vote,
)
from deliberation.stages.vote.profiles import PROFILES, as_json
from deliberation.stages.vote.questions import YES_OR_NO
from deliberation.stages.vote.roll import rolls
from deliberation.stages.vote.roll.electors import Elector
from tests.cast import matter_at

STEPS = ("frozen", "open", "closing", "closed", "certified", "published")
WATCHERS = ("孙监督", "周监督")


async def open_vote(
    world,
    voters=None,
    *,
    profile="P1",
    secret=False,
    questions=None,
    weights=None,
    status="open",
    checkable=False,
    homes=(),
    people=(),
    known=(),
) -> tuple[Matter, Vote, list[RollEntry]]:
    """A vote open for two days from the world's now, with `voters` invented people on its roll.

    `weights` gives (heads, area) per line instead of one head each; `questions` are
    (kind, text, options); `homes` are (household, area) of lines without a person, `people` names
    of the cast, on the lines 901 and following, `known` ids of persons, one line each.
    """
    matter = await matter_at(world, "vote")
    vote = await Vote.create(
        matter=matter,
        passage=await current_passage(matter, "vote"),
        profile=as_json(PROFILES[profile]),
        form="plan",
        secret=secret,
        checkable=checkable,
        status="draft",
        drafted_at=world.now,
        posted_at=world.now,
        posting_last_on=date(2026, 3, 5),
        built_at=world.now,
        frozen_at=world.now,
    )
    asked = questions or [("plan", "您是否同意方案？", YES_OR_NO)]
    for number, (kind, text, options) in enumerate(asked, 1):
        await Question.create(vote=vote, number=number, kind=kind, text=text, options=options)
    for name in WATCHERS:
        await Scrutineer.create(vote=vote, person=world.people[name])
    await RollEntry.bulk_create(await _lines(world, vote, weights or [(1, 0)] * (voters or 0)))
    listed = [Elector(person, None) for person in known]
    await RollEntry.bulk_create(await rolls.lines_of(vote, listed))
    for home, area in homes:
        number = await RollEntry.filter(vote=vote).count() + 1
        await RollEntry.create(vote=vote, number=number, household=home, area=area)
    for number, name in enumerate(people, 901):
        person = world.people[name]
        await RollEntry.create(vote=vote, number=number, person=person, name=name)
    await stand(world, matter, vote, status)
    await vote.refresh_from_db()
    return matter, vote, await RollEntry.filter(vote=vote)


async def _lines(world, vote, weights) -> list[RollEntry]:
    first = await Person.all().count()
    await Person.bulk_create(
        [Person(place=world.community, name=f"选民{n}") for n in range(len(weights))]
    )
    people = await Person.all().order_by("id").offset(first)
    electors = [
        Elector(person.id, None, heads=heads, area=area)
        for person, (heads, area) in zip(people, weights, strict=True)
    ]
    return await rolls.lines_of(vote, electors)


async def stand(world, matter, vote, status) -> None:
    """Brings a drafted vote to a status by the steps that the database allows."""
    if status in ("draft", "posted"):
        await Vote.filter(id=vote.id).update(status=status)
        return
    await frozen(world, matter, vote)
    if status == "void":
        await approved(world, matter, vote, "vote.void")
    for step in STEPS[1 : STEPS.index(status) + 1] if status in STEPS else [status]:
        if step == "certified":
            await _certified(world, vote)
        result = {"result": {"outcome": "passed"}} if step == "closed" else {}
        await Vote.filter(id=vote.id).update(status=step, **result)


async def _certified(world, vote) -> None:
    for name in WATCHERS:
        await Certification.create(
            vote=vote,
            person=world.people[name],
            certified_at=world.now,
            result_digest=result_digest({"outcome": "passed"}),
        )


async def freeze(world, matter, *, opens_at=None, closes_at=None, now=None, second="李书记"):
    """Freezes a posted roll as the pages do, for two days from now unless told otherwise."""
    now = now or world.now
    made = await dangerous.propose_freeze(
        await world.actor("张经办"),
        matter,
        opens_at=opens_at,
        closes_at=closes_at or now + timedelta(days=2),
        now=now,
    )
    await dangerous.approve(
        await world.actor(second), matter, approval=made.id, shown=made.digest, now=now
    )


async def frozen(world, matter, vote) -> None:
    """The vote frozen by two people, as the database demands it."""
    await Vote.filter(id=vote.id).update(status="posted")
    opens_at, closes_at = world.now, world.now + timedelta(days=2)
    content = await manifest(matter, vote, opens_at, closes_at)
    digest = manifest_digest(content)
    await approved(world, matter, vote, "vote.freeze", digest)
    await Vote.filter(id=vote.id).update(
        status="frozen",
        manifest=content,
        manifest_digest=digest,
        opens_at=opens_at,
        closes_at=closes_at,
    )


async def approved(world, matter, vote, act, digest="0" * 64) -> Approval:
    """An approval of `act` by two of the cast, as if given."""
    row = await Approval.create(
        matter=matter,
        vote=vote,
        act=act,
        payload={},
        digest=digest,
        proposed_at=world.now,
        proposed_by=world.accounts["张经办"].id,
        proposer_id=world.people["张经办"].id,
    )
    row.decision, row.decided_at = "approved", world.now
    row.decided_by = world.accounts["李书记"].id
    row.decider_id = world.people["李书记"].id
    await row.save()
    return row


async def two_people(
    world, matter, name, payload, *, first="张经办", second="李书记", now=None
) -> Approval:
    """A dangerous act as the pages do it: proposed by one, approved by another."""
    now = now or world.now
    made = await dangerous.propose(await world.actor(first), matter, name, payload, now)
    await dangerous.approve(
        await world.actor(second), matter, approval=made.id, shown=made.digest, now=now
    )
    return made


def voter(world, entry: RollEntry) -> Actor:
    """Whoever stands on that line, signed in at home."""
    home = Office(Role.RESIDENT, world.buildings[1].path)
    return Actor(entry.id + 10_000, "选民", entry.person_id, (), (home,))


async def cast(world, matter, entry, *answers, code=None, at=None, now=None):
    """A ballot for the line with an answer per question; returns the receipt.

    It arrived `at` and its turn comes at `now`, both the world's now unless given."""
    return await ballots.cast(
        voter(world, entry),
        matter,
        entry_id=entry.id,
        choices={str(number): answer for number, answer in enumerate(answers, 1)},
        code=code or ballots.new_code(),
        arrived=at or world.now,
        now=now or at or world.now,
    )


async def sign_in(matter, vote, entries) -> None:
    """A meeting of the vote at which these lines are present."""
    meeting = await Meeting.create(
        matter=matter,
        passage_id=vote.passage_id,
        stage="vote",
        held_at=vote.opens_at,
        venue="社区会议室",
        chair="李书记",
        recorder="张经办",
        convened_at=vote.drafted_at,
    )
    await Attendance.bulk_create(
        [Attendance(meeting=meeting, person_id=row.person_id, present=True) for row in entries]
    )
