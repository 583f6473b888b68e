"""What 征求意见 knows of a matter when it wants to be left."""

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
    open_groups = said.filter(unanswered(matter), group_id__isnull=False)
    titles = await open_groups.order_by("group_id").values_list("group_id", "group__title")
    return Facts(
        last_on=passage.last_on if passage else None,
        total=await said.filter(heard()).count(),
        unconfirmed=await said.filter(waiting()).count(),
        unanswered=await said.filter(unanswered(matter)).count(),
        households=sum(building.households for building in buildings),
        covered=sum(building.covered for building in buildings),
        groups=tuple(dict(titles).values()),
        sheets=await Scan.filter(undecided(), matter=matter).count(),
        reading=await Bundle.filter(matter=matter, read_at=None).count(),
        contested=await contested(matter).count(),
        unwritten=await unwritten(matter),
    )
