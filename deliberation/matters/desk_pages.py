"""The desk: what waits for whoever holds an office, by its date, the tools they have, and where
every matter stands."""

from collections import Counter

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.procedure import OVERSEERS, STAFF, Role
from deliberation.procedures import STANDING
from deliberation.tasks.first_hour import following, steps
from deliberation.tasks.listing import READY, at_desk
from deliberation.tasks.rules import Task, by_matter, divided
from deliberation.web.forms import Form
from deliberation.web.perform import or_404
from deliberation.web.render import actor_of, now, page

LINES = 12  # matters shown as a line
OVER = frozenset({Role.SUBDISTRICT, Role.DISTRICT})
SEEKERS = STANDING["people.search"]
TOOLS = (  # who has it, where it is, what it is for
    (OVER, "/overview", "辖区情况", "每件事走到哪一步，过期的、提请上来的"),
    (frozenset({Role.CLERK}), "/rolls", "居民名册", "从 Excel 导入，预览、撤销"),
    (frozenset({Role.CLERK, Role.COMMITTEE}), "/slips", "登录纸条", "按楼栋打印，一户一码"),
    (STAFF | OVERSEERS, "/people", "人员", "查找、改正、任命"),
    (STAFF | OVERSEERS, "/slips/issued", "登录发放记录", "谁给谁发过纸条、帮谁登录过"),
    (STAFF | OVERSEERS, "/boards", "公示栏", "电子屏配对、纸质公示栏拍照、挂过什么"),
    (STAFF | OVERSEERS, "/objections", "异议登记簿", "答复期限，超期的在前面"),
    (STAFF, "/messages", "短信", "发了什么，发到没有"),
    (frozenset({Role.ADMINISTRATOR, Role.CLERK}), "/places", "地点", "小区、楼栋、办公电话"),
    (
        STAFF | {Role.SUPERVISOR},
        "/help/desk",
        "经办帮助",
        "常问的几个词，办错了哪些能撤回",
    ),
    (frozenset({Role.ADMINISTRATOR}), "/system", "运行情况", "备份、磁盘、公示栏、密钥"),
    (frozenset({Role.ADMINISTRATOR}), "/staff", "工作人员账号", "开通、停用"),
    (frozenset({Role.ADMINISTRATOR}), "/calendars", "节假日表", "每年11月录入下一年"),
)


async def desk(request: Request) -> Response:
    actor = or_404(actor_of(request) if actor_of(request).is_staff else None)
    oversees = bool(OVER & set(actor.roles))
    minute = now(request).replace(second=0, microsecond=0)
    scope, listed, names = await at_desk(actor, minute)
    way = await steps(actor, listed, now(request))
    return page(
        request,
        "matters/desk.html",
        now=now(request),
        form=Form(),
        inside=bool(SEEKERS & set(actor.roles)),
        steps=way,
        step=following(way),
        by_matter=by_matter,
        tasks=divided(listed, now(request)),
        lines=[] if oversees else scope.stands[:LINES],
        ready={task.matter.id for task in listed if task.what == READY},
        open=Counter(task.matter.id for task in listed if _lacks(task)),
        names=names,
        tools=[tool for tool in TOOLS if tool[0] & set(actor.roles)],
        oversees=oversees,
        registers=bool(STAFF & set(actor.roles)),
    )


def _lacks(task: Task) -> bool:
    """Whether it is something that a matter still needs, and not the step on."""
    return task.matter is not None and not task.done and task.what != READY


routes = [Route("/desk", desk)]
