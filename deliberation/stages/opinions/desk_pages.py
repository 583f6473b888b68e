"""The staff's side of hearing: writing opinions down, taking files in, giving a file out."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.calendar import local_date
from deliberation.matters.frame import frame, matter_of
from deliberation.matters.models import Matter
from deliberation.procedure import STAFF
from deliberation.stages.opinions import importing, listing, recording, rules
from deliberation.stages.opinions.coverage import buildings_of, names_of
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.opinions.survey.facts import asked_in
from deliberation.stages.opinions.survey.forms import answer_fields, given
from deliberation.stages.opinions.survey.rules import QUESTIONS, WILLING
from deliberation.web.forms import Form, choice, clean, day, integer, read, text, upload
from deliberation.web.perform import perform, visible_to
from deliberation.web.render import actor_of, form_code, now, page

MOST_FILE = 5 * 1024 * 1024


async def staffed(request: Request) -> Matter:
    """The matter in the URL for its staff; raises 404 for everyone else."""
    matter = await matter_of(request)
    visible_to(request, STAFF, matter.path)
    return matter


def filters(request: Request) -> dict[str, str]:
    """What the staff's list is asked for; unknown values are as good as none."""
    query = request.query_params
    state, channel = query.get("state", ""), query.get("channel", "")
    return {
        "state": state if state in listing.STATES else "",
        "channel": channel if channel in rules.CHANNELS else "",
        "words": clean(query.get("words", ""))[:40],
    }


async def building_options(matter: Matter) -> list[tuple[str, str]]:
    """The buildings in scope to choose from."""
    names = names_of(await buildings_of(matter))
    return [(str(id), name) for id, name in names.items()]


async def _last_door(request: Request, matter: Matter) -> dict[str, str]:
    """What stays the same at the next door: a visit's channel, building and visitors."""
    rows = Opinion.filter(matter=matter, recorded_by=actor_of(request).account_id)
    last = await rows.order_by("-id").first().select_related("household")
    if last is None or last.channel != "visit" or last.household is None:
        return {}
    for id, _ in await building_options(matter):
        if f"/{id}/" in last.household.path:
            return {"channel": last.channel, "building": id, "visitors": last.visitors}
    return {}


async def recorder(request: Request, form: Form | None = None, status: int = 200) -> Response:
    matter = await staffed(request)
    today = local_date(now(request)).isoformat()
    return page(
        request,
        "opinions/record.html",
        status=status,
        **await frame(request, "opinions"),
        form=form or Form(),
        initial={"said_on": today} | await _last_door(request, matter),
        building_options=await building_options(matter),
        code=form_code(request),
        asked=await asked_in(matter),
        questions=QUESTIONS,
        willing=WILLING,
        rules=rules,
    )


BUILDING = integer(max=2**31 - 1, required=False)  # a field that takes the id of one of them
RECORD = {
    "channel": choice(rules.SINGLY, message="请选渠道"),
    "building": BUILDING,
    "room": text(max=20, required=False),
    "visitors": text(max=60, required=False),
    "speaker": text(max=20, required=False),
    "origin": text(max=40, required=False),
    "stance": choice(rules.STANCES, required=False),
    "text": text(max=rules.MOST_TEXT, required=False),
    "said_on": day(),
}


async def record(request: Request) -> Response:
    matter = await staffed(request)
    asked = await asked_in(matter)
    fields = RECORD | answer_fields(asked) | {"request_code": text(max=40)}
    form = await read(request, fields, "record")

    async def action():
        heard = {name: form.data[name] for name in RECORD}
        said = recording.Said(**heard, given=given(form, asked))
        code = form.data["request_code"]
        return await recording.record(
            actor_of(request), matter, said, request_code=code, now=now(request)
        )

    done = f"/matters/{matter.id}/opinions/record"
    return await perform(request, form, action, done=done, again=recorder, flash="已登记一条意见")


async def importer(request: Request, form: Form | None = None, status: int = 200) -> Response:
    await staffed(request)
    return page(
        request,
        "opinions/import.html",
        status=status,
        **await frame(request, "opinions"),
        form=form or Form(),
        initial={"said_on": local_date(now(request)).isoformat()},
        rules=rules,
    )


async def import_(request: Request) -> Response:
    matter = await staffed(request)
    fields = {
        "file": upload(most=MOST_FILE),
        "said_on": day(),
        "visitors": text(max=60, required=False),
    }
    form = await read(request, fields, "import")

    async def action():
        data = form.data["file"][1]
        rest = {"said_on": form.data["said_on"], "visitors": form.data["visitors"]}
        return await importing.import_file(
            actor_of(request), matter, data, **rest, now=now(request)
        )

    done = f"/matters/{matter.id}/opinions/list"
    return await perform(request, form, action, done=done, again=importer, flash="全部导入了")


async def export(request: Request) -> Response:
    matter = await staffed(request)
    content = await listing.export(matter, listing.listed(matter, **filters(request)))
    return Response(
        content,
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="opinions-{matter.number}.csv"',
            "Cache-Control": "no-store",
        },
    )


routes = [
    Route("/matters/{matter:int}/opinions/record", recorder),
    Route("/matters/{matter:int}/opinions/record", record, methods=["POST"]),
    Route("/matters/{matter:int}/opinions/import", importer),
    Route("/matters/{matter:int}/opinions/import", import_, methods=["POST"]),
    Route("/matters/{matter:int}/opinions/export.csv", export),
]
