"""Holiday tables of the years after the built-in one."""

from tortoise import fields
from tortoise.models import Model

from deliberation.calendar import CHINA_2026, Calendar, parse_table


class CalendarYear(Model):
    """A year's table of holidays and working weekends, entered by an administrator."""

    year = fields.IntField(primary_key=True, generated=False)
    holidays = fields.TextField()
    workdays = fields.TextField()
    entered_at = fields.DatetimeField()
    entered_by = fields.IntField(null=True)

    class Meta:
        table = "calendar_year"


async def calendar() -> Calendar:
    """The built-in year together with every year entered so far."""
    rows = await CalendarYear.all()
    entered = {row.year: parse_table(row.year, row.holidays, row.workdays) for row in rows}
    return Calendar({2026: CHINA_2026} | entered)
