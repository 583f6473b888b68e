"""What the vote's pages read. Nothing here tells who voted or how before the vote is closed."""

from dataclasses import dataclass
from datetime import datetime

from tortoise.queryset import QuerySet

from deliberation.acting import Actor
from deliberation.calendar import local_date
from deliberation.database.counting import counting
from deliberation.database.plain import found, refer
from deliberation.log.standing import restored_reasons
from deliberation.matters.models import Matter, Meeting
from deliberation.people.models import Person
from deliberation.people.rules import mask_name
from deliberation.places.models import Place, PlaceKind
from deliberation.procedure import OVERSEERS, STAFF
from deliberation.stages.vote.count.counting import digest
from deliberation.stages.vote.count.rerun import Rerun
from deliberation.stages.vote.facts import (
    current_vote,
    meeting_of,
    owners_reasons,
    profile_of,
    questions,
    rebuild_due,
    rerun,
)
from deliberation.stages.vote.models import (
    Certification,
    Question,
    RollEntry,
    Scrutineer,
    Vote,
    standing,
)
from deliberation.stages.vote.profiles import Profile
from deliberation.stages.vote.roll.own import held_entries, own_entries
from deliberation.stages.vote.rules import COUNTED, VOTING, is_casting, phone_blockers

POSTED = ("posted", "frozen", *VOTING, *COUNTED)


@dataclass(frozen=True)
class Overview:
    """A vote as its page shows it to one person. `turnout` is None for all but staff.

    `own` are the lines they may vote for, `held` those of them that are no proxy's.
    """

    vote: Vote
    profile: Profile
    questions: list[Question]
    voters: int
    turnout: int | None
    meeting: Meeting | None
    own: list[RollEntry]
    held: list[RollEntry]
    watchers: list[Scrutineer]
    is_staff: bool
    is_casting: bool
    sign_in_today: bool
    phone_blockers: list[str]
    restored_reasons: list[str]
    rebuild_due: bool
    owners_reasons: list[str]
    rerun: Rerun | None

    @property
    def result(self) -> dict | None:
        return self.vote.result if self.vote.status in COUNTED else None

    @property
    def result_digest(self) -> str:
        return digest(self.vote.result)

    @property
    def is_posted(self) -> bool:
        return self.vote.status in POSTED

    def named(self, role: str) -> str:
        """The masked names of those who watch or count."""
        people = [one.person.name for one in self.watchers if one.role == role]
        return "、".join(mask_name(name) for name in people)

    @property
    def asks_residents_meeting(self) -> bool:
        """Money may be raised from residents only after a 居民会议 discussed it."""
        funds = any(question.kind == "funds" for question in self.questions)
        return funds and self.profile.needs_residents_meeting_for_funds


async def overview(
    matter: Matter, actor: Actor, now: datetime, vote: Vote | None = None
) -> Overview | None:
    """The current vote, or the one that is given; None where none was drafted."""
    vote = vote or await current_vote(matter)
    if vote is None:
        return None
    voters, voted = await _turnout(vote)
    meeting, named = await meeting_of(matter, vote), "WHERE x.vote_id = $1 ORDER BY x.id"
    staff = bool(actor.roles_at(matter.path) & (STAFF | OVERSEERS))
    today = meeting is not None and local_date(meeting.held_at) == local_date(now)
    return Overview(
        vote=vote,
        profile=profile_of(vote),
        questions=await questions(vote),
        voters=voters,
        turnout=voted if staff else None,
        meeting=meeting,
        own=await own_entries(vote, actor) if vote.status in POSTED else [],
        held=await held_entries(vote, actor) if vote.status in POSTED else [],
        watchers=await refer(await found(Scrutineer, named, vote.id), "person"),
        is_staff=staff,
        is_casting=vote.closes_at is not None
        and is_casting(vote.status, vote.opens_at, vote.closes_at, now),
        sign_in_today=today and vote.status in ("frozen", "open"),
        phone_blockers=phone_blockers(vote.secret, voters) + restored_reasons(matter),
        restored_reasons=restored_reasons(matter),
        rebuild_due=await rebuild_due(vote),
        owners_reasons=await owners_reasons(vote),
        rerun=await rerun(matter, vote),
    )


@counting(Vote)
def _turnout(vote: Vote) -> list[QuerySet]:
    return [standing(vote), standing(vote).filter(state="voted")]


async def may_certify(vote: Vote, actor: Actor) -> bool:
    """Whether a named scrutineer still has to sign."""
    named = Scrutineer.filter(vote=vote, role="scrutineer", person_id=actor.person_id)
    signed = Certification.filter(vote=vote, person_id=actor.person_id)
    return actor.person_id is not None and await named.exists() and not await signed.exists()


@dataclass(frozen=True)
class Line:
    number: int
    name: str
    marks: str
    area: int


async def roll_by_building(vote: Vote, matter: Matter, masked: bool) -> dict[str, list[Line]]:
    """The posted roll, building by building; names and rooms never stand together in public."""
    buildings = await Place.filter(
        kind=PlaceKind.BUILDING, path__startswith=matter.path
    ).select_related("parent")
    names = {place.path: f"{place.parent.name}{place.name}" for place in buildings}
    rows = await standing(vote).values_list("number", "name", "household__path", "marks", "area")
    groups: dict[str, list[Line]] = {}
    for number, name, path, marks, area in rows:
        shown = (mask_name(name) if masked else name) if name else "未登记"
        groups.setdefault(_building(path, names), []).append(Line(number, shown, marks, area))
    return groups


def _building(path: str | None, names: dict[str, str]) -> str:
    """The building a home's path lies in; entrances are one id further."""
    while path and path not in names and path.count("/") > 2:
        path = path.rstrip("/").rsplit("/", 1)[0] + "/"
    return names.get(path or "", "其他")


async def people_on_roll(vote: Vote) -> list[tuple[int, Person]]:
    """(number, person) of every line with a registered person, for the sign-in list."""
    rows = await standing(vote).filter(person_id__not_isnull=True).select_related("person")
    return [(row.number, row.person) for row in rows]
