"""The pages of the two stages: drafting, signing off, the register of objections."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.matters.frame import frame, matter_of
from deliberation.matters.models import Passage
from deliberation.matters.standing import standing
from deliberation.people.rules import mask_phone
from deliberation.procedure import OVERSEERS, STAFF
from deliberation.stages.notices import actions, desk, register
from deliberation.stages.notices.figures import KIND
from deliberation.stages.notices.objections import order_register, printed_register
from deliberation.stages.notices.rules import STATUSES
from deliberation.stages.notices.words import OPINION, WITHDRAWAL, WRITTEN
from deliberation.web.forms import Form, integer, read, text
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.render import actor_of, now, page

MOST = 2**31 - 1
NOTE = {"note": text(max=WRITTEN["note"][1], required=False)}


async def _stage(request: Request, key: str, form: Form | None, status: int) -> Response:
    context = await frame(request, key)
    matter, passage = context["matter"], context["passage"]
    inside = bool(actor_of(request).roles_at(matter.path) & (STAFF | OVERSEERS))
    around = await desk.around(passage)
    drafted = around["draft"]
    signs = drafted and context["may"]("notices.publish")
    checks = drafted and not drafted.checked_at and context["may"]("notices.check")
    return page(
        request,
        "notices/stage.html",
        status=status,
        form=form or Form(),
        inside=inside,
        unsigned=await desk.unsigned(matter, drafted, actor_of(request)) if signs else [],
        checks=checks,
        unfit=await desk.unfit(matter, drafted) if checks else [],
        history=await desk.history(drafted) if drafted and inside else [],
        register=await _register(request, passage) if inside else [],
        printed=await printed_register(matter) if inside else None,
        statuses=STATUSES,
        **around,
        **context,
    )


async def _register(request: Request, passage: Passage) -> list[dict]:
    phones = request.app.state.phones
    rows = await register.of_stay(passage, now(request))
    return [row | {"phone": mask_phone(phones.reveal(row["row"].phone_cipher))} for row in rows]


async def decision(request: Request) -> Response:
    return await _stage(request, "decision_notice", None, 200)


async def result(request: Request) -> Response:
    return await _stage(request, "result_notice", None, 200)


async def works(request: Request, form: Form | None = None, status: int = 200) -> Response:
    """The notices of the stage where a matter stands; interim ones during the works."""
    matter = await matter_of(request)
    stands = await standing(matter)
    stays = [stay.stage for stay in stands.passages if stay.stage in KIND]
    if status == 200:
        visible_to(request, STAFF | OVERSEERS, matter.path)
    return await _stage(request, or_404(stays[-1] if stays else None), form, status)


async def _written(request: Request, id: str, fields: dict, action, flash: str) -> Response:
    """One of the acts on a matter's notice: draft, correct, sign off, withdraw, supervise."""
    matter = await matter_of(request)
    form = await read(request, fields, id)

    async def act():
        await action(actor_of(request), matter, **form.data, now=now(request))

    url = f"/matters/{matter.id}/{matter.stage}"
    if matter.stage == "implementation":
        url = f"/matters/{matter.id}/notices"
    return await perform(request, form, act, done=url, again=works, flash=flash)


async def draft(request: Request) -> Response:
    return await _written(request, "draft", NOTE, actions.draft, "已起草，请核对以后由另一人签发")


async def correct(request: Request) -> Response:
    why = text(max=WRITTEN["reason"][1], message="请写明更正的原因")
    fields = NOTE | {"reason": why, "notice": integer(max=MOST)}
    return await _written(
        request, "correct", fields, actions.correct, "已起草更正，请核对以后由另一人签发"
    )


async def check(request: Request) -> Response:
    fields = {"notice": integer(max=MOST), "shown": integer(max=MOST)}
    return await _written(request, "check", fields, actions.check, "已核对，请起草人以外的书记签发")


async def publish(request: Request) -> Response:
    fields = {"notice": integer(max=MOST)}
    return await _written(request, "publish", fields, actions.publish, "已签发，公示期从明天起算")


async def withdraw(request: Request) -> Response:
    fields = {"reason": text(max=WITHDRAWAL[1], message="请写明异议成立的理由")}
    matter = await matter_of(request)
    form = await read(request, fields, "withdraw")
    return await perform(
        request,
        form,
        lambda: actions.withdraw(actor_of(request), matter, **form.data, now=now(request)),
        done=f"/matters/{matter.id}",
        again=works,
        flash="已撤回并公告",
    )


async def supervise(request: Request) -> Response:
    fields = {"text": text(max=OPINION[1], message="请写监督意见")}
    return await _written(request, "supervise", fields, actions.supervise, "监督意见已登记")


async def print_register(request: Request) -> Response:
    return await _written(request, "register", {}, order_register, "异议登记簿已排队生成")


routes = [
    Route("/matters/{matter:int}/decision_notice", decision),
    Route("/matters/{matter:int}/result_notice", result),
    Route("/matters/{matter:int}/notices", works),
    Route("/matters/{matter:int}/notices/draft", draft, methods=["POST"]),
    Route("/matters/{matter:int}/notices/correct", correct, methods=["POST"]),
    Route("/matters/{matter:int}/notices/check", check, methods=["POST"]),
    Route("/matters/{matter:int}/notices/publish", publish, methods=["POST"]),
    Route("/matters/{matter:int}/notices/withdraw", withdraw, methods=["POST"]),
    Route("/objections/{matter:int}/register", print_register, methods=["POST"]),
    Route("/matters/{matter:int}/notices/supervise", supervise, methods=["POST"]),
]
