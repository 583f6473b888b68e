"""Where a household says right or wrong, and where staff settle what is wrong."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.accounts.me_pages import me
from deliberation.matters.frame import frame, matter_of
from deliberation.stages.opinions import listing, rules
from deliberation.stages.opinions import pages as opinion_pages
from deliberation.stages.opinions.desk_pages import staffed
from deliberation.stages.opinions.reviews import actions
from deliberation.stages.opinions.reviews.given import open_contests
from deliberation.stages.opinions.reviews.rules import CHOICES
from deliberation.web.forms import Form, choice, read, text
from deliberation.web.perform import perform
from deliberation.web.render import actor_of, now, page

BASE = "/matters/{matter:int}/opinions"
BACK = {"me": me, "matter": opinion_pages.show}


async def review(request: Request) -> Response:
    matter, opinion = await matter_of(request), request.path_params["opinion"]
    fields = {
        "agrees": choice(("yes", "no")),
        "wrong": text(max=500, required=False),
        "back": choice(BACK),
    }
    form = await read(request, fields, f"review-{opinion}")
    back = form.data.get("back", "matter")

    async def action() -> None:
        said = {"agrees": form.data["agrees"] == "yes", "wrong": form.data["wrong"]}
        await actions.review(actor_of(request), matter, opinion, **said, now=now(request))

    done = "/me#given" if back == "me" else f"/matters/{matter.id}/opinions#given"
    return await perform(request, form, action, done=done, again=BACK[back], flash="记下了")


async def contested(request: Request, form: Form | None = None, status: int = 200) -> Response:
    matter = await staffed(request)
    return page(
        request,
        "opinions/reviews/contested.html",
        status=status,
        **await frame(request, "opinions"),
        form=form or Form(),
        contests=await open_contests(matter),
        choices=list(CHOICES.items()),
        listing=listing,
        rules=rules,
    )


async def settle(request: Request) -> Response:
    matter, opinion = await staffed(request), request.path_params["opinion"]
    fields = {
        "outcome": choice(CHOICES, message="请选怎么处理"),
        "text": text(max=rules.MOST_TEXT, required=False),
        "stance": choice(rules.STANCES, required=False),
        "reason": text(max=200, message="请写明理由，住户会看到"),
    }
    form = await read(request, fields, f"settle-{opinion}")
    return await perform(
        request,
        form,
        lambda: actions.settle(actor_of(request), matter, opinion, **form.data, now=now(request)),
        done=f"/matters/{matter.id}/opinions/contested",
        again=contested,
        flash="已处理，住户在“我的”里看得到",
    )


routes = [
    Route(f"{BASE}/contested", contested),
    Route(f"{BASE}/{{opinion:int}}/review", review, methods=["POST"]),
    Route(f"{BASE}/{{opinion:int}}/settle", settle, methods=["POST"]),
]
