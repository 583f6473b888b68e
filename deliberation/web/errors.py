"""Error pages: one sentence on what happened and one on what to do."""

import logging

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from tortoise.exceptions import DoesNotExist

from deliberation.acting import Forbidden, Refused
from deliberation.web.expired import expired
from deliberation.web.render import page

logger = logging.getLogger("deliberation")

SENTENCES = {
    400: "请求不完整。请返回上一页重新填写。",
    403: "您现在不能办这一步。",
    404: "没有这个页面，或者您不能看。请从首页重新进入。",
    405: "这个地址不能这样使用。请从首页重新进入。",
    413: "上传的内容太大了。请按返回键回到填写的页面，换小一些的文件，或者分几次交。",
    500: "程序出错了，您填写的内容没有保存。请稍后再试，或者联系社区。",
}


async def http_error(request: Request, error: HTTPException) -> Response:
    if error.status_code in (403, 404) and _was_signed_in(request):
        return await expired(request)
    return show(request, error.status_code, [])


async def not_found(request: Request, error: DoesNotExist) -> Response:
    return await http_error(request, HTTPException(404))


def _was_signed_in(request: Request) -> bool:
    """Whether a page there is may be missing only because a signing-in has ended."""
    return request.method == "GET" and request.state.expired and "route" in request.scope


async def refused(request: Request, error: Refused) -> Response:
    """A refusal that no form page caught."""
    return show(request, 403 if isinstance(error, Forbidden) else 422, error.reasons)


async def crashed(request: Request, error: Exception) -> Response:
    # The type only: a message may quote what someone typed.
    logger.error("%s on %s %s", type(error).__name__, request.method, request.scope.get("route"))
    return show(request, 500, [])


def show(request: Request, status: int, reasons: list[str]) -> Response:
    sentence = SENTENCES.get(status, SENTENCES[400])
    return page(request, "error.html", status=status, code=status, text=sentence, reasons=reasons)


HANDLERS = {
    HTTPException: http_error,
    DoesNotExist: not_found,
    Refused: refused,
    500: crashed,
}
