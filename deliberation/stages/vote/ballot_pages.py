"""Voting on the phone: one page per question, one to look over, and the receipt.

The answers so far travel in the form itself, never in a URL or a session: an address with a
choice in it would stay in histories and access logs.
"""

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.acting import Forbidden, Refused
from deliberation.matters.frame import matter_of
from deliberation.stages.vote import ballots
from deliberation.stages.vote.facts import current_vote
from deliberation.stages.vote.models import Question
from deliberation.stages.vote.own import own_entries
from deliberation.stages.vote.rules import is_casting
from deliberation.web.forms import integer, read, text
from deliberation.web.perform import or_404
from deliberation.web.render import actor_of, now, page, see_other

MOST_QUESTIONS = 100


async def start(request: Request) -> Response:
    """Straight to the only line someone may vote for; a choice when there are several."""
    matter = await matter_of(request)
    vote = or_404(await current_vote(matter))
    own = or_404(await own_entries(vote, actor_of(request)) or None)
    if len(own) == 1:
        return see_other(f"/matters/{matter.id}/vote/ballot/{own[0].id}")
    return page(request, "vote/which.html", matter=matter, own=own)


async def first(request: Request) -> Response:
    return await _step(request, ballots.new_code(), {}, 1)


async def step(request: Request) -> Response:
    """The page of the question asked for; it goes on only from an answered question."""
    fields = {
        "code": text(max=40),
        "step": integer(min=1, max=MOST_QUESTIONS + 1),
        "from": integer(min=1, max=MOST_QUESTIONS + 1),
    }
    form, chosen = await read(request, fields), await _choices(request)
    if not form.ok:
        return await _step(request, ballots.new_code(), {}, 1, 422, "投票页面不完整，请重新选择")
    code, wanted, came_from = form.data["code"], form.data["step"], form.data["from"]
    if wanted > came_from and str(came_from) not in chosen:
        return await _step(request, code, chosen, came_from, 422, "请先选一项，再往下走")
    return await _step(request, code, chosen, wanted)


async def _step(
    request: Request, code: str, chosen: dict, number: int, status: int = 200, error: str = ""
) -> Response:
    matter = await matter_of(request)
    vote = or_404(await current_vote(matter))
    own = await own_entries(vote, actor_of(request))
    entry = next((row for row in own if row.id == request.path_params["entry"]), None)
    questions = await Question.filter(vote=vote)
    casting = vote.closes_at and is_casting(
        vote.status, vote.opens_at, vote.closes_at, now(request)
    )
    return page(
        request,
        "vote/ballot.html" if number <= len(questions) else "vote/review.html",
        status=status,
        matter=matter,
        vote=vote,
        entry=or_404(entry),
        questions=questions,
        number=min(number, len(questions) + 1),
        chosen=chosen,
        code=code,
        error=error,
        casting=bool(casting),
    )


async def cast(request: Request) -> Response:
    """Stores the ballot and answers with the receipt itself: a secret one is shown only once,
    and the same form sent again shows it again."""
    matter, chosen = await matter_of(request), await _choices(request)
    code = (await read(request, {"code": text(max=40)})).data.get("code", "")
    at, last = now(request), MOST_QUESTIONS + 1
    try:
        receipt = await ballots.cast(
            actor_of(request),
            matter,
            entry_id=request.path_params["entry"],
            choices=chosen,
            code=code,
            arrived=at,
            now=at,
        )
    except Forbidden as refusal:
        return _refused(request, matter, refusal, 403)
    except Refused as refusal:
        if chosen and code:
            said = "；".join(reason.rstrip("。") for reason in refusal.reasons)
            return await _step(request, code, chosen, last, 422, said)
        return _refused(request, matter, refusal, 422)
    questions = await Question.filter(vote=await current_vote(matter))
    return page(
        request, "vote/receipt.html", matter=matter, receipt=receipt, questions=questions, at=at
    )


def _refused(request: Request, matter, refusal: Refused, status: int) -> Response:
    context = {"matter": matter, "reasons": refusal.reasons}
    return page(request, "vote/refused.html", status=status, **context)


async def _choices(request: Request) -> dict[str, str]:
    """The answers in the form: fields c1, c2 … hold the key chosen for question 1, 2 …"""
    raw = await request.form(max_files=0, max_fields=MOST_QUESTIONS + 10)
    numbers = [name[1:] for name in raw if name[:1] == "c" and name[1:].isdecimal()]
    form = await read(request, {f"c{number}": text(max=20, required=False) for number in numbers})
    return {name[1:]: value for name, value in form.data.items() if value}


_BASE = "/matters/{matter:int}/vote/ballot"
AGAIN = re.compile(r"/matters/\d+/vote/ballot/\d+/cast")  # a form that may be sent again
routes = [
    Route(_BASE, start),
    Route(f"{_BASE}/{{entry:int}}", first),
    Route(f"{_BASE}/{{entry:int}}", step, methods=["POST"]),
    Route(f"{_BASE}/{{entry:int}}/cast", cast, methods=["POST"]),
]
