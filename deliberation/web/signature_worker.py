"""What a child process of `signatures.py` does: looks at the signature of a PDF anybody sent.

The file may be hostile, so nothing is fetched and whatever goes wrong means one thing: the file
cannot be read as the program wrote it.
"""

import io
import json
import sys
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

sys.path.append(str(Path(__file__).parent))  # last: nothing here stands in for a library
import child

BROKEN = {"readable": False, "signatures": 0}


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


def answer(pdf: bytes) -> tuple[bytes, bytes]:
    try:
        about = examine(pdf)
    except MemoryError:
        raise
    except Exception:  # of any kind: the parsers were not made for what people may send
        about = BROKEN
    return b"=", json.dumps(about).encode()


if __name__ == "__main__":
    child.confine(int(sys.argv[1]))
    child.serve(answer)
