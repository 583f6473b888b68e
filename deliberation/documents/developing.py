"""Photos from outside made harmless: decoded in a process that may be killed, written anew."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar

from deliberation.acting import Refused
from deliberation.calendar import SHANGHAI
from deliberation.documents.photo_worker import UNREADABLE

_WORKER = Path(__file__).with_name("photo_worker.py")
_LONGEST = 30  # seconds
_limiter: RunVar[CapacityLimiter] = RunVar("photos")


@dataclass(frozen=True)
class Developed:
    """A small JPEG without metadata; `taken_at` and `spot` only where they were asked for."""

    jpeg: bytes
    taken_at: datetime | None
    spot: str


async def develop(content: bytes, *, origin: bool) -> Developed:
    """Raises Refused with a sentence for what is no photo. `origin`: read when and where, too.

    Two at a time, whoever asks: a photo may take a processor and a gigabyte.
    """
    limiter = _limiter.get(None)
    if limiter is None:
        limiter = CapacityLimiter(2)
        _limiter.set(limiter)
    async with limiter:
        return await _developed(content, ["origin"] if origin else [])


async def _developed(content: bytes, asked: list[str]) -> Developed:
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-P", str(_WORKER), *asked, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}
    )
    try:
        async with asyncio.timeout(_LONGEST):
            answer, _ = await worker.communicate(content)
    except TimeoutError:
        raise Refused(UNREADABLE) from None
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.wait()
    head, _, jpeg = answer.partition(b"\n")
    if worker.returncode != 0:
        raise Refused(UNREADABLE)
    told = json.loads(head)
    if "error" in told:
        raise Refused(told["error"])
    return Developed(jpeg, _moment(told["taken"]), told["spot"])


def _moment(exif: str) -> datetime | None:
    """A camera's local time; None for what is none."""
    try:
        local = datetime.strptime(exif, "%Y:%m:%d %H:%M:%S")
        return local.replace(tzinfo=SHANGHAI).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
