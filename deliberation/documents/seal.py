"""The organisation's electronic signature (PAdES B-B) on the PDFs the program makes.

A document is set, then signed, then stored: the signature covers the whole file and certifies it as
final. It is invisible, since a drawn one would pass for a seal and break PDF/UA. The key is a
PKCS#12 file named in the settings; it is never in the database nor in the process that sets pages.
"""

import hashlib
import io
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from deliberation.settings import Settings

FIELD = "Seal"


class SealProblem(Exception):
    """Why nothing can be signed, as one sentence for whoever runs the server."""


@dataclass(frozen=True)
class Seal:
    """A certificate with its key. `certificate` is the hex SHA-256 of its DER form."""

    certificate: str
    name: str
    ends_at: datetime
    _signer: object

    @classmethod
    def open(cls, settings: Settings) -> "Seal | None":
        """The certificate of the settings; None where there is none. Raises SealProblem."""
        if not settings.seal_certificate:
            return None
        # half a second to load: only where something is signed
        from pyhanko.sign.signers import SimpleSigner  # noqa: PLC0415

        path, password = Path(settings.seal_certificate), None
        try:
            if settings.seal_password_file:
                password = Path(settings.seal_password_file).read_bytes().strip()
            content = path.read_bytes()
            own = pkcs12.load_pkcs12(content, password).cert.certificate
            signer = SimpleSigner.load_pkcs12_data(content, [], password)
        except (OSError, ValueError, AttributeError) as problem:
            raise SealProblem(f"the certificate {path} cannot be used: {problem}") from None
        names = own.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        name = names[0].value if names else own.subject.rfc4514_string()
        print_ = own.fingerprint(hashes.SHA256()).hex()
        return cls(print_, name, own.not_valid_after_utc, signer)

    def sign(self, pdf: bytes) -> bytes:
        """The PDF with a signature over all of it, which allows no change. Takes 0.1 s."""
        from pyhanko.pdf_utils.incremental_writer import (  # noqa: PLC0415 as above
            IncrementalPdfFileWriter,
        )
        from pyhanko.sign import fields, signers  # noqa: PLC0415

        how = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            name=self.name,
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        )
        signed = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), how, self._signer)
        return signed.getvalue()


def sealed(pdf: bytes, seal: Seal | None) -> tuple[str, bytes]:
    """The SHA-256 of a PDF before it is signed, and what is to be stored of it."""
    return hashlib.sha256(pdf).hexdigest(), seal.sign(pdf) if seal else pdf


def make_own(path: Path, organisation: str, now: datetime) -> None:
    """Leaves a self-made certificate for ten years, without password: for samples and tests.

    `organisation` has at most 64 bytes.
    """
    key = rsa.generate_private_key(65537, 3072)
    name = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, organisation),
        ]
    )
    usage = dict.fromkeys(
        "key_encipherment data_encipherment key_agreement key_cert_sign crl_sign "
        "encipher_only decipher_only".split(),
        False,
    )
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now.astimezone(UTC) - timedelta(days=365))
        .not_valid_after(now.astimezone(UTC) + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    content = pkcs12.serialize_key_and_certificates(
        organisation.encode(), key, certificate, None, serialization.NoEncryption()
    )
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
