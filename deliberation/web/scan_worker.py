"""What a child process of `scans.py` does: it draws a page that somebody brought on paper and
reads the QR codes on it (`child.py` says how).

The file is a photo or a PDF from anywhere, so it may be hostile: it is decoded here and nowhere
else, and what leaves is a new JPEG of plain pixels, without a word about where it came from.

Work: the number of a page and a line end, then the file. Page 0 asks how many pages there are. The
answer to a page is a line of JSON, the texts of its QR codes, then the JPEG.
"""

import io
import json
import sys
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image, ImageOps

sys.path.append(str(Path(__file__).parent))  # last: nothing here stands in for a library
import child

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS, MOST_PAGES = 50_000_000, 300
DRAWN, KEPT = 2600, 1900  # pixels of the longer side: to read codes on, and to read words on
QUALITIES = (78, 66, 52)
MOST_BYTES = 700_000
TURNS = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}
Image.MAX_IMAGE_PIXELS = None  # we look ourselves, before a pixel is decoded
UNREADABLE = "这一页读不出来（不是照片或者PDF，或者文件坏了、有密码），请重新扫描"
TOO_LARGE = "这张图的尺寸太大，请用普通模式重新拍一张"
TOO_MANY = f"这个PDF的页数太多，一次最多{MOST_PAGES}页，请分成几个文件"


def is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:1024]


def count(content: bytes) -> int:
    if not is_pdf(content):
        return 1
    with pypdfium2.PdfDocument(content) as document:
        pages = len(document)
    if pages > MOST_PAGES:
        raise ValueError(TOO_MANY)
    return pages


def drawn(content: bytes, page: int) -> Image.Image:
    """The page upright as the file has it, in plain colours on white."""
    if is_pdf(content):
        with pypdfium2.PdfDocument(content) as document:
            leaf = document[page - 1]
            longest = max(leaf.get_size())
            return leaf.render(scale=DRAWN / max(longest, 1)).to_pil().convert("RGB")
    image = Image.open(io.BytesIO(content), formats=FORMATS)
    if image.width * image.height > MOST_PIXELS:
        raise ValueError(TOO_LARGE)
    image = ImageOps.exif_transpose(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        return paper
    return image.convert("RGB")


def codes(image: Image.Image) -> tuple[list[str], int]:
    """The texts of the QR codes, and by how many degrees (0, 90, 180, 270) the first is turned."""
    grey = ImageOps.autocontrast(image.convert("L"))
    small = grey.copy()
    small.thumbnail((DRAWN, DRAWN))
    for picture in (small, grey) if small.size != grey.size else (small,):
        found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
        if found:
            return [one.text for one in found], round(found[0].orientation / 90) * 90 % 360
    return [], 0


def jpeg(image: Image.Image) -> bytes:
    """New pixels only: nothing a camera or a program wrote beside them."""
    image.thumbnail((KEPT, KEPT))
    fresh = Image.new("RGB", image.size, "white")
    fresh.paste(image)
    for quality in QUALITIES:
        out = io.BytesIO()
        fresh.save(out, "jpeg", quality=quality, optimize=True)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()


def read(content: bytes, page: int) -> bytes:
    image = drawn(content, page)
    texts, turned = codes(image)
    if turned:
        image = image.transpose(TURNS[turned])
    return json.dumps(texts).encode() + b"\n" + jpeg(image)


def answer(work: bytes) -> tuple[bytes, bytes]:
    page, _, content = work.partition(b"\n")
    try:
        if page == b"0":
            return b"=", str(count(content)).encode()
        return b"=", read(content, int(page))
    except MemoryError:
        raise
    except ValueError as refusal:
        known = str(refusal) in (TOO_LARGE, TOO_MANY)
        return b"!", (str(refusal) if known else UNREADABLE).encode()
    except Exception:  # of any kind: the decoders were not made for what people may send
        return b"!", UNREADABLE.encode()


if __name__ == "__main__":
    child.confine(int(sys.argv[1]))
    child.serve(answer)
