"""Entering a year's table of holidays, as published each November."""

from datetime import date, datetime

from deliberation.acting import Actor, Refused, acting
from deliberation.calendar import YearTable, local_date, parse_table
from deliberation.calendars.models import CalendarYear
from deliberation.places.models import Place

YEARS_AHEAD = 2


def years(now: datetime) -> range:
    """The years whose table may be entered: this one and the two after it."""
    year = local_date(now).year
    return range(year, year + YEARS_AHEAD + 1)


async def enter(
    actor: Actor, place: Place, year: int, holidays: str, workdays: str, now: datetime
) -> YearTable:
    """Enters or replaces a year's table; the log keeps every version of it.

    Periods already announced keep their printed dates; only later ones are counted by it.
    """
    if year not in years(now):
        raise Refused(f"只能录入{years(now)[0]}年到{years(now)[-1]}年的表")
    try:
        table = parse_table(year, holidays, workdays)
    except ValueError as error:
        raise Refused(str(error)) from error
    async with acting(actor, "calendars.enter", now, place=place) as act:
        values = {
            "holidays": holidays,
            "workdays": workdays,
            "entered_at": now,
            "entered_by": actor.account_id,
        }
        _, created = await CalendarYear.update_or_create(defaults=values, year=year)
        act.record(
            year=year,
            replaced=not created,
            holidays=_dates(table.holidays),
            workdays=_dates(table.workdays),
        )
    return table


def _dates(days: frozenset[date]) -> list[str]:
    return [day.isoformat() for day in sorted(days)]
