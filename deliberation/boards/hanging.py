"""What a board shows now: the pages of the notices of its place, in their period. Reads only."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tortoise.expressions import Q

from deliberation import procedures
from deliberation.calendar import local_date
from deliberation.documents.files import Files
from deliberation.documents.models import File
from deliberation.documents.pictures import page_count
from deliberation.places.models import Place
from deliberation.stages.notices.models import Notice

_MOST_DAYS = max(item.norms.board_days for item in procedures.PROCEDURES.values())
_counted: dict[str, int] = {}
_COLUMNS = ("id", "code", "title", "number", "revision", "kind", "published_at")


@dataclass(frozen=True)
class Hanging:
    """A published notice as boards know it; `until` is the last day of its period, None for an
    announcement, `sha256` its PDF, '' while that is being made."""

    id: int
    code: str
    title: str
    label: str
    kind: str
    published_at: datetime
    until: date | None
    sha256: str

    @property
    def titled(self) -> tuple[int, str]:
        """For choosing among them."""
        return self.id, f"{self.label} {self.title}"


@dataclass(frozen=True)
class Leaf:
    """One page of a notice: what fills a screen."""

    notice: Hanging
    page: int
    pages: int


async def hanging(place: Place, now: datetime, *, ended: bool = False) -> list[Hanging]:
    """Notices in their period and announcements of the last days, of what lies at `place`: its
    community's own where it is the community, else those whose matter touches it.

    `ended`: those too whose period is over and whose stage is not, which still want proof.
    """
    today, since = local_date(now), now - timedelta(days=_MOST_DAYS)
    period = Q(last_on__gte=today) | Q(last_on__not_isnull=True, passage__last_on__gte=today)
    if ended:
        period |= Q(last_on__not_isnull=True, passage__left_at__isnull=True)
    voting = Q(kind="D", passage__left_at__isnull=True)
    fresh = Q(last_on__isnull=True) & (Q(published_at__gte=since) | voting)
    ids = [int(part) for part in place.path.strip("/").split("/")]
    rows = Notice.filter(period | fresh, status="published", community_id__in=ids)
    if place.kind != "community":
        inside = Q(matter__scopes__place__path__startswith=place.path)
        rows = rows.filter(inside | Q(matter__scopes__place_id__in=ids))
    found = await rows.order_by("id").values(
        *_COLUMNS,
        "last_on",
        procedure="matter__procedure",
        extended="passage__last_on",
        left="passage__left_at",
        sha256="document__file__sha256",
    )
    shown = [row for row in found if row["last_on"] or _is_fresh(row, now)]
    return list({row["id"]: _hanging(row) for row in shown}.values())


def _is_fresh(row: dict, now: datetime) -> bool:
    """Whether an announcement still hangs: the opening of a vote until the vote is left."""
    days = timedelta(days=procedures.get(row["procedure"]).norms.board_days)
    return now - row["published_at"] <= days or (row["kind"] == "D" and row["left"] is None)


def _hanging(row: dict) -> Hanging:
    until = row["last_on"] and max(row["last_on"], row["extended"] or row["last_on"])
    label = Notice(number=row["number"], revision=row["revision"]).label
    kept = {name: row[name] for name in ("id", "code", "title", "kind", "published_at")}
    return Hanging(**kept, label=label, until=until, sha256=row["sha256"] or "")


async def hung_by_code(place: Place, codes: set[str]) -> dict[str, tuple[int, datetime]]:
    """The id and the hour of publishing of notices of a place's community, whether or not they
    still hang: a screen may report late."""
    ids = [int(part) for part in place.path.strip("/").split("/")]
    rows = Notice.filter(code__in=codes, community_id__in=ids, published_at__not_isnull=True)
    found = await rows.values_list("code", "id", "published_at")
    return {code: (id, published_at) for code, id, published_at in found}


async def leaves(notices: list[Hanging], files: Files) -> list[Leaf]:
    """Every page of what hangs, in order; a PDF that is still being made comes later."""
    found = []
    for notice in notices:
        pages = await _pages(notice.sha256, files) if notice.sha256 else 0
        found += [Leaf(notice, page, pages) for page in range(1, pages + 1)]
    return found


async def _pages(sha256: str, files: Files) -> int:
    """Asked at every turn of a page, so a file is looked into once only."""
    if sha256 not in _counted:
        _counted[sha256] = await page_count(files, File(sha256=sha256))
    return _counted[sha256]
