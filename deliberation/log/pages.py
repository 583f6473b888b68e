"""The record for watchers: everything signed, as JSON to be kept and compared, for everyone.

Nothing here tells who voted when: casting leaves no entry, and what is counted on is the number of
signed entries, since the gaps between row ids would tell how many people signed in meanwhile.
"""

import rfc8785
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.log import signing
from deliberation.log.models import Entry, content
from deliberation.matters.frame import matter_of
from deliberation.web.conditional import conditional

PER_PAGE = 500


async def checkpoints(request: Request) -> Response:
    """{"keys", "rotations", "checkpoints", "next", "more"} of all matters, oldest first.

    `?after=` takes the `next` of the page before; a page that is not full yet grows later. An act
    whose transaction ended late may take its place before one that was seen: what a watcher lacks
    shows as a gap in a chain's sequence, and `log.json` of the matter has it.
    """
    after = _after(request)
    rows = await Entry.exclude(signature="").order_by("id").offset(after).limit(PER_PAGE + 1)
    shown = [signing.checkpoint(row) for row in rows[:PER_PAGE]]
    more = len(rows) > PER_PAGE
    found = {"checkpoints": shown, "next": after + len(shown), "more": more}
    return _answer(request, signing.keys().ring() | found)


def _after(request: Request) -> int:
    """How many checkpoints to pass over; whatever is no such number is as good as none."""
    typed = request.query_params.get("after", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 9 else 0


async def chain(request: Request) -> Response:
    """{"chain", "entries", "keys", "rotations", "checkpoints"} of one matter, whole."""
    name = f"{signing.MATTERS}{(await matter_of(request)).id}"
    rows = await Entry.filter(chain=name).order_by("sequence")
    shown = [signing.checkpoint(row) for row in rows if row.signature]
    ring = signing.keys().ring({one["key"] for one in shown})
    entries = [_entry(row) for row in rows]
    found = {"chain": name, "entries": entries, "checkpoints": shown}
    return _answer(request, ring | found)


def _entry(row: Entry) -> dict:
    """An entry as it is hashed, without the name of its chain, and with its digest."""
    hashed = {name: value for name, value in content(row).items() if name != "chain"}
    return hashed | {"digest": row.digest}


def _answer(request: Request, found: dict) -> Response:
    """Canonical JSON under a tag of its bytes; 304 to those who have it already."""
    return conditional(request, rfc8785.dumps(found), media_type="application/json")


routes = [
    Route("/log/checkpoints.json", checkpoints),
    Route("/matters/{matter:int}/log.json", chain),
]
