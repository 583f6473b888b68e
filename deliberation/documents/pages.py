"""Downloading what people brought: kept bytes, unchanged, for those who work on the matter.

Published notices are served by their own pages, through `deliver`.
"""

import asyncio
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.documents.models import CALL_LIST, File
from deliberation.procedure import OVERSEERS, STAFF
from deliberation.web.perform import or_404
from deliberation.web.render import actor_of

# Shown in the browser; everything else is only ever saved, so that no upload can run here.
SHOWN = ("application/pdf", "image/jpeg", "image/png", "image/webp")


async def download(request: Request) -> Response:
    """A file that belongs to a matter, for staff and overseers of its community; a list of homes
    for the staff alone."""
    file = or_404(await File.get_or_none(id=request.path_params["file"]))
    held = [actor_of(request).roles_at(path) for path in await _paths(file)]
    listed = await file.documents.filter(template=CALL_LIST).exists()
    if not any(roles & (STAFF if listed else STAFF | OVERSEERS) for roles in held):
        raise HTTPException(404)
    return await deliver(request, file, cache="private, no-cache")


async def _paths(file: File) -> list[str]:
    """Paths of the matters that a file was brought to or made for."""
    found = await file.positions.all().values_list(
        "position__invitation__passage__matter__path", flat=True
    )
    found += await file.items.all().values_list("item__plan__matter__path", flat=True)
    found += await file.owners_decisions.all().values_list("matter__path", flat=True)
    found += await file.proxies.all().values_list("entry__vote__matter__path", flat=True)
    # A sheet tells how somebody voted: nobody reads it again before the vote is counted.
    scans = file.ballots.filter(entry__vote__closed_at__not_isnull=True)
    found += await scans.values_list("entry__vote__matter__path", flat=True)
    return found + await file.documents.all().values_list("community__path", flat=True)


async def deliver(request: Request, file: File, *, cache: str) -> Response:
    """The bytes of a file under their SHA-256 as ETag; 304 when the browser has them already."""
    headers = {"ETag": f'"{file.sha256}"', "Cache-Control": cache}
    if f'"{file.sha256}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = await asyncio.to_thread(request.app.state.files.get, file.sha256)
    shown = file.media_type in SHOWN
    headers["Content-Disposition"] = disposition(file.name, "inline" if shown else "attachment")
    media_type = file.media_type if shown else "application/octet-stream"
    return Response(content, media_type=media_type, headers=headers)


def disposition(name: str, kind: str) -> str:
    """A Content-Disposition after RFC 5987 and 6266: any name, and an ASCII one for old clients."""
    suffix = name.rpartition(".")[2] if "." in name else ""
    plain = f"file.{suffix}" if suffix.isascii() and suffix.isalnum() else "file"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


routes = [Route("/files/{file:int}", download)]
