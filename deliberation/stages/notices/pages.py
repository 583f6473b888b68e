"""The list of published notices, for everyone; and the routes of this feature."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tortoise.expressions import Q

from deliberation.places.models import Place, PlaceKind
from deliberation.stages.notices import (
    feed_pages,
    genuine_pages,
    notice_pages,
    objection_pages,
    stage_pages,
)
from deliberation.stages.notices.models import Notice
from deliberation.stages.notices.rules import KINDS, STATUSES
from deliberation.web.forms import clean
from deliberation.web.render import page, page_asked, paged

PER_PAGE = 30


async def index(request: Request) -> Response:
    """Published notices, newest first; `q` looks in titles and numbers, `community` is an id."""
    asked = {key: clean(value)[:50] for key, value in request.query_params.items()}
    number = page_asked(request)
    rows = Notice.filter(status__in=["published", "withdrawn"], published_at__not_isnull=True)
    if q := asked.get("q"):
        rows = rows.filter(Q(title__icontains=q) | Q(number__icontains=q))
    if community := _whole(asked.get("community", "")):
        rows = rows.filter(community_id=community)
    communities = await Place.filter(kind=PlaceKind.COMMUNITY).order_by("name")
    start = (number - 1) * PER_PAGE
    found = await rows.order_by("-published_at", "-id").offset(start).limit(PER_PAGE + 1)
    paged(request, found)
    return page(
        request,
        "notices/index.html",
        notices=found[:PER_PAGE],
        more=len(found) > PER_PAGE,
        number=number,
        asked={"q": q or "", "community": community or ""},
        communities=communities,
        followed=[row for row in communities if row.id == community or len(communities) == 1],
        kinds=KINDS,
        statuses=STATUSES,
    )


def _whole(typed: str) -> int:
    """A positive number of at most six digits; 0 for anything else."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 6 else 0


routes = [
    Route("/notices", index),
    *genuine_pages.routes,
    *feed_pages.routes,
    *notice_pages.routes,
    *objection_pages.routes,
    *stage_pages.routes,
]
