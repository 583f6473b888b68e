"""来龙去脉 for everyone: a matter's chains, and each thing's own address in them.

The whole page has an anchor for every item (#item-3); a group, an opinion, an item, an undertaking
and a payment each have a page that shows what came before and after.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.matters.frame import matter_of
from deliberation.matters.rules import CATEGORIES, PAYERS
from deliberation.people.rules import redact
from deliberation.stages.consultation.rules import STANCES
from deliberation.stages.implementation.rules import SPENDING_KINDS, VARIATION_KINDS
from deliberation.stages.notices.rules import VERDICTS
from deliberation.stages.opinions.breakdown import LEAST
from deliberation.stages.opinions.rules import VERDICTS as ANSWERS
from deliberation.tracing import printed
from deliberation.tracing.chains import Chain, Trace, facts, trace
from deliberation.tracing.rules import ACCEPTED, stand
from deliberation.tracing.voices import voice_of
from deliberation.web.perform import or_404
from deliberation.web.render import page

WORDS = {
    "categories": CATEGORIES,
    "payers": PAYERS,
    "stances": STANCES,
    "kinds": SPENDING_KINDS,
    "variation_kinds": VARIATION_KINDS,
    "verdicts": VERDICTS,
    "answers": ANSWERS,
    "least": LEAST,
    "accepted": ACCEPTED,
    "redact": redact,
    "stand": stand,
    "facts": facts,
}


async def whole(request: Request) -> Response:
    matter = await matter_of(request)
    return _page(request, "tracing/matter.html", matter=matter, trace=await trace(matter))


async def group(request: Request) -> Response:
    return await _said(request, "groups")


async def opinion(request: Request) -> Response:
    return await _said(request, "opinions")


async def _said(request: Request, kind: str) -> Response:
    """A group of like opinions, or a single one that is public."""
    matter = await matter_of(request)
    voice = or_404(await voice_of(matter, kind, request.path_params["id"]))
    found = await trace(matter)
    chains = found.of(found.voices.items(voice.path))
    notices = await printed.hanging(matter) if kind == "groups" else []
    more = {"voice": voice, "hung": printed.of_group(notices, voice.text)}
    return _thing(request, matter, found, "voice", chains, **more)


async def item(request: Request) -> Response:
    matter = await matter_of(request)
    found = await trace(matter)
    chains = found.of(frozenset({request.path_params["id"]}))
    return _thing(request, matter, found, "item", [or_404(chains[0] if chains else None)])


async def undertaking(request: Request) -> Response:
    matter = await matter_of(request)
    found, id = await trace(matter), request.path_params["id"]
    promise = or_404(next((row for row in found.promises if row.undertaking.id == id), None))
    return _thing(
        request, matter, found, "promise", found.of(promise.items), promise=promise, mark=id
    )


async def spending(request: Request) -> Response:
    matter = await matter_of(request)
    found, id = await trace(matter), request.path_params["id"]
    rows = [
        (entry, chain)
        for chain in found.chains
        for record in chain.works
        for entry in record.spendings
        if entry.id == id
    ]
    entry, chain = or_404(rows[0] if rows else None)
    return _thing(request, matter, found, "entry", [chain], entry=entry, mark=id)


def _thing(
    request: Request, matter, found: Trace, kind: str, chains: list[Chain], **more
) -> Response:
    """The page of one thing: what it is, then every chain it stands in."""
    subject = {"voice": None, "promise": None, "entry": None, "hung": [], "mark": 0} | more
    given = {"matter": matter, "trace": found, "kind": kind, "chains": chains} | subject
    return _page(request, "tracing/thing.html", **given)


def _page(request: Request, template: str, **context) -> Response:
    """`words` once more for the macros, which see no variables of the page."""
    return page(request, template, words=WORDS, **WORDS, **context)


BASE = "/matters/{matter:int}/trace"
routes = [
    Route(BASE, whole),
    Route(f"{BASE}/items/{{id:int}}", item),
    Route(f"{BASE}/undertakings/{{id:int}}", undertaking),
    Route(f"{BASE}/spendings/{{id:int}}", spending),
    Route(f"{BASE}/groups/{{id:int}}", group),
    Route(f"{BASE}/opinions/{{id:int}}", opinion),
]
