"""A visitor's page is kept while it would come out the same, and sent again without being made.

It would while nothing was written (`state`) and it is the same minute: days end at midnight, and
deadlines are set to the minute. The rest of what a page is made of is its address, 长辈版 and the
program itself. Whoever sends another cookie may see something of their own, and always gets a page
made for them.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.datastructures import Headers
from starlette.requests import Request

from deliberation.web.conditional import has
from deliberation.web.render import LARGE
from deliberation.web.unavailable import FAILURES

MOST, LARGEST = 200, 200_000  # pages; bytes of each, as sent


@dataclass(frozen=True)
class Page:
    """An answer as it was sent, and what it was made of."""

    state: tuple | None
    minute: datetime
    start: dict
    body: bytes

    async def send(self, request: Request, send) -> None:
        """The page, or 304 to those who have it already."""
        headers = self.start["headers"]
        if has(request, Headers(raw=headers)):
            left = [pair for pair in headers if not pair[0].startswith(b"content-")]
            await send({"type": "http.response.start", "status": 304, "headers": left})
            await send({"type": "http.response.body", "body": b""})
            return
        await send(self.start | {"headers": list(headers)})
        await send({"type": "http.response.body", "body": self.body})


class Kept:
    """ASGI middleware; `state` names what the database holds."""

    def __init__(self, app, state: Callable[[], Awaitable[tuple]]):
        self.app, self.state = app, state
        self._pages: dict[tuple, Page] = {}

    async def __call__(self, scope, receive, send):
        request = Request(scope) if scope["type"] == "http" else None
        if request is None or not _is_visitor(request):
            return await self.app(scope, receive, send)
        key = (scope["path"], scope["query_string"], request.cookies.get(LARGE) == "1")
        key += ("gzip" in request.headers.get("accept-encoding", ""),)
        kept, state = self._pages.get(key), await self._database()
        minute = request.state.now.replace(second=0, microsecond=0)
        if kept is None or (kept.state, kept.minute) != (state, minute):
            self._pages.pop(key, None)
            kept = await self._make(scope, receive, send, state, minute)
            if state and kept and len(kept.body) <= LARGEST:
                self._pages = self._pages if len(self._pages) < MOST else {}
                self._pages[key] = kept
        if kept:
            await kept.send(request, send)

    async def _database(self) -> tuple | None:
        """None while the database is away: pages that do not ask it are there all the same."""
        try:
            return await self.state()
        except FAILURES:
            return None

    async def _make(
        self, scope, receive, send, state: tuple | None, minute: datetime
    ) -> Page | None:
        """A page that may be kept, not sent yet; None for any other answer, which was sent."""
        Request(scope).state.is_kept = True
        start, body = None, b""

        async def taken(message):
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_public(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")

        await self.app(scope, receive, taken)
        return Page(state, minute, start, body) if start else None


def _is_visitor(request: Request) -> bool:
    reads = request.method in ("GET", "HEAD") and not request.url.path.startswith("/static/")
    return reads and set(request.cookies) <= {LARGE}


def _is_public(start: dict) -> bool:
    """Whether an answer is a page that `conditional` tagged and that is nobody's own."""
    headers = Headers(raw=start["headers"])
    tagged = headers.get("etag", "").startswith("W/") and "set-cookie" not in headers
    return start["status"] == 200 and tagged and headers.get("cache-control") == "no-cache"
