"""Pages as pictures: what is drawn, that it is kept, and that the event loop goes on meanwhile."""

import asyncio
import hashlib
import io
import time

import pymupdf
import pytest
from PIL import Image

from deliberation.documents.files import Files
from deliberation.documents.models import File
from deliberation.documents.pictures import BOARD, CHAT, page_count, page_picture

pytestmark = pytest.mark.anyio


@pytest.fixture
def kept(tmp_path) -> tuple[Files, File]:
    """Two A4 pages, the second with a red bar over its upper half."""
    document = pymupdf.open()
    document.new_page(width=595, height=842)
    page = document.new_page(width=595, height=842)
    page.draw_rect((0, 0, 595, 421), color=None, fill=(0.8, 0, 0))
    files = Files(tmp_path)
    content = document.tobytes()
    sha256 = files.put(content)
    return files, File(sha256=sha256, media_type="application/pdf", size=len(content), name="a.pdf")


async def test_a_page_is_drawn_as_wide_as_asked_and_kept(kept):
    files, file = kept
    assert await page_count(files, file) == 2
    for width in (BOARD, CHAT):
        png = await page_picture(files, file, 2, width)
        image = Image.open(io.BytesIO(png)).convert("RGB")
        assert image.size == (width, pytest.approx(width * 842 / 595, abs=1))
        assert image.getpixel((9, 9)) == (204, 0, 0)
        assert image.getpixel((9, image.height - 9)) == (255, 255, 255)
        assert png == await page_picture(files, file, 2, width)
    names = [path.name for path in files.path(file.sha256).parent.iterdir()]
    assert sorted(names) == sorted(
        [file.sha256, f"{file.sha256}.2.{BOARD}.png", f"{file.sha256}.2.{CHAT}.png"]
    )


@pytest.mark.parametrize(("page", "width"), [(0, BOARD), (3, BOARD), (-1, BOARD), (1, 4000)])
async def test_what_cannot_be_drawn_is_refused(kept, page, width):
    with pytest.raises(ValueError):
        await page_picture(*kept, page, width)


async def test_what_is_no_pdf_has_no_pages(kept):
    files, _ = kept
    other = File(sha256=files.put(b"no pdf"), media_type="image/png", size=6, name="a.png")
    gone = File(sha256=hashlib.sha256(b"").hexdigest(), media_type="", size=0, name="")
    assert await page_count(files, other) == await page_count(files, gone) == 0


async def test_the_event_loop_goes_on_while_pages_are_drawn(kept):
    files, file = kept
    drawing = asyncio.gather(*(page_picture(files, file, 1 + i % 2, BOARD) for i in range(8)))
    longest, last = 0.0, time.monotonic()
    while not drawing.done():
        await asyncio.sleep(0.001)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    await drawing
    assert longest < 0.5  # a page drawn on the loop itself takes as long as this machine is busy
