"""遇到问题: a page for each thing that goes wrong: what happened, what to do, whom to call."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.places.models import Place
from deliberation.places.offices import desks
from deliberation.stages.vote.roll.own import voted
from deliberation.web.perform import or_404
from deliberation.web.render import actor_of, page

TOPICS = {  # of `templates/help/`
    "lost": "登录纸条丢了",
    "revoked": "纸条作废了",
    "used": "纸条在别处登录着",
    "wrong": "我不是这个人",
    "phone": "核对不上、输错太多次",
    "moved": "搬走了、房子卖了",
    "voted": "说我投过了，可我没有投",
    "closed": "表决已经截止",
    "expired": "页面或者链接过期了",
    "paper": "不会用手机、看不清字",
}


async def index(request: Request) -> Response:
    return page(request, "help/index.html", topics=TOPICS, desks=await desks(actor_of(request)))


async def desk(request: Request) -> Response:
    """For whoever works in the community: the words that are asked about, what can be undone."""
    return page(request, "help/desk.html")


async def topic(request: Request) -> Response:
    key, actor = request.path_params["topic"], actor_of(request)
    title = or_404(TOPICS.get(key))
    context = {"title": title, "desks": await desks(actor)}
    if key == "voted":
        above = [desk.parent_id for desk in context["desks"]]
        context["desks"] += await Place.filter(id__in=above)  # who oversees the community
        context["ballots"] = await voted(actor)
    return page(request, f"help/{key}.html", **context)


routes = [
    Route("/help", index),
    Route("/help/desk", desk),
    Route("/help/{topic}", topic),
]
