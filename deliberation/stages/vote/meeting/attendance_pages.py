"""The sign-in list of the meeting, for the staff who keep it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.matters.frame import frame, matter_of
from deliberation.procedure import STAFF
from deliberation.stages.vote.facts import current_vote
from deliberation.stages.vote.meeting import attendance
from deliberation.stages.vote.views import overview, people_on_roll
from deliberation.web.forms import Form, choices, read
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.render import actor_of, now, page


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    context = await frame(request, "vote")
    visible_to(request, STAFF, context["matter"].path)
    view = or_404(await overview(context["matter"], actor_of(request), now(request)))
    meeting = or_404(view.meeting)
    came = await attendance.signed_in(meeting)
    people = await people_on_roll(view.vote)
    return page(
        request,
        "vote/attendance.html",
        status=status,
        form=form or Form(),
        **context,
        view=view,
        came=[(number, person) for number, person in people if person.id in came],
        absent=[
            (str(person.id), f"{number}号 {person.name}")
            for number, person in people
            if person.id not in came
        ],
    )


async def sign_in(request: Request) -> Response:
    matter = await matter_of(request)
    vote = or_404(await current_vote(matter))
    known = {str(person.id) for _, person in await people_on_roll(vote)}
    form = await read(request, {"persons": choices(known, required=True)}, "persons")

    async def action():
        persons = [int(person) for person in form.data["persons"]]
        await attendance.sign_in(actor_of(request), matter, persons=persons, now=now(request))

    url = f"/matters/{matter.id}/vote/attendance"
    return await perform(request, form, action, done=url, again=show, flash="已签到")


_BASE = "/matters/{matter:int}/vote/attendance"
routes = [
    Route(_BASE, show),
    Route(_BASE, sign_in, methods=["POST"]),
]
