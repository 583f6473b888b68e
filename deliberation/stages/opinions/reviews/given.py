"""What staff wrote down for somebody's household, and what was said of it since. Reads only."""

from dataclasses import dataclass

from deliberation.acting import Actor
from deliberation.database.once import once
from deliberation.database.plain import found, refer, rows
from deliberation.matters.models import Matter
from deliberation.stages.opinions.models import Answer, Opinion, standing_answers
from deliberation.stages.opinions.reviews.models import Review, contested
from deliberation.stages.opinions.reviews.rules import again_reasons

MOST = 50
_RECORDED = (
    "WHERE x.recorded_by IS NOT NULL AND x.household_id IN $1 AND (x.set_aside = '' "
    "OR x.id IN (SELECT r.opinion_id FROM opinion_review r WHERE r.outcome = 'aside'))"
)


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


async def recorded(homes: tuple[int, ...], rest: str = "", *values) -> list[Opinion]:
    """Opinions that staff wrote down for these households, and that count or were contested, the
    newest first; `rest` narrows them further, with values from $2 on."""
    newest = f"{_RECORDED} {rest} ORDER BY x.id DESC LIMIT {MOST}"
    return await found(Opinion, newest, homes, *values)


@once
async def given_to(actor: Actor, matter: Matter | None = None) -> list[Given]:
    """What was written down for an actor's households, newest first; in one matter or in all."""
    if not actor.homes:
        return []
    here = ("AND x.matter_id = $2", matter.id) if matter else ()
    opinions = await recorded(actor.homes, *here)
    if not opinions:
        return []
    await refer(opinions, "matter")
    answers = await standing_answers(opinions)
    ids = [row.id for row in opinions]
    reviews: dict[int, list[Review]] = {}
    for review in await found(Review, "WHERE x.opinion_id IN $1 ORDER BY x.id", ids):
        reviews.setdefault(review.opinion_id, []).append(review)
    read = await rows("SELECT opinion_id, id FROM scan WHERE opinion_id IN $1", ids)
    scans = {opinion: scan for opinion, scan in read}
    return [
        Given(row, answers[row.id], reviews.get(row.id, []), scans.get(row.id)) for row in opinions
    ]


async def open_contests(matter: Matter) -> list[Review]:
    """What households say is wrong and nobody settled, with the opinions and their homes."""
    return await contested(matter).select_related("opinion__household")
