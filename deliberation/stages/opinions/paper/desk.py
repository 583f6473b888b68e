"""What lies on the clerk's paper desk: files being read, pages that wait. Reads only."""

from dataclasses import dataclass

from deliberation.matters.models import Matter
from deliberation.stages.opinions.paper.models import Bundle, Scan, twins, undecided

NEWEST = 20
AT_ONCE = 60


@dataclass(frozen=True)
class Waiting:
    """A page that waits, whose it is ('' while nobody knows), and the others it is like."""

    scan: Scan
    whose: str
    like: list[Scan]


async def waiting(matter: Matter) -> list[Waiting]:
    """The first pages that wait, in the order they came."""
    rows = Scan.filter(undecided(), matter=matter).limit(AT_ONCE)
    scans = await rows.select_related("file", "household", "bundle")
    like = await twins(matter, scans)
    return [
        Waiting(scan, scan.household.label if scan.household else "", like[scan.id])
        for scan in scans
    ]


async def left(matter: Matter) -> int:
    """How many pages wait."""
    return await Scan.filter(undecided(), matter=matter).count()


async def following(matter: Matter, after: int = 0) -> int | None:
    """The id of the next page that waits, after that one if there is any."""
    rows = Scan.filter(undecided(), matter=matter)
    later = await rows.filter(id__gt=after).first()
    found = later or await rows.first()
    return found.id if found else None


async def put_away(matter: Matter) -> list[Scan]:
    """The newest pages that were put away, which may wait again."""
    rows = Scan.filter(matter=matter, discarded__not="").select_related("household")
    return await rows.order_by("-decided_at", "-id").limit(NEWEST)


async def being_read(matter: Matter) -> tuple[int, int, int]:
    """Files not read to their end, and of these the pages read and the pages known of."""
    rows = await Bundle.filter(matter=matter, read_at=None)
    pages = sum(max(row.pages or 1, row.done) for row in rows)
    return len(rows), sum(row.done for row in rows), pages
