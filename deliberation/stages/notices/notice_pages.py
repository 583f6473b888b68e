"""A notice's own page and its PDF, for everyone who has the address."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.acting import permitted
from deliberation.boards.facts import hung
from deliberation.boards.rules import MOMENTS
from deliberation.documents.actions import retry
from deliberation.documents.pages import deliver, disposition
from deliberation.documents.pictures import BOARD, page_count, page_picture
from deliberation.matters.standing import standing
from deliberation.procedure import OVERSEERS, STAFF
from deliberation.stages.notices import desk
from deliberation.stages.notices.issuing import shown
from deliberation.stages.notices.models import Notice
from deliberation.stages.notices.numbering import typed_code
from deliberation.stages.notices.objections import hangs
from deliberation.stages.notices.rules import KINDS, STATUSES
from deliberation.web.forms import Form
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.render import actor_of, now, page

A_DAY, NEVER = "public, max-age=86400, immutable", "no-store"


async def notice_of(request: Request) -> Notice:
    """The notice named in the URL; raises 404, for a draft to all but staff and overseers."""
    code = or_404(typed_code(request.path_params["code"]))
    found = Notice.get_or_none(code=code).select_related(
        "matter", "passage", "document__file", "replaces"
    )
    notice = or_404(await found)
    if notice.published_at is None:
        visible_to(request, STAFF | OVERSEERS, notice.matter.path)
    return notice


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    """A notice's public page: the same template and the same figures as on paper."""
    notice = await notice_of(request)
    superseded = notice.status == "superseded"
    file = notice.document and notice.document.file
    inside = bool(actor_of(request).roles_at(notice.matter.path) & (STAFF | OVERSEERS))
    more = {
        "status": status,
        "form": form or Form(),
        "notice": notice,
        "newest": await desk.newest(notice) if superseded else None,
        "met": await desk.counts(notice),
        "history": await desk.history(notice) if inside else [],
        "kinds": KINDS,
        "statuses": STATUSES,
        "hung": await hung(notice, now(request)) if notice.published_at else [],
        "moments": MOMENTS,
        "ahead": await _ahead(notice),
        "staff": bool(actor_of(request).roles_at(notice.matter.path) & STAFF),
        "pages": await page_count(request.app.state.files, file) if file else 0,
        "refusals": await refusals(request, notice),
    }
    return page(request, "notices/show.html", **shown(notice) | more)


async def _ahead(notice: Notice) -> int:
    """How many PDFs are made before this notice's; 0 when it does not wait."""
    waits = notice.document and not notice.document.file_id
    return await notice.document.ahead() if waits else 0


async def refusals(request: Request, notice: Notice) -> list[str]:
    """Why whoever asks may not object to a notice now; empty when they may."""
    matter = notice.matter
    if not await hangs(notice, matter, now(request)):
        return ["不在公示期内"]
    stage = (await standing(matter)).stage
    return permitted(actor_of(request), "notices.object", path=matter.path, stage=stage)


async def pdf(request: Request) -> Response:
    """The printed notice; while it is being made, a page that says so (202)."""
    notice = await notice_of(request)
    document = or_404(notice.document)
    if document.file_id:
        return await deliver(request, document.file, cache=A_DAY if notice.published_at else NEVER)
    status = 503 if document.error else 202
    staff = bool(actor_of(request).roles_at(notice.matter.path) & STAFF)
    more = {"notice": notice, "staff": staff, "ahead": await _ahead(notice)}
    response = page(request, "notices/pdf.html", status=status, **more)
    if status == 202:
        response.headers["Refresh"] = "2"  # the PDF itself comes then, without JavaScript
    return response


async def picture(request: Request) -> Response:
    """A page of the printed notice as PNG; `width` is one of the two that are drawn."""
    notice = await notice_of(request)
    file = or_404(notice.document and notice.document.file)
    number, asked = request.path_params["page"], request.query_params.get("width", str(BOARD))
    headers = {"ETag": f'"{file.sha256}-{number}-{asked}"', "Cache-Control": A_DAY}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    try:
        content = await page_picture(request.app.state.files, file, number, int(asked))
    except ValueError:
        raise HTTPException(404) from None
    headers["Content-Disposition"] = disposition(f"{notice.title}{number}.png", "inline")
    return Response(content, media_type="image/png", headers=headers)


async def again(request: Request) -> Response:
    """Puts a PDF that was given up back into the queue."""
    notice = await notice_of(request)
    return await perform(
        request,
        Form(),
        lambda: retry(actor_of(request), or_404(notice.document), now(request)),
        done=f"/notices/{notice.code}",
        again=show,
        flash="已重新排队生成",
    )


routes = [
    Route("/notices/{code}.pdf", pdf),
    Route("/notices/{code}/pages/{page:int}.png", picture),
    Route("/notices/{code}", show),
    Route("/notices/{code}/retry", again, methods=["POST"]),
]
