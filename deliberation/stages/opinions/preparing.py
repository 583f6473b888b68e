"""What still needs an answer, sorted by the menu, and the answers being prepared. Reads only."""

from dataclasses import dataclass

from tortoise.functions import Count

from deliberation.matters.models import Matter
from deliberation.stages.opinions.models import Draft, Group, Opinion, heard, unanswered
from deliberation.stages.opinions.survey.facts import asked_in

OTHER = "none"
LONGEST = 60
MOST_ALONE = 300


@dataclass(frozen=True)
class Subject:
    """A group or an opinion in no group, for staff. `url` is below the matter's opinions."""

    row: Group | Opinion
    count: int = 1

    @property
    def key(self) -> str:
        return f"{'g' if isinstance(self.row, Group) else 'o'}{self.row.id}"

    @property
    def url(self) -> str:
        return f"groups/{self.row.id}" if isinstance(self.row, Group) else str(self.row.id)

    @property
    def title(self) -> str:
        if isinstance(self.row, Group):
            return f"{self.row.title}（{self.count}条）"
        return self.row.text[:LONGEST]


@dataclass(frozen=True)
class Section:
    """What is about one item of the menu, answered by one reply where it fits."""

    key: str
    name: str
    subjects: list[Subject]


async def open_sections(matter: Matter) -> list[Section]:
    """The groups and single opinions with neither an answer nor a draft, by the menu."""
    rows = Opinion.filter(unanswered(matter), matter=matter)
    inside = await _counted(rows)
    groups = await Group.filter(id__in=list(inside), draft__id__isnull=True)
    subjects = [(group.category, Subject(group, inside[group.id])) for group in groups]
    menu = (await asked_in(matter)).menu
    singles = rows.filter(group_id__isnull=True, draft__id__isnull=True).limit(MOST_ALONE)
    subjects += [(next(iter(menu.needs(row.text)), ""), Subject(row)) for row in await singles]
    found: dict[str, list[Subject]] = {}
    for category, subject in subjects:
        found.setdefault(category or OTHER, []).append(subject)
    order = [*menu.items, OTHER]
    return [Section(key, menu.name_of(key), found[key]) for key in order if key in found]


async def _counted(rows) -> dict[int, int]:
    grouped = rows.filter(group_id__isnull=False)
    counted = grouped.annotate(n=Count("id")).group_by("group_id").order_by("group_id")
    return dict(await counted.values_list("group_id", "n"))


async def drafts(matter: Matter) -> list[tuple[Draft, Subject]]:
    """The answers being prepared, with what they answer."""
    rows = await Draft.filter(matter=matter).select_related("group", "opinion")
    counts = await _counted(Opinion.filter(heard(), matter=matter))
    return [(row, _subject(row, counts)) for row in rows]


def _subject(row: Draft, counts: dict[int, int]) -> Subject:
    return Subject(row.group, counts.get(row.group_id, 0)) if row.group else Subject(row.opinion)
