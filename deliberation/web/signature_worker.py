"""What a child process of `signatures.py` does: it looks at a PDF that anybody may have sent.

The file may be hostile, so nothing is fetched and whatever goes wrong means one thing: the file
cannot be read as the program wrote it. The addresses it names are found without trusting it.
"""

import io
import json
import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

sys.path.append(str(Path(__file__).parent))  # last: nothing here stands in for a library
import child

ADDRESS = re.compile(rb"https?://[!#-%'*-;=?-Z_a-z~]{4,200}")
MOST_ADDRESSES, MOST_STREAMS, MOST_INFLATED = 200, 3000, 32 * 1024 * 1024


def examine(pdf: bytes) -> dict:
    """{readable, signatures} and, where there is exactly one: intact (the signed bytes are those
    that were signed), whole (they are all of the file), certificate (hex SHA-256), name."""
    reader = PdfFileReader(io.BytesIO(pdf))
    found = list(reader.embedded_signatures)
    about = {"readable": len(reader.root["/Pages"]["/Kids"]) > 0, "signatures": len(found)}
    if len(found) != 1:
        return about
    (signature,) = found
    certificate = signature.signer_cert
    # Whose certificate it is gets compared with the record; nobody else need vouch for it.
    own = ValidationContext(
        trust_roots=[certificate],
        allow_fetching=False,
        moment=signature.self_reported_timestamp,
    )
    status = validate_pdf_signature(signature, own, skip_diff=True)
    return about | {
        "intact": bool(status.intact and status.valid),
        "whole": status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        "certificate": certificate.sha256.hex(),
        "name": str(certificate.subject.native.get("common_name", ""))[:100],
    }


def addresses(pdf: bytes) -> list[str]:
    """The web addresses in a file, in their order: in its bytes, then in its compressed parts."""
    found: dict[str, None] = {}
    for piece in (pdf, *inflated(pdf)):
        for match in ADDRESS.finditer(piece):
            found[match[0].decode()] = None
            if len(found) == MOST_ADDRESSES:
                return list(found)
    return list(found)


def inflated(pdf: bytes) -> Iterator[bytes]:
    view, left, at = memoryview(pdf), MOST_INFLATED, -1
    for _ in range(MOST_STREAMS):
        if left <= 0 or (at := pdf.find(b"stream", at + 1)) < 0:
            return
        start = at + len(b"stream")
        start += 2 if pdf[start : start + 2] == b"\r\n" else 1
        try:
            piece = zlib.decompressobj().decompress(view[start:], min(left, 1024 * 1024))
        except zlib.error:
            continue
        left -= len(piece)
        yield piece


def answer(pdf: bytes) -> tuple[bytes, bytes]:
    try:
        about = examine(pdf)
    except MemoryError:
        raise
    except Exception:  # of any kind: the parsers were not made for what people may send
        about = {"readable": False, "signatures": 0}
    return b"=", json.dumps(about | {"addresses": addresses(pdf)}).encode()


if __name__ == "__main__":
    child.confine(int(sys.argv[1]))
    child.serve(answer)
