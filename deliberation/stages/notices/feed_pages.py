"""Feeds and calendars, under addresses that stay: for other programs, without signing in."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.matters.frame import matter_of
from deliberation.places.models import Place, PlaceKind
from deliberation.stages.notices.feeds import ATOM, JSON_FEED, atom, json_feed
from deliberation.stages.notices.ical import CALENDAR, calendar
from deliberation.stages.notices.listed import events, feed
from deliberation.web.conditional import conditional
from deliberation.web.perform import or_404


async def _community(request: Request) -> Place:
    id = request.path_params["community"]
    return or_404(await Place.get_or_none(id=id, kind=PlaceKind.COMMUNITY))


async def as_atom(request: Request) -> Response:
    found = await feed(await _community(request), _base(request))
    return conditional(request, atom(found), media_type=ATOM, modified=found.updated)


async def as_json(request: Request) -> Response:
    found = await feed(await _community(request), _base(request))
    return conditional(request, json_feed(found), media_type=JSON_FEED, modified=found.updated)


async def of_community(request: Request) -> Response:
    community = await _community(request)
    return await _calendar(request, f"{community.name}议事日历", community=community)


async def of_matter(request: Request) -> Response:
    matter = await matter_of(request)
    return await _calendar(request, matter.title, id=matter.id)


async def _calendar(request: Request, name: str, **whose) -> Response:
    found, modified = await events(_base(request), **whose)
    body = calendar(name, found)
    return conditional(request, body, media_type=CALENDAR, modified=modified)


def _base(request: Request) -> str:
    return request.app.state.settings.base_url


routes = [
    Route("/communities/{community:int}/notices.atom", as_atom),
    Route("/communities/{community:int}/notices.json", as_json),
    Route("/communities/{community:int}/calendar.ics", of_community),
    Route("/matters/{matter:int}/calendar.ics", of_matter),
]
