"""Pages of a PDF as PNG, for boards and group chats: the same bytes drawn, not a second layout.

Drawing takes a third of a second, so it is done in a thread, by one at a time (PDFium is not made
for several), and kept beside the file: what never changes is drawn once for all screens. PDFium
lets go of the interpreter while it draws, so pages and ballots go on.
"""

import asyncio
import io
import os
from functools import lru_cache
from pathlib import Path
from threading import Lock

import pypdfium2
from PIL.Image import Quantize

from deliberation.documents.files import Files
from deliberation.documents.models import File

BOARD, CHAT = 1080, 720  # pixels: the narrow side of a board's screen, and what a chat sends
WIDTHS = (BOARD, CHAT)
_COLOURS = 32  # the red of 样例 and greys: not told apart from true colour, a third of its size
_drawing = Lock()


async def page_count(files: Files, file: File) -> int:
    """How many pages of a kept file can be drawn; 0 when it is no PDF."""
    return await asyncio.to_thread(_count, files.path(file.sha256))


async def page_picture(files: Files, file: File, page: int, width: int) -> bytes:
    """Page `page` (from 1) of a kept PDF as PNG, `width` (one of WIDTHS) pixels wide.

    Raises ValueError for a page it does not have and for a width we do not draw.
    """
    if width not in WIDTHS:
        raise ValueError(f"width {width}")
    return await asyncio.to_thread(_picture, files.path(file.sha256), page, width)


def _picture(path: Path, page: int, width: int) -> bytes:
    if not 1 <= page <= _count(path):
        raise ValueError(f"page {page}")
    kept = path.with_name(f"{path.name}.{page}.{width}.png")
    if not kept.exists():
        beside = kept.with_name(f"{kept.name}.{os.urandom(4).hex()}.part")
        beside.write_bytes(_drawn(path, page, width))
        os.replace(beside, kept)
    return kept.read_bytes()


@lru_cache(maxsize=256)
def _count(path: Path) -> int:
    try:
        with _drawing, pypdfium2.PdfDocument(path) as document:
            return len(document)
    except (pypdfium2.PdfiumError, FileNotFoundError):
        return 0


def _drawn(path: Path, page: int, width: int) -> bytes:
    with _drawing, pypdfium2.PdfDocument(path) as document:
        leaf = document[page - 1]
        image = leaf.render(scale=width / leaf.get_width()).to_pil()
    png = io.BytesIO()
    image.quantize(_COLOURS, method=Quantize.MAXCOVERAGE).save(png, "png", optimize=True)
    return png.getvalue()
