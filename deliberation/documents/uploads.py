"""What people bring: its first bytes say what it is, never its name; the bytes stay as brought.

Only pictures and PDF are kept: they show in every browser and run nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from deliberation.acting import Act
from deliberation.documents.actions import keep
from deliberation.documents.files import Files
from deliberation.documents.models import File

MOST = 10 * 1024 * 1024  # bytes; a phone's photo has three to six million
KINDS = "照片（JPG、PNG、WebP）或者PDF"
_FIRST = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


@dataclass(frozen=True)
class Upload:
    """Bytes already stored under `sha256`, and what they were called; `size` in bytes."""

    sha256: str
    name: str
    media_type: str
    size: int


def kept(files: Files, name: str, content: bytes) -> Upload:
    """Stores the bytes. Raises ValueError as `media_type` does."""
    return Upload(files.put(content), name, media_type(content), len(content))


def media_type(content: bytes) -> str:
    """Raises ValueError with a sentence for what is neither picture nor PDF."""
    for first, kind in _FIRST.items():
        if content.startswith(first):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    raise ValueError(f"请上传{KINDS}")


async def keep_all(act: Act, uploads: Iterable[Upload]) -> list[File]:
    """Records uploads as files; their hashes enter the act's entry."""
    found = [await keep(act, **vars(upload)) for upload in uploads]
    act.body.pop("file", None)
    if found:
        act.record(files=[row.sha256 for row in found])
    return found
