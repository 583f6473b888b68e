"""What 征求意见 knows of a matter when it wants to be left."""

from deliberation.database.counting import counts
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
    said = Opinion.filter(matter=matter)
    total, unconfirmed, unanswered_, sheets, reading, contested_, unwritten_ = await counts(
        said.filter(heard()),
        said.filter(waiting()),
        said.filter(unanswered(matter)),
        Scan.filter(undecided(), matter=matter),
        Bundle.filter(matter=matter, read_at=None),
        contested(matter),
        unwritten(matter),
    )
    open_groups = said.filter(unanswered(matter), group_id__isnull=False)
    titles = await open_groups.order_by("group_id").values_list("group_id", "group__title")
    return Facts(
        last_on=passage.last_on if passage else None,
        total=total,
        unconfirmed=unconfirmed,
        unanswered=unanswered_,
        households=sum(building.households for building in buildings),
        covered=sum(building.covered for building in buildings),
        groups=tuple(dict(titles).values()),
        sheets=sheets,
        reading=reading,
        contested=contested_,
        unwritten=unwritten_,
    )
