"""The gatherings of a matter and what was said there. Reads only.

Everybody may read of the bench meetings: place, day, how many came, the points without their
speakers, with what is personal taken out. Of talks in chats only staff read here.
"""

from dataclasses import dataclass

from deliberation.matters.models import Matter
from deliberation.people.rules import redact
from deliberation.stages.opinions.gatherings.models import Gathering
from deliberation.stages.opinions.models import Opinion, heard

MOST = 50


@dataclass(frozen=True)
class Meeting:
    """`points` as everybody may read them; `homes` counts the households written down."""

    row: Gathering
    place: str
    points: list[str]
    homes: int


async def held(matter: Matter, *, staff: bool) -> list[Meeting]:
    """The newest first; what was taken back is gone."""
    among = {} if staff else {"channel": "bench"}
    found = Gathering.filter(matter=matter, taken_back_at=None, **among)
    rows = await found.order_by("-held_on", "-id").limit(MOST).prefetch_related("guests")
    said: dict[int, list[str]] = {}
    opinions = Opinion.filter(heard(), gathering_id__in=[row.id for row in rows])
    for gathering, text in await opinions.values_list("gathering_id", "text"):
        said.setdefault(gathering, []).append(redact(text))
    return [Meeting(row, redact(row.place), said.get(row.id, []), len(row.guests)) for row in rows]
