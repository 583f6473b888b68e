"""Votes at a given step, for tests: real rows for the cast, or a roll of as many as needed."""

from datetime import date, timedelta

from deliberation.acting import Actor, Office
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Attendance, Matter, Meeting
from deliberation.people.models import Person
from deliberation.procedure import Role
from deliberation.stages.vote import ballots
from deliberation.stages.vote.models import Question, RollEntry, Scrutineer, Vote
from deliberation.stages.vote.profiles import PROFILES, as_json
from deliberation.stages.vote.questions import YES_OR_NO
from tests.cast import matter_at

WATCHERS = ("孙监督", "周监督")


async def open_vote(
    world, voters=None, *, profile="P1", secret=False, questions=None, weights=None, status="open"
) -> tuple[Matter, Vote, list[RollEntry]]:
    """A vote open for two days from the world's now, with `voters` invented people on its roll.

    `weights` gives (heads, area) per line instead of one head each; `questions` are
    (kind, text, options).
    """
    matter = await matter_at(world, "vote")
    vote = await Vote.create(
        matter=matter,
        passage=await current_passage(matter, "vote"),
        profile=as_json(PROFILES[profile]),
        form="plan",
        secret=secret,
        status=status,
        drafted_at=world.now,
        posted_at=world.now,
        posting_last_on=date(2026, 3, 5),
        built_at=world.now,
        frozen_at=world.now,
        opens_at=world.now,
        closes_at=world.now + timedelta(days=2),
    )
    asked = questions or [("plan", "您是否同意方案？", YES_OR_NO)]
    for number, (kind, text, options) in enumerate(asked, 1):
        await Question.create(vote=vote, number=number, kind=kind, text=text, options=options)
    for name in WATCHERS:
        await Scrutineer.create(vote=vote, person=world.people[name])
    weights = weights or [(1, 0)] * (voters or 0)
    first = await Person.all().count()
    await Person.bulk_create(
        [Person(place=world.community, name=f"选民{n}") for n in range(len(weights))]
    )
    people = await Person.all().order_by("id").offset(first)
    await RollEntry.bulk_create(
        [
            RollEntry(vote=vote, number=n, person=person, heads=heads, area=area)
            for n, (person, (heads, area)) in enumerate(zip(people, weights, strict=True), 1)
        ]
    )
    return matter, vote, await RollEntry.filter(vote=vote)


def voter(world, entry: RollEntry) -> Actor:
    """Whoever stands on that line, signed in at home."""
    home = Office(Role.RESIDENT, world.buildings[1].path)
    return Actor(entry.id + 10_000, "选民", entry.person_id, None, (home,))


async def cast(world, matter, entry, *answers, code=None, at=None):
    """A ballot for the line with an answer per question; returns the receipt."""
    return await ballots.cast(
        voter(world, entry),
        matter,
        entry_id=entry.id,
        choices={str(number): answer for number, answer in enumerate(answers, 1)},
        code=code or ballots.new_code(),
        arrived=at or world.now,
        now=at or world.now,
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
