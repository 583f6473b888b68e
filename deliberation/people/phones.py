"""Phones at rest: encrypted with a key kept outside the database, found by a keyed hash."""

import base64
import hashlib
import hmac
import os
import re
from pathlib import Path

from cryptography.fernet import Fernet

_MOBILE = re.compile(r"1[3-9]\d{9}")


class Phones:
    """Encrypts, decrypts and hashes mobile numbers with one 32-byte key."""

    def __init__(self, key: bytes):
        self._fernet = Fernet(base64.urlsafe_b64encode(key))
        self._hash_key = hmac.new(key, b"phone-hash", hashlib.sha256).digest()

    @classmethod
    def open(cls, path: Path) -> "Phones":
        """Reads the key file, making it (mode 600) on first use."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(os.urandom(32))
                file.flush()
                os.fsync(file.fileno())
        return cls(path.read_bytes())

    def seal(self, phone: str) -> str:
        return self._fernet.encrypt(phone.encode()).decode() if phone else ""

    def reveal(self, cipher: str) -> str:
        return self._fernet.decrypt(cipher.encode()).decode() if cipher else ""

    def seal_bytes(self, content: bytes) -> bytes:
        """For whole files that are full of personal data, such as a roll."""
        return self._fernet.encrypt(content)

    def reveal_bytes(self, sealed: bytes) -> bytes:
        return self._fernet.decrypt(sealed)

    def hash(self, phone: str) -> str:
        """Hex, equal for equal phones under one key; '' for no phone."""
        return hmac.new(self._hash_key, phone.encode(), hashlib.sha256).hexdigest() if phone else ""


def is_mobile(text: str) -> bool:
    return bool(_MOBILE.fullmatch(text))
