"""The paper desk: forms to print, files to bring, pages that wait; and where a code leads."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.documents.actions import retry
from deliberation.documents.models import Document
from deliberation.documents.uploads import media_type
from deliberation.matters.frame import frame
from deliberation.stages.opinions.desk_pages import BUILDING, building_options, staffed
from deliberation.stages.opinions.paper import bringing, desk, printing
from deliberation.stages.opinions.paper.models import PaperForm, copies
from deliberation.stages.opinions.paper.rules import PATH, is_code
from deliberation.web.forms import Form, integer, read, text, uploads
from deliberation.web.perform import or_404, perform
from deliberation.web.render import actor_of, now, page, see_other

BASE = "/matters/{matter:int}/opinions/paper"
MOST, COUNT = 20 * 1024 * 1024, 20
SUM = 24 * 1024 * 1024  # bytes of one form's files, a little less than any request may have


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    matter = await staffed(request)
    return page(
        request,
        "opinions/paper/desk.html",
        status=status,
        **await frame(request, "opinions"),
        form=form or Form(),
        building_options=await building_options(matter),
        printed=await printing.printed(matter),
        waiting=await desk.waiting(matter),
        left=await desk.left(matter),
        put_away=await desk.put_away(matter),
        copies=len(await copies(matter)),
        reading=await desk.being_read(matter),
        most=MOST,
        sum=SUM,
        count=COUNT,
    )


async def order(request: Request) -> Response:
    matter = await staffed(request)
    fields = {"building": BUILDING, "room": text(max=20, required=False)}
    form = await read(request, fields, "print")
    return await perform(
        request,
        form,
        lambda: printing.order(actor_of(request), matter, **form.data, now=now(request)),
        done=f"/matters/{matter.id}/opinions/paper",
        again=show,
        flash="正在生成，好了以后在这里下载",
    )


async def again(request: Request) -> Response:
    matter = await staffed(request)
    form = await read(request, {"document": integer(min=1, max=2**31 - 1)}, "retry")
    own = Document.filter(matter=matter, template=printing.TEMPLATE)
    document = or_404(await own.get_or_none(id=form.data.get("document", 0)))
    return await perform(
        request,
        form,
        lambda: retry(actor_of(request), document, now(request)),
        done=f"/matters/{matter.id}/opinions/paper",
        again=show,
        flash="已重新排队生成",
    )


async def bring(request: Request) -> Response:
    matter = await staffed(request)
    form = await read(request, {"files": uploads(most=MOST, count=COUNT)}, "bring")
    _known(form)

    async def action() -> None:
        inbox, files = request.app.state.inbox, form.data["files"]
        await bringing.bring(actor_of(request), matter, inbox, files, now(request))

    done = f"/matters/{matter.id}/opinions/paper"
    flash = "文件收到了，正在读二维码"
    return await perform(request, form, action, done=done, again=show, flash=flash)


def _known(form: Form) -> None:
    """Says at once what cannot be read at all; the rest is looked at in a process of its own."""
    for name, content in form.data.get("files", []):
        try:
            media_type(content)
        except ValueError as error:
            form.errors["files"] = f"{name}：{error}"


async def scanned(request: Request) -> Response:
    """Where the code of a form leads: to the matter, whoever scans it, and nothing else is said."""
    code = request.path_params["code"]
    found = await PaperForm.get_or_none(code=code) if is_code(code) else None
    return see_other(f"/matters/{or_404(found).matter_id}/opinions")


routes = [
    Route(f"{PATH}{{code}}", scanned),
    Route(BASE, show),
    Route(f"{BASE}/print", order, methods=["POST"]),
    Route(f"{BASE}/retry", again, methods=["POST"]),
    Route(f"{BASE}/bring", bring, methods=["POST"]),
]
