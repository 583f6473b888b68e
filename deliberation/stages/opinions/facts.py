"""What 征求意见 knows of a matter when it wants to be left."""

from tortoise.queryset import QuerySet, ValuesListQuery

from deliberation.database.counting import counting, listing
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter
from deliberation.stages.opinions.coverage import coverage
from deliberation.stages.opinions.models import Opinion, heard, unanswered, waiting
from deliberation.stages.opinions.paper.models import Bundle, Scan, undecided
from deliberation.stages.opinions.reviews.models import contested
from deliberation.stages.opinions.rules import Facts
from deliberation.stages.opinions.survey.facts import unwritten


async def facts(matter: Matter, stage: str) -> Facts:
    """Opinions belong to the matter; the period to its newest stay in the stage."""
    passage = await current_passage(matter, stage)
    buildings = await coverage(matter)
    total, unconfirmed, unanswered_, sheets, reading, contested_, unwritten_ = await _said(matter)
    return Facts(
        last_on=passage.last_on if passage else None,
        total=total,
        unconfirmed=unconfirmed,
        unanswered=unanswered_,
        households=sum(building.households for building in buildings),
        covered=sum(building.covered for building in buildings),
        groups=tuple({group: title for group, title in await _open_groups(matter)}.values()),
        sheets=sheets,
        reading=reading,
        contested=contested_,
        unwritten=unwritten_,
    )


@counting(Matter)
def _said(matter: Matter) -> list[QuerySet]:
    said = Opinion.filter(matter=matter)
    return [
        said.filter(heard()),
        said.filter(waiting()),
        said.filter(unanswered(matter)),
        Scan.filter(undecided(), matter=matter),
        Bundle.filter(matter=matter, read_at=None),
        contested(matter),
        unwritten(matter),
    ]


@listing(Matter)
def _open_groups(matter: Matter) -> ValuesListQuery:
    open_ = Opinion.filter(unanswered(matter), matter=matter, group_id__isnull=False)
    return open_.order_by("group_id").values_list("group_id", "group__title")
