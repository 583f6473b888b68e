"""What every record of the works must pass."""

from datetime import date, datetime

from deliberation.acting import Act, Refused
from deliberation.calendar import local_date
from deliberation.matters.models import PlanItem
from deliberation.people.rules import personal_data
from deliberation.stages.implementation.progress import ItemProgress, progress


async def item_of(act: Act, item: PlanItem, *, final: bool = True) -> ItemProgress:
    """An item with its records as they are now, behind the lock."""
    found = await progress(act.matter)
    rows = found.items if final else found.every
    for row in rows:
        if row.item.id == item.id:
            return row
    raise Refused("方案已经有了新的版本，请在新版本的项目里登记")


def not_future(day: date, name: str, now: datetime) -> None:
    if day > local_date(now):
        raise Refused(f"{name}不能晚于今天")


def fit_for_public(text: str) -> None:
    if found := personal_data(text):
        raise Refused(*[f"{sentence}，这里会公开，请改写" for sentence in found])
