"""One photo from a stranger's phone, decoded and written anew as a small JPEG without a word
about its origin. A program of its own, run by `developing.py`: a picture that makes the decoder
run wild takes down nothing but itself. It reads standard input and knows no file, no secret.

    python -P photo_worker.py [origin]

stdout: a line of JSON, then the JPEG. {"error": sentence}, or {"taken": …, "spot": …} which stay
empty unless `origin` is asked for.
"""

import io
import json
import resource
import sys

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 64_000_000
MEMORY, SECONDS = 1 << 30, 20
LONGEST, QUALITIES = (2000, 1600, 1280), (82, 70, 55)
MOST_BYTES = 500_000
EXIF, TAKEN, GPS = 0x8769, 0x9003, 0x8825
Image.MAX_IMAGE_PIXELS = None  # we look ourselves, before a pixel is decoded
UNREADABLE = "这不是能读出的照片，请用手机重新拍一张（JPEG、PNG 或 WebP）"
TOO_LARGE = "照片的尺寸太大，请用手机普通模式重新拍一张"


def develop(content: bytes, *, origin: bool) -> tuple[dict, bytes]:
    """What is told of the photo, and the photo; raises ValueError with a sentence."""
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise ValueError(TOO_LARGE)
        told = _origin(image) if origin else {"taken": "", "spot": ""}
        image.draft("RGB", (LONGEST[0], LONGEST[0]))
        upright = ImageOps.exif_transpose(image)
        return told, _small(_opaque(upright))
    except (UnidentifiedImageError, OSError, SyntaxError, EOFError):
        raise ValueError(UNREADABLE) from None


def _opaque(image: Image.Image) -> Image.Image:
    """In plain colours, on white where it was transparent, as new pixels without any metadata."""
    image = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _small(image: Image.Image) -> bytes:
    for longest in LONGEST:
        image.thumbnail((longest, longest))
        for quality in QUALITIES:
            jpeg = io.BytesIO()
            image.save(jpeg, "jpeg", quality=quality, optimize=True)
            if jpeg.tell() <= MOST_BYTES:
                return jpeg.getvalue()
    raise ValueError(TOO_LARGE)


def _origin(image: Image.Image) -> dict:
    """When and where the camera says it was taken: “2026:03:02 09:00:00”, “34.76540,113.65430”."""
    exif = image.getexif()
    return {"taken": str(exif.get_ifd(EXIF).get(TAKEN, ""))[:19], "spot": _spot(exif.get_ifd(GPS))}


def _spot(gps: dict) -> str:
    try:
        south, west = gps[1] == "S", gps[3] == "W"
        latitude, longitude = (
            sum(float(part) / 60**n for n, part in enumerate(gps[key])) for key in (2, 4)
        )
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return ""
    if not (0 <= latitude <= 90 and 0 <= longitude <= 180):
        return ""
    return f"{-latitude if south else latitude:.5f},{-longitude if west else longitude:.5f}"


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        told, photo = develop(sys.stdin.buffer.read(), origin="origin" in sys.argv[1:])
    except MemoryError:
        told, photo = {"error": TOO_LARGE}, b""
    except ValueError as refusal:
        told, photo = {"error": str(refusal)}, b""
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + photo)


if __name__ == "__main__":
    main()
