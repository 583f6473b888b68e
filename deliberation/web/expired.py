"""Whose signing-in ended in the middle, by time or elsewhere: one page says so and leads back.

What was typed stays on that page, to be sent again after signing in beside it; passwords, files and
what was chosen on a ballot do not. Where nothing is left to send again, signing in leads back here.
"""

import re

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from deliberation.web.forms import clean
from deliberation.web.render import local, nearest, page

BACK, WITHIN = "back", 600  # the cookie that knows where to go on, and its life in seconds
MOST = 64 * 1024  # characters that come back
SECRET = re.compile(r".*password.*")  # addresses and fields that never come back
BALLOT = re.compile(r"(/matters/\d+/vote/ballot)/\d+(/cast)?")
# Forms that ask nobody who they are, or for the password.
OPEN = re.compile(r"/(large|sign-in|sign-out|s|welcome|verify-notice|invited|board|demo)(/.*)?")


def is_lost(request: Request) -> bool:
    """Whether a form is sent by somebody who believes to be signed in and no longer is."""
    path = request.url.path
    return request.state.expired and request.method == "POST" and not OPEN.fullmatch(path)


async def expired(request: Request) -> Response:
    """401: nothing was done, what is kept of it, and how to go on."""
    ballot = BALLOT.fullmatch(request.url.path)
    repeated = request.method == "POST" and not (ballot or SECRET.fullmatch(request.url.path))
    form = await _sent(request) if repeated else FormData()
    typed = [(name, clean(value)) for name, value in form.multi_items() if isinstance(value, str)]
    typed = [(name, value) for name, value in typed if not SECRET.fullmatch(name)]
    kept = typed if sum(len(name + value) for name, value in typed) <= MOST else []
    files = any(not isinstance(value, str) and value.filename for value in form.values())
    context = {"ballot": ballot, "fields": kept, "files": files, "lost": typed and not kept}
    response = page(request, "expired.html", status=401, **context)
    response.headers["Cache-Control"] = "no-store"
    if not kept:
        back = ballot[1] if ballot else nearest(request)
        response.set_cookie(BACK, back, max_age=WITHIN, httponly=True, samesite="lax")
    return response


def lead_back(request: Request, response: Response) -> None:
    """After signing in, on to the page on which it had ended."""
    back = request.cookies.get(BACK)
    if back and response.headers["location"] != "/me/switch":
        response.headers["location"] = local(back)
        response.delete_cookie(BACK)


async def _sent(request: Request) -> FormData:
    """What came with the form; nothing of a broken one."""
    try:
        return await request.form(max_files=20, max_fields=5000)
    except (HTTPException, LookupError, UnicodeError):
        return FormData()
