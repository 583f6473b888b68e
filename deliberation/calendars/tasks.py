"""Next year's table of holidays: published each November, and no period can be counted without."""

from datetime import date

from deliberation.calendar import end_of, local_date
from deliberation.calendars.models import calendar
from deliberation.procedures import STANDING
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope

NOVEMBER = 11


async def tasks(scope: Scope) -> list[Task]:
    today = local_date(scope.now)
    enters = STANDING["calendars.enter"] & set(scope.actor.roles)
    if not enters or today.month < NOVEMBER:
        return []
    if today.year + 1 in (await calendar()).tables:
        return []
    text = f"请录入{today.year + 1}年的放假安排表：没有它，跨年的期限算不出来。"
    until = end_of(date(today.year, 12, 31))
    return [Task(text, "/calendars", "录入节假日表", until=until, act="calendars.enter")]
