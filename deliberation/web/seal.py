"""The organisation's electronic signature (PAdES B-B) on the PDFs the program makes.

A document is set, then signed, then stored: the signature covers the whole file and certifies it as
final. It is invisible, since a drawn one would pass for a seal and break PDF/UA. The key is a
PKCS#12 file named in the settings. A child process of its own reads it and signs: the key is never
in the database nor in the process that sets pages, and signing holds up nobody.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12

from deliberation.settings import Settings, Unusable

from .children import Children

_MEMORY = 600_000_000  # bytes of address space
_SECONDS = 30
_FAILED = "文件没有签上章，请系统管理员检查签章证书"


class Seal(Children):
    """Signs by one child. `certificate` is the hex SHA-256 of the certificate, `name` whose it is,
    `ends_at` when it ends."""

    def __init__(self, certificate: x509.Certificate, path: str, password_file: str):
        super().__init__("seal_worker.py", path, password_file, workers=1, memory=_MEMORY)
        names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        self.name = str(names[0].value) if names else certificate.subject.rfc4514_string()
        self.certificate = certificate.fingerprint(hashes.SHA256()).hex()
        self.ends_at = certificate.not_valid_after_utc

    @classmethod
    def open(cls, settings: Settings) -> "Seal | None":
        """The certificate of the settings; None where none is named. Raises Unusable."""
        path, password_file = settings.seal_certificate, settings.seal_password_file
        if not path:
            return None
        try:
            password = Path(password_file).read_bytes().strip() if password_file else None
            own = pkcs12.load_pkcs12(Path(path).read_bytes(), password)
            return cls(own.cert.certificate, path, password_file)
        except (OSError, ValueError, AttributeError) as problem:
            raise Unusable(f"the certificate {path} cannot be used: {problem}") from None

    async def sign(self, pdf: bytes) -> bytes:
        """The PDF with a signature over all of it, which allows no change. Raises ChildFailed."""
        return await self.ask(pdf, timeout=_SECONDS, late=_FAILED, broken=_FAILED)


def make_own(path: Path, organisation: str, now: datetime, key=None) -> None:
    """Leaves a self-made certificate for ten years, without password: for samples and tests.

    `organisation` has at most 64 bytes. An elliptic key signs in 0.1 s, an RSA key (if `key` is
    one) in 0.3 s.
    """
    key = key or ec.generate_private_key(ec.SECP256R1())
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
