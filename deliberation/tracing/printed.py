"""Which notices printed an item or an opinion, and with which amounts: read from what hangs."""

from dataclasses import dataclass

from deliberation.matters.models import Matter
from deliberation.stages.notices.models import Notice
from deliberation.stages.notices.rules import STATUSES

DECISION, RESULT = "A", "B"


@dataclass(frozen=True)
class Printed:
    """An item in a notice, in fen: `amount` as resolved (None where it was refused), `paid` only
    where the notice tells of the works; `state` is '' while the notice stands."""

    code: str
    title: str
    label: str
    state: str
    amount: int | None
    paid: int | None = None


async def hanging(matter: Matter) -> list[Notice]:
    """The notices of a resolution and of its results that were ever published, oldest first."""
    return await Notice.filter(
        matter=matter, published_at__not_isnull=True, kind__in=(DECISION, RESULT)
    )


def of_item(notices: list[Notice], number: int, names: set[str]) -> list[Printed]:
    """Where an item was printed: by its number, in notices of the works by the names it had."""
    return [found for notice in notices if (found := _item(notice, number, names))]


def of_group(notices: list[Notice], title: str) -> list[Printed]:
    """Where a group of opinions was printed with its answer; `title` as it is public."""
    return [
        _printed(notice, None)
        for notice in notices
        if any(row["group"] == title for row in _part(notice, "opinions").get("answers", []))
    ]


def _item(notice: Notice, number: int, names: set[str]) -> Printed | None:
    plan, works = _part(notice, "plan"), _part(notice, "works")
    for row in plan.get("items", []):
        if row.get("number") == number:
            return _printed(notice, row["amount"])
    if names & set(plan.get("refused", [])):
        return _printed(notice, None)
    for row in works.get("items", []):
        if row["name"] in names:
            return _printed(notice, row["amount"], row["paid"])
    return None


def _part(notice: Notice, key: str) -> dict:
    return notice.figures.get(key) or {}


def _printed(notice: Notice, amount: int | None, paid: int | None = None) -> Printed:
    state = "" if notice.status == "published" else STATUSES[notice.status]
    return Printed(notice.code, notice.title, notice.label, state, amount, paid)
