"""Paper at the desk: sheets entered and entered again, papers issued, returned and counted.

Both entries are made blind: no page shows a choice or a number that was entered before.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.matters.frame import frame, matter_of
from deliberation.stages.vote import dangerous
from deliberation.stages.vote.facts import asked, current_vote, unconfirmed_paper
from deliberation.stages.vote.models import PaperCount, Vote, standing
from deliberation.stages.vote.paper import sheets as paper
from deliberation.stages.vote.rules import BATCH_MOST, VOTING
from deliberation.stages.vote.step_pages import APPROVAL, WAITS
from deliberation.stages.vote.tally import Answer, Question
from deliberation.stages.vote.views import overview
from deliberation.web.forms import Form, choice, integer, read, text
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.render import actor_of, now, page

DESK = ("vote.issue_paper", "vote.enter_paper", "vote.confirm_paper")
NUMBER = {"number": integer(min=1, max=10**6)}
INVALID = (Answer.INVALID.value, "无效")


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    context = await frame(request, "vote")
    roles = frozenset().union(*(context["here"].may[act] for act in DESK))
    visible_to(request, roles, context["matter"].path)
    view = or_404(await overview(context["matter"], actor_of(request), now(request)))
    vote, matter, actor = view.vote, context["matter"], actor_of(request)
    return page(
        request,
        "vote/paper.html",
        status=status,
        form=form or Form(),
        **context,
        view=view,
        ballot=[(question, options(question)) for question in await asked(view.vote)],
        waiting=await unconfirmed_paper(view.vote),
        handling=view.vote.status in VOTING and now(request) >= view.vote.opens_at,
        counting=view.vote.closes_at is not None and now(request) >= view.vote.closes_at,
        pending=await dangerous.pending(vote, matter, actor, now(request), desk=True),
        **await _figures(view.vote),
    )


async def _figures(vote: Vote) -> dict:
    roll = standing(vote)
    counted = PaperCount.filter(vote=vote, refused_at__isnull=True)
    return {
        "issued": await roll.filter(state="paper_issued").count(),
        "returned": await roll.filter(state="voted", channel="paper").count(),
        "counted": sum(await counted.values_list("papers", flat=True)),
        "batches": await counted.filter(confirmed_by__isnull=True).values_list("id", flat=True),
        "batch_most": BATCH_MOST,
    }


def options(question: Question) -> list[tuple[str, str]]:
    """What a paper may say: the options, abstaining, and invalid."""
    return list((dict(question.options) | {Answer.ABSTAIN.value: "弃权"} | dict([INVALID])).items())


async def _do(request: Request, id: str, fields: dict, action, flash: str) -> Response:
    matter = await matter_of(request)
    form = await read(request, fields, id)
    return await perform(
        request,
        form,
        lambda: action(actor_of(request), matter, **_typed(form), now=now(request)),
        done=f"/matters/{matter.id}/vote/paper",
        again=show,
        flash=flash,
    )


def _typed(form: Form) -> dict:
    """The form's data, with c… fields gathered as choices and t…-… fields as tallies."""
    plain = {key: value for key, value in form.data.items() if key[0] not in "ct"}
    choices = {key[1:]: value for key, value in form.data.items() if key[0] == "c"}
    tallies: dict[str, dict] = {}
    for key, value in form.data.items():
        if key[0] == "t":
            question, option = key[1:].split("-", 1)
            tallies.setdefault(question, {})[option] = value
    return (
        plain
        | ({"choices": choices} if choices else {})
        | ({"tallies": tallies} if tallies else {})
    )


async def _questions(request: Request) -> list[Question]:
    return await asked(or_404(await current_vote(await matter_of(request))))


async def _sheet(request: Request) -> dict:
    return NUMBER | {f"c{one.key}": choice(dict(options(one))) for one in await _questions(request)}


async def _tallies(request: Request) -> dict:
    heads = integer(max=BATCH_MOST)
    return {"papers": integer(min=1, max=BATCH_MOST)} | {
        f"t{one.key}-{key}": heads for one in await _questions(request) for key, _ in options(one)
    }


async def enter(request: Request) -> Response:
    return await _do(request, "sheet", await _sheet(request), paper.enter_sheet, "已录入，待核对")


async def confirm(request: Request) -> Response:
    fields = await _sheet(request)
    return await _do(request, "confirm", fields, paper.confirm_sheet, "核对一致，已计入")


async def refuse(request: Request) -> Response:
    return await _do(request, "refuse", NUMBER, paper.refuse_sheet, "已退回这次录入")


def _proposes(name: str):
    """The first half of what takes two people at the desk."""

    async def action(actor, matter, *, number, now):
        return await dangerous.propose(actor, matter, name, {"numbers": [number]}, now)

    return action


async def issue(request: Request) -> Response:
    return await _do(request, "issue", NUMBER, _proposes("vote.issue_paper"), WAITS)


async def hand_back(request: Request) -> Response:
    return await _do(request, "back", NUMBER, _proposes("vote.hand_back"), WAITS)


async def approve(request: Request) -> Response:
    fields = APPROVAL | {"shown": text(max=64)}
    return await _do(request, "approve", fields, dangerous.approve, "已登记")


async def withdraw(request: Request) -> Response:
    return await _do(request, "withdraw", APPROVAL, dangerous.withdraw, "已撤回")


async def give_in(request: Request) -> Response:
    return await _do(request, "in", NUMBER, paper.return_paper, "已登记交票")


async def count(request: Request) -> Response:
    return await _do(request, "count", await _tallies(request), paper.enter_count, "已录入，待核对")


async def confirm_count(request: Request) -> Response:
    fields = {"batch": integer(min=1, max=2**31 - 1)} | await _tallies(request)
    return await _do(request, "recount", fields, paper.confirm_count, "核对一致，已计入")


async def refuse_count(request: Request) -> Response:
    fields = {"batch": integer(min=1, max=2**31 - 1)}
    return await _do(request, "refuse-count", fields, paper.refuse_count, "已退回这一批")


_BASE = "/matters/{matter:int}/vote/paper"
_STEPS = {
    "enter": enter,
    "confirm": confirm,
    "refuse": refuse,
    "issue": issue,
    "hand-back": hand_back,
    "approve": approve,
    "withdraw": withdraw,
    "return": give_in,
    "count": count,
    "count/confirm": confirm_count,
    "count/refuse": refuse_count,
}
routes = [
    Route(_BASE, show),
    *(Route(f"{_BASE}/{path}", step, methods=["POST"]) for path, step in _STEPS.items()),
]
