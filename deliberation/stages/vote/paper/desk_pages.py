"""The paper page, and the desk of a secret vote: papers issued, handed back, put into the box.

Both entries of whatever counts are made blind: no page shows a choice that was entered before.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.calendar import local_date
from deliberation.matters.frame import frame, matter_of
from deliberation.matters.models import Matter
from deliberation.stages.vote import dangerous
from deliberation.stages.vote.count.tally import Answer, Question
from deliberation.stages.vote.facts import asked
from deliberation.stages.vote.models import Ballot, PaperCount, Vote
from deliberation.stages.vote.paper import boxes, desk, printing
from deliberation.stages.vote.paper.facts import WAITS, figures, waiting
from deliberation.stages.vote.paper.handling import officers
from deliberation.stages.vote.paper.models import Transcript
from deliberation.stages.vote.paper.proposing import propose
from deliberation.stages.vote.paper.rules import BOX_WORKERS, numbers
from deliberation.stages.vote.rules import BATCH_MOST, COUNTED, SECRET_LEAST, VOTING
from deliberation.stages.vote.step_pages import APPROVAL
from deliberation.stages.vote.step_pages import WAITS as PROPOSED
from deliberation.stages.vote.views import overview
from deliberation.web.forms import Bad, Form, Parser, choices, integer, moment, read, text
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.render import actor_of, now, page

BASE = "/matters/{matter:int}/vote/paper"
DESK = ("vote.issue_paper", "vote.enter_paper", "vote.confirm_paper")
INVALID = (Answer.INVALID.value, "无效")


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    context = await frame(request, "vote")
    roles = frozenset().union(*(context["here"].may[act] for act in DESK))
    visible_to(request, roles, context["matter"].path)
    at, matter, actor = now(request), context["matter"], actor_of(request)
    view = or_404(await overview(matter, actor, at))
    vote = view.vote
    return page(
        request,
        "vote/paper.html",
        status=status,
        form=form or Form(),
        **context,
        view=view,
        ballot=[(question, options(question)) for question in await asked(vote)],
        handling=vote.status in VOTING and at >= vote.opens_at,
        counting=vote.closes_at is not None and at >= vote.closes_at,
        pending=await dangerous.pending(vote, matter, actor, at, desk=True),
        **await _papers(vote),
        **await _around(matter, vote, at),
    )


async def _papers(vote: Vote) -> dict:
    """Numbers and what waits for a second person; never what was entered."""
    voided = PaperCount.filter(vote=vote).exclude(void_reason="")
    transcripts = Transcript.filter(vote=vote)
    scans = Ballot.filter(entry__vote=vote, scan_id__isnull=False, refused_at__isnull=True)
    return {
        "figures": await figures(vote),
        "waiting": await waiting(vote),
        "batches": await PaperCount.filter(WAITS, vote=vote).values_list("id", flat=True),
        "transcript": await transcripts.filter(WAITS).exists(),
        "voided": [*await voided, *await transcripts.exclude(void_reason="")],
        "scans": await scans.order_by("entry__number").select_related("entry", "scan")
        if vote.status in COUNTED
        else [],
        "batch_most": BATCH_MOST,
        "few_most": SECRET_LEAST - 1,
    }


async def _around(matter: Matter, vote: Vote, at: datetime) -> dict:
    """What is printed, who may help, and the rounds of the mobile box."""
    people = await officers(matter, local_date(at))
    return {
        "kinds": await printing.kinds(matter, vote),
        "prints": await printing.printed(vote),
        "printing": vote.status in ("frozen", *VOTING),
        "helpers": [(person.id, person.name) for person in people],
        "carriers": [(person.id, person.name) for person in await boxes.carriers(matter, at)],
        "rounds": await boxes.rounds(vote),
        "box_workers": BOX_WORKERS,
    }


def options(question: Question) -> list[tuple[str, str]]:
    """What a paper may say: the options, abstaining, and invalid."""
    return list((dict(question.options) | {Answer.ABSTAIN.value: "弃权"} | dict([INVALID])).items())


async def done(request: Request, form: Form, action: Callable, flash: str) -> Response:
    """Every form of the page: `action(actor, matter, **data, now=…)` carried out, or the page
    again with what was typed."""
    matter = await matter_of(request)
    return await perform(
        request,
        form,
        lambda: action(actor_of(request), matter, **form.data, now=now(request)),
        done=f"/matters/{matter.id}/vote/paper",
        again=show,
        flash=flash,
    )


def handler(id: str, fields: Mapping[str, Parser], action: Callable, flash: str):
    """The POST handler of a form whose data are the action's keywords."""

    async def handle(request: Request) -> Response:
        return await done(request, await read(request, fields, id), action, flash)

    return handle


def _numbers(items: list) -> list[int]:
    try:
        return numbers(text(max=400, message="请填写名册编号")(items))
    except ValueError as error:
        raise Bad(str(error)) from None


def _proposes(name: str) -> Callable:
    async def action(actor, matter, *, number, now):
        return await propose(actor, matter, name, number, now)

    return action


async def _returned(actor, matter, *, number, now) -> None:
    await desk.return_papers(actor, matter, numbers=number, now=now)


async def _explained(actor, matter, *, missing, reason, now) -> None:
    payload = {"missing": missing, "reason": reason}
    await dangerous.propose(actor, matter, "vote.explain_paper", payload, now)


class _Ids:
    """Ids of people; whether one may carry the box is the act's to say."""

    def __contains__(self, key: str) -> bool:
        return key.isdecimal() and len(key) < 10


async def _carried(actor, matter, *, workers, **data) -> None:
    await boxes.carry(actor, matter, workers=[int(id) for id in workers], **data)


_NUMBERS = {"number": _numbers}
_WHY = {
    "missing": integer(min=1),
    "reason": text(max=200, message="请写明少了的原因"),
}
_ROUND = {
    "went_at": moment(),
    "places": text(max=200, message="请写去了哪些楼栋"),
    "workers": choices(_Ids()),
}
_APPROVE = APPROVAL | {"shown": text(max=64)}
_STEPS = {
    "issue": handler("issue", _NUMBERS, _proposes("vote.issue_paper"), PROPOSED),
    "hand-back": handler("back", _NUMBERS, _proposes("vote.hand_back"), PROPOSED),
    "return": handler("in", _NUMBERS, _returned, "已登记交票"),
    "explain": handler("explain", _WHY, _explained, PROPOSED),
    "approve": handler("approve", _APPROVE, dangerous.approve, "已登记"),
    "withdraw": handler("withdraw", APPROVAL, dangerous.withdraw, "已撤回"),
    "box": handler("box", _ROUND, _carried, "已登记流动票箱"),
}
routes = [
    Route(BASE, show),
    *(Route(f"{BASE}/{path}", step, methods=["POST"]) for path, step in _STEPS.items()),
]
