"""What fits every word typed, for whoever asks: each kind bounded, each within what their offices
cover. A home or a number is read from all that was typed, however it is spaced.

Everybody finds what is public anyway: matters, notices, groups of like opinions and their answers.
A single opinion is found by staff only: its words hold what is taken out before they are public,
so even the number of hits would tell. Reads only.
"""

from dataclasses import dataclass, field

from tortoise.expressions import Q, Subquery

from deliberation.acting import Actor
from deliberation.matters.models import Matter
from deliberation.people.models import Member, Person
from deliberation.people.phones import Phones
from deliberation.people.search import found, home_meant, homes_like, homes_of
from deliberation.places.models import Household
from deliberation.places.offices import covered
from deliberation.procedure import STAFF
from deliberation.procedures import STANDING
from deliberation.searching.rules import MOST, Part, Row, apart, around
from deliberation.stages.notices.models import Notice
from deliberation.stages.notices.rules import KINDS, STATUSES
from deliberation.stages.opinions.models import Answer, Group, Opinion, heard

SEEKERS = STANDING["people.search"]


@dataclass
class Found:
    """The parts in which something was found, and the people among it."""

    parts: list[Part] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)

    def add(self, name: str, rows: list[Row], more: bool) -> None:
        if rows:
            self.parts.append(Part(name, rows, more))


async def find(actor: Actor, words: str, phones: Phones) -> Found:
    """Everything that fits `words`: a name or part of it, a home however it is written, a whole
    mobile number, a notice's number, any word."""
    result = Found()
    inside = covered(actor, SEEKERS, "place__path")
    if inside is not None:
        homes = await _homes(result, actor, words)
        await _people(result, inside, words, phones)
        await _opinions(result, actor, words, homes)
    await _matters(result, words)
    await _notices(result, words)
    await _groups(result, words)
    return result


def _fits(words: str, *columns: str) -> Q:
    """Each word in one of the columns."""
    every = Q()
    for word in apart(words):
        every &= Q(*[Q(**{f"{column}__icontains": word}) for column in columns], join_type="OR")
    return every


async def _homes(result: Found, actor: Actor, words: str) -> list[int]:
    """The homes that a number means, each with the people who live there."""
    spot = home_meant(words)
    if spot is None:
        return []
    homes = await Household.filter(covered(actor, SEEKERS), homes_like(spot)).limit(MOST + 1)
    members = Member.filter(household_id__in=[home.id for home in homes[:MOST]])
    rows = await members.order_by("-is_head", "id").select_related("person")
    result.people += [row.person for row in rows]
    parts = []
    for home in homes[:MOST]:
        living = [row.person for row in rows if row.household_id == home.id]
        links = [(f"/people/{one.id}", one.name) for one in living]
        parts.append(Row(home.label, note="" if living else "名册上没有人", people=links))
    result.add("住户", parts, len(homes) > MOST)
    return [home.id for home in homes[:MOST]]


async def _people(result: Found, inside: Q, words: str, phones: Phones) -> None:
    people, more = await found(inside, words, 1, phones, most=MOST, homes=False)
    homes = await homes_of(people)
    rows = [
        Row(one.name, f"/people/{one.id}", homes.get(one.id, "名册上没有住处")) for one in people
    ]
    result.people += people
    result.add("人员", rows, more)


async def _opinions(result: Found, actor: Actor, words: str, homes: list[int]) -> None:
    inside = covered(actor, STAFF, "matter__path")
    if inside is None:
        return
    said = _fits(words, "text", "origin") | Q(household_id__in=homes)
    rows = Opinion.filter(inside, said).order_by("-id").limit(MOST + 1)
    opinions = await rows.select_related("matter", "household")
    found = [
        Row(
            around(one.text, words) or "（没有写话，只回答了问卷）",
            f"/matters/{one.matter_id}/opinions/{one.id}",
            f"{one.household.label if one.household else one.origin} · {one.matter.title}",
        )
        for one in opinions[:MOST]
    ]
    result.add("意见", found, len(opinions) > MOST)


async def _matters(result: Found, words: str) -> None:
    rows = await Matter.filter(_fits(words, "title", "number", "summary")).limit(MOST + 1)
    found = [Row(one.title, f"/matters/{one.id}", one.number) for one in rows[:MOST]]
    result.add("议题", found, len(rows) > MOST)


async def _notices(result: Found, words: str) -> None:
    fits = _fits(words, "title", "number")
    rows = await Notice.filter(fits, published_at__not_isnull=True).order_by("-id").limit(MOST + 1)
    found = [
        Row(
            one.title,
            f"/notices/{one.code}",
            one.label,
            KINDS[one.kind] if one.status == "published" else STATUSES[one.status],
        )
        for one in rows[:MOST]
    ]
    result.add("公示和公告", found, len(rows) > MOST)


async def _groups(result: Found, words: str) -> None:
    """Like opinions, once something was heard in them, and what was answered."""
    fits, answers = Q(), Answer.filter(group_id__not_isnull=True)
    for word in apart(words):
        answered = Subquery(answers.filter(reason__icontains=word).values("group_id"))
        fits &= Q(title__icontains=word) | Q(id__in=answered)
    counted = Opinion.filter(heard(), group_id__not_isnull=True).values("group_id")
    groups = Group.filter(fits, id__in=Subquery(counted)).order_by("-id").limit(MOST + 1)
    rows = await groups.select_related("matter")
    found = [
        Row(one.title, f"/matters/{one.matter_id}/opinions#group-{one.id}", one.matter.title)
        for one in rows[:MOST]
    ]
    result.add("大家的意见和答复", found, len(rows) > MOST)
