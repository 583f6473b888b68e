"""What staff wrote down for somebody's household, and what was said of it since. Reads only."""

from dataclasses import dataclass

from tortoise.expressions import Q, Subquery

from deliberation.acting import Actor
from deliberation.database.once import once
from deliberation.matters.models import Matter
from deliberation.stages.opinions.models import Answer, Opinion, standing_answers
from deliberation.stages.opinions.paper.models import Scan
from deliberation.stages.opinions.reviews.models import Review, contested
from deliberation.stages.opinions.reviews.rules import again_reasons

MOST = 50


@dataclass(frozen=True)
class Given:
    """`reviews` in their order; `scan` is the id of the page it was read from, None without one."""

    opinion: Opinion
    answer: Answer | None
    reviews: list[Review]
    scan: int | None

    @property
    def last(self) -> Review | None:
        return self.reviews[-1] if self.reviews else None

    @property
    def open(self) -> bool:
        return self.last is not None and not self.last.agrees and self.last.settled_at is None

    @property
    def asked(self) -> bool:
        """Whether the household may (still) say if it is right."""
        return not again_reasons(self.opinion.matter.ended, self.last and self.last.outcome)


def recorded(homes: tuple[int, ...]) -> Q:
    """Opinions that staff wrote down for these households, and that count or were contested."""
    settled = Review.filter(outcome="aside").values("opinion_id")
    counts = Q(set_aside="") | Q(id__in=Subquery(settled))
    return Q(recorded_by__isnull=False, household_id__in=homes) & counts


@once
async def given_to(actor: Actor, matter: Matter | None = None) -> list[Given]:
    """What was written down for an actor's households, newest first; in one matter or in all."""
    if not actor.homes:
        return []
    rows = Opinion.filter(recorded(actor.homes))
    rows = rows.filter(matter=matter) if matter else rows
    opinions = await rows.order_by("-id").limit(MOST).select_related("matter")
    if not opinions:
        return []
    answers = await standing_answers(opinions)
    ids = [row.id for row in opinions]
    reviews: dict[int, list[Review]] = {}
    for review in await Review.filter(opinion_id__in=ids):
        reviews.setdefault(review.opinion_id, []).append(review)
    scans = dict(await Scan.filter(opinion_id__in=ids).values_list("opinion_id", "id"))
    return [
        Given(row, answers[row.id], reviews.get(row.id, []), scans.get(row.id)) for row in opinions
    ]


async def open_contests(matter: Matter) -> list[Review]:
    """What households say is wrong and nobody settled, with the opinions and their homes."""
    return await contested(matter).select_related("opinion__household")
