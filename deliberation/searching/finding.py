"""What fits every word typed, for whoever asks: each kind bounded, each within what their offices
cover. A home or a number is read from all that was typed, however it is spaced.

Everybody finds what is public anyway: matters, notices, groups of like opinions and their answers.
A single opinion is found by staff only: its words hold what is taken out before they are public,
so even the number of hits would tell. Reads only.
"""

from dataclasses import dataclass, field

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

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
    """The parts in which something was found, and the people among it; of one `part` that is asked
    for, the rows of its `page`, and nothing else."""

    parts: list[Part] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    part: str = ""
    page: int = 1

    def number(self, name: str) -> int:
        """The page that is read of a part."""
        return self.page if name == self.part else 1

    async def read(self, name: str, rows: QuerySet) -> tuple[list, bool]:
        """The rows of a part on its page, and whether others follow."""
        found = await rows.offset((self.number(name) - 1) * MOST).limit(MOST + 1)
        return found[:MOST], len(found) > MOST

    def add(self, name: str, rows: list[Row], more: bool) -> None:
        if rows and self.part in ("", name):
            self.parts.append(Part(name, rows, more, self.number(name)))


async def find(actor: Actor, words: str, phones: Phones, *, part: str = "", page: int = 1) -> Found:
    """Everything that fits `words`: a name or part of it, a home however it is written, a whole
    mobile number, a notice's number, any word. `part` and `page`: more of one kind."""
    result = Found(part=part, page=page)
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
    like = Household.filter(covered(actor, SEEKERS), homes_like(spot)).order_by("id")
    homes, more = await result.read("住户", like)
    members = Member.filter(household_id__in=[home.id for home in homes])
    rows = await members.order_by("-is_head", "id").select_related("person")
    result.people += [row.person for row in rows]
    parts = []
    for home in homes:
        living = [row.person for row in rows if row.household_id == home.id]
        links = [(f"/people/{one.id}", one.name) for one in living]
        parts.append(Row(home.label, note="" if living else "名册上没有人", people=links))
    result.add("住户", parts, more)
    return [home.id for home in homes]


async def _people(result: Found, inside: Q, words: str, phones: Phones) -> None:
    people, more = await found(inside, words, result.number("人员"), phones, most=MOST, homes=False)
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
    rows = Opinion.filter(inside, said).order_by("-id").select_related("matter", "household")
    opinions, more = await result.read("意见", rows)
    found = [
        Row(
            around(one.text, words) or "（没有写话，只回答了问卷）",
            f"/matters/{one.matter_id}/opinions/{one.id}",
            f"{one.household.label if one.household else one.origin} · {one.matter.title}",
        )
        for one in opinions
    ]
    result.add("意见", found, more)


async def _matters(result: Found, words: str) -> None:
    fitting = Matter.filter(_fits(words, "title", "number", "summary")).order_by("-id")
    rows, more = await result.read("议题", fitting)
    found = [Row(one.title, f"/matters/{one.id}", one.number) for one in rows]
    result.add("议题", found, more)


async def _notices(result: Found, words: str) -> None:
    fits = _fits(words, "title", "number")
    hung = Notice.filter(fits, published_at__not_isnull=True).order_by("-id")
    rows, more = await result.read("公示和公告", hung)
    found = [
        Row(
            one.title,
            f"/notices/{one.code}",
            one.label,
            KINDS[one.kind] if one.status == "published" else STATUSES[one.status],
        )
        for one in rows
    ]
    result.add("公示和公告", found, more)


async def _groups(result: Found, words: str) -> None:
    """Like opinions, once something was heard in them, and what was answered."""
    fits, answers = Q(), Answer.filter(group_id__not_isnull=True)
    for word in apart(words):
        answered = Subquery(answers.filter(reason__icontains=word).values("group_id"))
        fits &= Q(title__icontains=word) | Q(id__in=answered)
    counted = Opinion.filter(heard(), group_id__not_isnull=True).values("group_id")
    groups = Group.filter(fits, id__in=Subquery(counted)).order_by("-id")
    rows, more = await result.read("大家的意见和答复", groups.select_related("matter"))
    found = [
        Row(one.title, f"/matters/{one.matter_id}/opinions#group-{one.id}", one.matter.title)
        for one in rows
    ]
    result.add("大家的意见和答复", found, more)
