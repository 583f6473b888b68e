"""Voting on the phone: one page per question, one to look over, and the receipt.

The answers so far travel in the form itself, never in a URL or a session: an address with a
choice in it would stay in histories and access logs. The voter's own browser keeps the steps of a
named ballot for its Back button, of a secret one nothing; so whoever goes back and chooses anew
gets a new code with every page to look over, or the ballot would be taken for the same one.
"""

import re

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.accounts.models import Account
from deliberation.acting import Forbidden, Refused
from deliberation.log.standing import restored_reasons
from deliberation.matters.frame import matter_of
from deliberation.stages.vote.casting import ballots, rows
from deliberation.stages.vote.casting.box import line_blockers
from deliberation.stages.vote.casting.holders import holder_here
from deliberation.stages.vote.facts import current_vote
from deliberation.stages.vote.models import Question, Vote, standing
from deliberation.stages.vote.roll.own import held_entries, own_entries
from deliberation.stages.vote.rules import is_casting, phone_blockers
from deliberation.web.forms import clean, integer, read, text
from deliberation.web.perform import or_404
from deliberation.web.render import actor_of, now, page, see_other

ANOTHERS = "这张票不是您的"
MOST_QUESTIONS, MOST_TYPED = 100, 40
BLOCK = 8192  # bytes; a page with a few questions fills one or two


async def start(request: Request) -> Response:
    """Straight to the only line someone may vote for; a choice when there are several."""
    matter = await matter_of(request)
    vote = or_404(await current_vote(matter))
    own = or_404(await own_entries(vote, actor_of(request)) or None)
    if len(own) == 1:
        return see_other(f"/matters/{matter.id}/vote/ballot/{own[0].id}")
    held = await held_entries(vote, actor_of(request))
    return page(request, "vote/which.html", matter=matter, own=own, held=held)


async def first(request: Request) -> Response:
    return await _step(request, ballots.new_code(), {}, 1)


async def step(request: Request) -> Response:
    """The page of the question asked for; it goes on only from an answered question."""
    fields = {
        "code": text(max=40),
        "step": integer(min=1, max=MOST_QUESTIONS + 1),
        "from": integer(min=1, max=MOST_QUESTIONS + 1),
    }
    chosen, form = _chosen(await _form(request)), await read(request, fields)
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
    if entry is None and await _holder(request, vote):
        return await _refused(request, Forbidden(ANOTHERS), 403)
    questions = await Question.filter(vote=vote)
    before = await rows.present(vote, or_404(entry))
    if before and request.method == "GET":
        chosen = dict(before.choices)
    voters = await standing(vote).count() if vote.secret else 0
    casting = vote.closes_at and is_casting(
        vote.status, vote.opens_at, vote.closes_at, now(request)
    )
    shown = page(
        request,
        "vote/ballot.html" if number <= len(questions) else "vote/review.html",
        status=status,
        back=not vote.secret,
        matter=matter,
        vote=vote,
        entry=entry,
        before=before,
        blockers=[
            *phone_blockers(vote.secret, voters),
            *restored_reasons(matter),
            *line_blockers(vote.secret, entry.state, entry.channel),
        ],
        questions=questions,
        number=min(number, len(questions) + 1),
        chosen=chosen,
        code=code if vote.secret else ballots.new_code(),
        error=error,
        casting=bool(casting),
    )
    return even(shown)


async def cast(request: Request) -> Response:
    """Stores the ballot and answers with the receipt itself: a secret one is shown only once,
    and the same form sent again shows it again."""
    raw = await _form(request)
    chosen, code = _chosen(raw), _first(raw, "code")
    given = ballots.Cast(
        actor=actor_of(request),
        entry=request.path_params["entry"],
        choices=chosen,
        code=code,
        arrived=now(request),
        now=request.app.state.clock.now(),  # a form may take its time to arrive in full
    )
    try:
        receipt = await ballots.put_in(request.path_params["matter"], given)
    except Forbidden as refusal:
        return await _refused(request, refusal, 403)
    except Refused as refusal:
        if chosen and code:
            said = "；".join(reason.rstrip("。") for reason in refusal.reasons)
            return await _step(request, code, chosen, MOST_QUESTIONS + 1, 422, said)
        return await _refused(request, refusal, 422)
    again = not receipt.secret and receipt.cast_at < given.now
    replaced = again and await rows.is_followed(given.entry, receipt.version)
    context = {"matter": request.path_params["matter"], "receipt": receipt, "replaced": replaced}
    return even(page(request, "vote/receipt.html", back=not receipt.secret, **context))


async def _refused(request: Request, refusal: Refused, status: int) -> Response:
    matter, entry = await matter_of(request), request.path_params["entry"]
    vote = await current_vote(matter) if status == 403 else None
    holder = await _holder(request, vote) if vote else None
    context = {"matter": matter, "entry": entry, "holder": holder, "reasons": refusal.reasons}
    return even(page(request, "vote/refused.html", status=status, **context))


async def _holder(request: Request, vote: Vote) -> Account | None:
    entry = request.path_params["entry"]
    return await holder_here(request.state.session, vote, entry, now(request))


def even(response: Response) -> Response:
    """The page filled up to whole blocks and not compressed: on its way through the network its
    size tells nothing of what was chosen."""
    body = bytes(response.body)
    response.body = body + b" " * (-len(body) % BLOCK)
    response.headers["Content-Length"] = str(len(response.body))
    response.headers["Content-Encoding"] = "identity"
    return response


async def _form(request: Request) -> FormData:
    return await request.form(max_files=0, max_fields=MOST_QUESTIONS + 10)


def _first(raw: FormData, name: str) -> str:
    """What was typed, or '' when it is longer than anything that could be meant."""
    typed = clean(next(iter(raw.getlist(name)), ""))
    return typed if len(typed) <= MOST_TYPED else ""


def _chosen(raw: FormData) -> dict[str, str]:
    """The answers in the form: fields c1, c2 … hold the key chosen for question 1, 2 …"""
    numbers = [name[1:] for name in raw if name[:1] == "c" and name[1:].isdecimal()]
    chosen = {number: _first(raw, f"c{number}") for number in numbers}
    return {number: answer for number, answer in chosen.items() if answer}


_BASE = "/matters/{matter:int}/vote/ballot"
AGAIN = re.compile(r"/matters/\d+/vote/ballot/\d+/cast")  # a form that may be sent again
routes = [
    Route(_BASE, start),
    Route(f"{_BASE}/{{entry:int}}", first),
    Route(f"{_BASE}/{{entry:int}}", step, methods=["POST"]),
    Route(f"{_BASE}/{{entry:int}}/cast", cast, methods=["POST"]),
]
