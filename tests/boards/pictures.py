"""Photos as phones make them, and what only looks like one."""

import io
import zlib

from PIL import Image
from PIL.ExifTags import GPS, Base


def phone(size=(1600, 1200), *, orientation: int = 1, format: str = "jpeg") -> bytes:
    """A photo with all that a phone writes into it."""
    image = Image.effect_noise(size, 25).convert("RGB")
    image.paste((179, 38, 30), (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Model] = "SecretPhone", "of Zhang San"
    exif[Base.Orientation] = orientation
    exif.get_ifd(0x8769)[Base.DateTimeOriginal] = "2026:03:02 08:30:15"
    exif.get_ifd(0x8825).update(
        {
            GPS.GPSLatitudeRef: "N",
            GPS.GPSLatitude: (34.0, 45.0, 55.44),
            GPS.GPSLongitudeRef: "E",
            GPS.GPSLongitude: (113.0, 39.0, 15.48),
        }
    )
    content = io.BytesIO()
    image.save(content, format, exif=exif, **({"comment": b"hidden"} if format == "jpeg" else {}))
    return content.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data).to_bytes(4, "big")
    return len(data).to_bytes(4, "big") + kind + data + check


def bomb(width: int = 60000, height: int = 60000) -> bytes:
    """A PNG of a few kilobytes that says it has 3.6 thousand million pixels."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    body = zlib.compress(b"\x00" * 1_000_000)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")
    )


def saved(format: str) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (80, 60), "red").save(content, format)
    return content.getvalue()


HOSTILE = {
    "text": b"<script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "gif that is a page": b"GIF89a/*" + b"<script>alert(1)</script>",
    "gif": saved("gif"),
    "tiff": saved("tiff"),
    "pdf": saved("pdf"),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n",
    "cut off": phone()[:20_000],
    "corrupt": phone()[:400] + b"\x00" * 5000,
    "only a head": phone()[:12],
    "a bomb": bomb(),
    "a smaller bomb": bomb(30000, 3000),
}
