"""Answers for whoever comes again: an ETag of the bytes, the time of the last change, and 304."""

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import Response


def conditional(
    request: Request,
    body: bytes,
    *,
    media_type: str,
    modified: datetime | None = None,
    cache: str = "no-cache",
) -> Response:
    """The bytes, or 304 to those who have them already.

    A tag that was sent stands before a time (RFC 9110, 13.2.2): bytes may change within a second,
    and by other things than what `modified` knows of.
    """
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": cache}
    if modified:
        headers["Last-Modified"] = format_datetime(modified.astimezone(UTC), usegmt=True)
    if _has(request, tag, modified):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def _has(request: Request, tag: str, modified: datetime | None) -> bool:
    if sent := request.headers.get("if-none-match"):
        return tag in [one.strip() for one in sent.split(",")]
    since = _instant(request.headers.get("if-modified-since", ""))
    return bool(since and modified and modified < since + timedelta(seconds=1))


def _instant(sent: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(sent)
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
