"""The desk: what waits where whoever asks holds an office, and the tools they have."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.acting import Actor, may
from deliberation.approvals.actions import own_reasons
from deliberation.approvals.models import Approval
from deliberation.boards.facts import silent
from deliberation.matters.models import Matter
from deliberation.matters.standing import Standing, blockers, standing
from deliberation.places.offices import covered
from deliberation.procedure import OVERSEERS, STAFF, Role, Stage
from deliberation.procedures import STANDING
from deliberation.web.perform import or_404
from deliberation.web.render import actor_of, now, page

TOOLS = (  # who has it, where it is, what it is for
    (frozenset({Role.CLERK}), "/rolls", "居民名册", "从 Excel 导入，预览、撤销"),
    (frozenset({Role.CLERK, Role.COMMITTEE}), "/slips", "登录纸条", "按楼栋打印，一户一码"),
    (STAFF | OVERSEERS, "/people", "人员", "查找、改正、任命"),
    (STAFF | OVERSEERS, "/boards", "公示栏", "电子屏配对、纸质公示栏拍照、挂过什么"),
    (STAFF | OVERSEERS, "/objections", "异议登记簿", "答复期限，超期的在前面"),
    (frozenset({Role.ADMINISTRATOR, Role.CLERK}), "/places", "地点", "小区、楼栋、办公电话"),
    (frozenset({Role.ADMINISTRATOR}), "/system", "运行情况", "备份、磁盘、公示栏、密钥"),
    (frozenset({Role.ADMINISTRATOR}), "/staff", "工作人员账号", "开通、停用"),
    (frozenset({Role.ADMINISTRATOR}), "/calendars", "节假日表", "每年11月录入下一年"),
)


async def desk(request: Request) -> Response:
    actor = or_404(actor_of(request) if actor_of(request).is_staff else None)
    rows = await Matter.filter(ended="")
    mine = [item for item in rows if actor.roles_at(item.path) & (STAFF | OVERSEERS)]
    waiting = [await _waiting(item, request) for item in mine]
    inside = covered(actor, STANDING["boards.pair"], "place__path")
    stages = {stands.matter.id: stands.stage for stands, _ in waiting}
    return page(
        request,
        "matters/desk.html",
        waiting=waiting,
        approvals=await _approvals(actor, stages),
        silent=await silent(inside, now(request)) if inside else [],
        tools=[tool for tool in TOOLS if tool[0] & set(actor.roles)],
        registers=bool(STAFF & set(actor.roles)),
        mine=set(actor.roles),
    )


async def _waiting(matter: Matter, request: Request) -> tuple[Standing, list[str]]:
    """Where a matter stands and what is missing before it can move on."""
    stands = await standing(matter)
    return stands, await blockers(matter, stands.stage, now(request))


async def _approvals(actor: Actor, stages: dict[int, Stage]) -> list[Approval]:
    """Proposals that whoever asks may approve as the second person."""
    rows = await Approval.filter(matter_id__in=list(stages), decision="").select_related("matter")
    return [
        row
        for row in rows
        if not own_reasons(actor, row) and may(actor, row.act, row.matter, stages[row.matter_id])
    ]


routes = [Route("/desk", desk)]
