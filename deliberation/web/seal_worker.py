"""What a child process of `seal.py` does: it signs PDFs with the organisation's key.

    python -P seal_worker.py PKCS12_FILE PASSWORD_FILE MEMORY_BYTES

PASSWORD_FILE is empty where the file has none.
"""

import io
import logging
import sys
from functools import partial
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

sys.path.append(str(Path(__file__).parent))  # last: nothing here stands in for a library
import child

LOG = logging.getLogger("deliberation.seal")
FAILED = "文件没有签上章，请系统管理员检查签章证书"


def signer(path: str, password_file: str) -> signers.SimpleSigner:
    password = Path(password_file).read_bytes().strip() if password_file else None
    return signers.SimpleSigner.load_pkcs12_data(Path(path).read_bytes(), [], password)


def sign(pdf: bytes, own: signers.SimpleSigner) -> bytes:
    """An update that adds the signature, so that the bytes before it stay as they are."""
    how = signers.PdfSignatureMetadata(
        field_name="Seal",
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    return signers.sign_pdf(writer, how, own).getvalue()


def answer(pdf: bytes, own: signers.SimpleSigner) -> tuple[bytes, bytes]:
    try:
        return b"=", sign(pdf, own)
    except MemoryError:
        raise
    except Exception:
        LOG.exception("a document could not be signed")
        return b"!", FAILED.encode()


if __name__ == "__main__":
    child.confine(int(sys.argv[3]))
    child.serve(partial(answer, own=signer(*sys.argv[1:3])))
