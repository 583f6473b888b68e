"""What a matter asks and what was answered, read from the tables."""

from collections.abc import Iterable

from tortoise.queryset import QuerySet

from deliberation.matters.models import Matter
from deliberation.stages.opinions.menu import WHOLE, Menu, menu_of
from deliberation.stages.opinions.models import Group, Opinion, heard
from deliberation.stages.opinions.survey.models import (
    Enclosure,
    MenuItem,
    Questionnaire,
    Want,
    Willingness,
)
from deliberation.stages.opinions.survey.rules import QUESTIONS, Asked, Given, shortly

Homes = dict[str, dict[int, str]]
Spoken = list[tuple[int, int, str]]


async def asked_in(matter: Matter) -> Asked:
    """The menu and the questions of a matter: its own, or all there are."""
    edited = await Questionnaire.get_or_none(matter=matter)
    if edited is None:
        return Asked(WHOLE)
    rows = await MenuItem.filter(matter=matter).values_list("key", "kind", "name")
    known = [key for key in QUESTIONS if key in edited.questions.split()]
    return Asked(menu_of(rows), tuple(known))


async def menus_in(matters: Iterable[int]) -> dict[int, Menu]:
    """The menus of matters (ids), in at most two questions."""
    edited = Questionnaire.filter(matter_id__in=list(matters)).values_list("matter_id", flat=True)
    items: dict[int, list[tuple]] = {matter: [] for matter in await edited}
    named = MenuItem.filter(matter_id__in=list(items))
    if items:
        for matter, *item in await named.values_list("matter_id", "key", "kind", "name"):
            items[matter].append(tuple(item))
    return {matter: menu_of(items[matter]) if matter in items else WHOLE for matter in matters}


async def chosen_in(matter: Matter) -> frozenset[str]:
    """Items and questions that somebody answered, and items that opinions are sorted by."""
    wants = Want.filter(opinion__matter_id=matter.id).distinct().values_list("item", flat=True)
    willing = Willingness.filter(opinion__matter_id=matter.id).distinct()
    groups = Group.filter(matter=matter, category__not="")
    return frozenset(
        [
            *await wants,
            *await willing.values_list("question", flat=True),
            *await groups.values_list("category", flat=True),
        ]
    )


async def given_with(opinions: Iterable[Opinion]) -> dict[int, Given]:
    """What opinions (by id) say besides words and stance."""
    ids = [opinion.id for opinion in opinions]
    willing: dict[int, dict[str, str]] = {id: {} for id in ids}
    wants: dict[int, set[str]] = {id: set() for id in ids}
    answers = Willingness.filter(opinion_id__in=ids)
    for id, question, answer in await answers.values_list("opinion_id", "question", "answer"):
        willing[id][question] = answer
    for id, item in await Want.filter(opinion_id__in=ids).values_list("opinion_id", "item"):
        wants[id].add(item)
    return {id: Given(willing[id], frozenset(wants[id])) for id in ids}


async def in_short(opinions: Iterable[Opinion]) -> dict[int, str]:
    """By id, what those opinions (each with its matter) say in a line that came without words."""
    bare = [opinion for opinion in opinions if not opinion.text]
    if not bare:
        return {}
    given, brought = await given_with(bare), await enclosed(bare)
    menus = await menus_in({one.matter_id for one in bare})
    return {
        one.id: shortly(
            given[one.id], menus[one.matter_id].items, [row.kind for row in brought[one.id]]
        )
        for one in bare
    }


async def enclosed(opinions: Iterable[Opinion]) -> dict[int, list[Enclosure]]:
    """The photos and voice notes of opinions, by id."""
    found: dict[int, list[Enclosure]] = {opinion.id: [] for opinion in opinions}
    for row in await Enclosure.filter(opinion_id__in=list(found)):
        found[row.opinion_id].append(row)
    return found


def unwritten(matter: Matter) -> QuerySet[Opinion]:
    """Voice notes that count and that nobody wrote down yet."""
    return Opinion.filter(
        heard(), matter=matter, enclosures__kind="voice", enclosures__written_at__isnull=True
    )


async def spoke(matter: Matter) -> Spoken:
    """(opinion, household, stance) of all that counts, what was said last coming last."""
    rows = Opinion.filter(heard(), matter=matter, household_id__isnull=False)
    return await rows.order_by("said_on", "id").values_list("id", "household_id", "stance")


async def latest_answers(matter: Matter, said: Spoken) -> Homes:
    """By question, what each household answered last; the stance under `stance`. `said` is from
    `spoke`."""
    rows = Willingness.filter(opinion__matter_id=matter.id)
    given: dict[int, list[tuple[str, str]]] = {}
    for id, question, answer in await rows.values_list("opinion_id", "question", "answer"):
        given.setdefault(id, []).append((question, answer))
    found: Homes = {}
    for id, home, stance in said:
        for question, answer in [*given.get(id, ()), ("stance", stance)]:
            if answer:
                found.setdefault(question, {})[home] = answer
    return found


async def latest_wants(matter: Matter, said: Spoken) -> dict[str, set[int]]:
    """By item, the households that ticked it when they last ticked anything. `said` is from
    `spoke`."""
    ticks: dict[int, set[str]] = {}
    rows = Want.filter(opinion__matter_id=matter.id)
    for id, item in await rows.values_list("opinion_id", "item"):
        ticks.setdefault(id, set()).add(item)
    last = {home: ticks[id] for id, home, _ in said if id in ticks}
    found: dict[str, set[int]] = {}
    for home, items in last.items():
        for item in items:
            found.setdefault(item, set()).add(home)
    return found
