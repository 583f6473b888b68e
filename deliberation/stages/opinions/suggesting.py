"""Suggestions of like opinions for staff to decide on, read from the tables. Writes nothing.

The comparing itself runs in a thread: it is arithmetic, and everybody else's pages go on.
"""

from dataclasses import dataclass

from anyio import to_thread

from deliberation.matters.models import Matter
from deliberation.people.rules import redact
from deliberation.stages.opinions import likeness
from deliberation.stages.opinions.menu import MENU
from deliberation.stages.opinions.models import Opinion, heard, unanswered

# Comparing goes by the square of the number: so many at once, the oldest first.
AT_ONCE = 400
TITLE = 30


@dataclass(frozen=True)
class Suggestion:
    """Opinions to be put together; `key` is the first one's id. `words` and `topic` say why."""

    title: str
    topic: str
    against: bool
    words: tuple[str, ...]
    opinions: tuple[Opinion, ...]

    @property
    def key(self) -> int:
        return self.opinions[0].id


async def suggestions(matter: Matter, level: str) -> list[Suggestion]:
    """For the opinions that are in no group yet; `level` is a key of likeness.LEVELS."""
    rows = Opinion.filter(unanswered(matter), matter=matter, group_id__isnull=True, alone=False)
    said = await rows.select_related("household").limit(AT_ONCE)
    texts = [row.text for row in said]
    found = await to_thread.run_sync(likeness.alike, texts, float(level))
    return [
        Suggestion(
            _title(one), one.topic, one.against, one.words, tuple(said[n] for n in one.members)
        )
        for one in found
    ]


def _title(one: likeness.Likeness) -> str:
    """A first name for the group, for staff to improve: it goes public."""
    known = MENU[one.topic].words if one.topic else ()
    words = "、".join(word for word in one.words[:3] if word not in known)
    name = MENU[one.topic].name if one.topic else ""
    title = f"{name}：{words}" if name and words else name or words or "相近的意见"
    return redact(f"不同意{title}" if one.against else title)[:TITLE]


async def repeats(matter: Matter, shown: list[Opinion]) -> dict[int, int]:
    """{id: earlier id} of the shown opinions whose own household said much the same before."""
    homes = {row.household_id for row in shown if row.household_id}
    rows = Opinion.filter(heard(), matter=matter, household_id__in=list(homes))
    said = await rows.order_by("id").values_list("id", "household_id", "text")
    pairs = [(home, text) for _, home, text in said]
    found = await to_thread.run_sync(likeness.repeated, pairs)
    return {said[late][0]: said[early][0] for late, early in found.items()}
