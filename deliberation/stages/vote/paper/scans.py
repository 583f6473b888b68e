"""Pictures of numbered sheets: what they are, their first bytes say; the bytes stay as brought."""

from deliberation.documents.files import Files
from deliberation.stages.vote.paper.sheets import Scan

MOST = 10 * 1024 * 1024  # bytes; a phone's photo has three to six million
KINDS = "照片（JPG、PNG、WebP）或者PDF"
_FIRST = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


def kept(files: Files, name: str, content: bytes) -> Scan:
    """Stores the bytes. Raises ValueError with a sentence for what is neither picture nor PDF."""
    media_type = _media_type(content)
    return Scan(files.put(content), name, media_type, len(content))


def _media_type(content: bytes) -> str:
    for first, media_type in _FIRST.items():
        if content.startswith(first):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    raise ValueError(f"请上传{KINDS}")
