"""Answers for whoever comes again: an ETag of the bytes, the time of the last change, and 304."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
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

    For whoever keeps answers (`kept`) it is always the bytes, and they compare.
    """
    headers = {"ETag": tag_of(body), "Cache-Control": cache}
    if modified:
        headers["Last-Modified"] = format_datetime(modified.astimezone(UTC), usegmt=True)
    if not getattr(request.state, "is_kept", False) and has(request, headers):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def tag_of(body: bytes) -> str:
    return f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'


def has(request: Request, headers: Mapping[str, str]) -> bool:
    """Whether who asks has the answer with these headers already.

    A tag that was sent stands before a time (RFC 9110, 13.2.2): bytes may change within a second,
    and by other things than what the time of the last change knows of.
    """
    if sent := request.headers.get("if-none-match"):
        return headers["ETag"] in [one.strip() for one in sent.split(",")]
    since = _moment(request.headers.get("if-modified-since", ""))
    changed = _moment(headers.get("Last-Modified", ""))
    return bool(since and changed and changed <= since)


def _moment(sent: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(sent)
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
