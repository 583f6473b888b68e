"""The holiday tables: which years are known, and entering the next one."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.calendar import parse_table
from deliberation.calendars import actions
from deliberation.calendars.models import CalendarYear, calendar
from deliberation.places.models import Place
from deliberation.places.offices import seat
from deliberation.procedures import STANDING
from deliberation.web.forms import Form, choice, read, text
from deliberation.web.perform import or_404, perform
from deliberation.web.render import actor_of, now, page

MOST = 1000


async def _seat(request: Request) -> Place:
    """The administrator's own place, whose log keeps the tables; raises 404 for others."""
    return or_404(await seat(actor_of(request), STANDING["calendars.enter"]))


async def index(request: Request, form: Form | None = None, status: int = 200) -> Response:
    await _seat(request)
    known = await calendar()
    return page(
        request,
        "calendars/index.html",
        status=status,
        form=form or Form(),
        tables=sorted(known.tables.items()),
        entered={row.year: row for row in await CalendarYear.all()},
        year_options=[(str(year), f"{year}年") for year in actions.years(now(request))],
    )


def _at_the_field(form: Form) -> None:
    """Puts what is wrong with a table at the text field it stands in."""
    year = int(form.data["year"])
    for name, workdays in (("holidays", ""), ("workdays", form.data["workdays"])):
        try:
            parse_table(year, form.data["holidays"], workdays)
        except ValueError as error:
            form.errors[name] = str(error)
            return


async def enter(request: Request) -> Response:
    place = await _seat(request)
    fields = {
        "year": choice([str(year) for year in actions.years(now(request))], message="请选年份"),
        "holidays": text(max=MOST, message="请填写放假日期，例如 1/1-1/3, 2/15-2/23"),
        "workdays": text(max=MOST, required=False),
    }
    form = await read(request, fields)
    if form.ok:
        _at_the_field(form)

    async def action():
        data = form.data | {"year": int(form.data["year"])}
        await actions.enter(actor_of(request), place, **data, now=now(request))

    done = "/calendars"
    return await perform(request, form, action, done=done, again=index, flash="已登记")


routes = [
    Route("/calendars", index),
    Route("/calendars", enter, methods=["POST"]),
]
