"""The record of a matter as its page shows it: every stay in a stage with what was done in it."""

from collections import Counter
from dataclasses import dataclass, field

from deliberation.log import signing
from deliberation.log.models import Entry
from deliberation.matters.models import Passage
from deliberation.matters.standing import Standing
from deliberation.procedure import Stage

PER_PAGE = 20


@dataclass
class Stay:
    """`count` is of all entries; `entries` those on the page asked for; `page` has the newest."""

    passage: Passage
    stage: Stage
    count: int
    page: int
    entries: list[Entry] = field(default_factory=list)


async def recorded(stands: Standing, page: int | None) -> list[Stay]:
    """The newest first on page `page`; without one the whole record, as it came to be."""
    rows = Entry.filter(chain=f"{signing.MATTERS}{stands.matter.id}").order_by("-sequence")
    counts = Counter(stands.during(at).id for at in await rows.values_list("at", flat=True))
    stays, before = {}, 0
    for passage in reversed(stands.passages):
        stage = stands.procedure.stage(passage.stage)
        count = counts[passage.id]
        stays[passage.id] = Stay(passage, stage, count, before // PER_PAGE + 1)
        before += count
    if page:
        rows = rows.offset((page - 1) * PER_PAGE).limit(PER_PAGE)
    for entry in await rows:
        stays[stands.during(entry.at).id].entries.append(entry)
    found = [stay for stay in stays.values() if stay.count]
    if page is None:
        found.reverse()
        for stay in found:
            stay.entries.reverse()
    return found
