"""Pages that were filled in on paper: drawn anew and their QR codes read, in a child that may be
killed. The child gets bytes and gives a picture and texts; it knows no household and no database.
"""

import json
from dataclasses import dataclass

from .children import ChildFailed, Children

_MEMORY = 1_200_000_000  # bytes of address space; a photo of 50 megapixels peaks at 700 MB
_SECONDS = 40
_FAILED = "这一页读不出来，请重新扫描"


@dataclass(frozen=True)
class Page:
    """A page as a small JPEG without metadata, and what the QR codes on it say."""

    jpeg: bytes
    codes: tuple[str, ...]


class Scanner(Children):
    """One child that starts with the first file."""

    def __init__(self):
        super().__init__("scan_worker.py", workers=1, memory=_MEMORY)

    async def count(self, content: bytes) -> int:
        """How many pages a file has. Raises ChildFailed with a sentence for what is no file."""
        return int(await self._ask(0, content))

    async def page(self, content: bytes, number: int) -> Page:
        """One page, from 1. Raises ChildFailed with a sentence for what cannot be drawn."""
        head, _, jpeg = (await self._ask(number, content)).partition(b"\n")
        return Page(jpeg, tuple(json.loads(head)))

    async def _ask(self, page: int, content: bytes) -> bytes:
        work = f"{page}\n".encode() + content
        return await self.ask(work, timeout=_SECONDS, late=_FAILED, broken=_FAILED)


__all__ = ["ChildFailed", "Page", "Scanner"]
