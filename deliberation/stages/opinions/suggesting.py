"""Suggestions of like opinions for staff to decide on, read from the tables. Writes nothing.

The comparing itself runs in a thread: it is arithmetic, and everybody else's pages go on.
"""

from dataclasses import dataclass

from anyio import to_thread

from deliberation.matters.models import Matter
from deliberation.people.rules import redact
from deliberation.stages.opinions import likeness
from deliberation.stages.opinions.menu import MENU, Menu
from deliberation.stages.opinions.models import Opinion, heard, unanswered
from deliberation.stages.opinions.survey.facts import asked_in

# Comparing goes by the square of the number: so many at once, the oldest first.
AT_ONCE = 400
TITLE = 30


@dataclass(frozen=True)
class Suggestion:
    """Opinions to be put together; `key` is the first one's id. `words` and `topic` say why, and
    `sure` that the topic is everyone's."""

    title: str
    topic: str
    against: bool
    words: tuple[str, ...]
    opinions: tuple[Opinion, ...]
    sure: bool

    @property
    def key(self) -> int:
        return self.opinions[0].id


async def suggestions(matter: Matter, level: str) -> list[Suggestion]:
    """For the opinions that are in no group yet; `level` is a key of likeness.LEVELS.

    People also speak of what is not on the matter's menu: it makes them alike, but no topic.
    """
    menu = (await asked_in(matter)).menu
    known = Menu(MENU | menu.items)
    rows = Opinion.filter(unanswered(matter), matter=matter, group_id__isnull=True, alone=False)
    said = await rows.select_related("household").limit(AT_ONCE)
    texts = [row.text for row in said]
    found = await to_thread.run_sync(likeness.alike, texts, float(level), known.needs)
    return [
        Suggestion(
            _title(one, known),
            one.topic if one.topic in menu.items else "",
            one.against,
            one.words,
            tuple(said[n] for n in one.members),
            one.sure,
        )
        for one in found
    ]


def _title(one: likeness.Likeness, menu: Menu) -> str:
    """A first name for the group, for staff to improve: it goes public."""
    known = menu.items[one.topic].words if one.topic else ()
    words = "、".join(word for word in one.words[:3] if word not in known)
    name = menu.items[one.topic].name if one.topic else ""
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
