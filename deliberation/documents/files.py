"""Bytes kept under their SHA-256 in a folder, written once."""

import hashlib
import os
from pathlib import Path


class Files:
    """A folder of immutable files; the name of each is the hex SHA-256 of its bytes."""

    def __init__(self, folder: Path):
        self._folder = folder

    def path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def put(self, content: bytes) -> str:
        """Stores the bytes durably and returns their SHA-256; storing twice changes nothing.

        Written beside and moved into place, so a crash leaves either all of it or none.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        if path.exists():
            return sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{sha256}.{os.urandom(4).hex()}.part")
        with open(beside, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Raises FileNotFoundError, and ValueError when the bytes are not what they were."""
        content = self.path(sha256).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ValueError(f"file {sha256} was changed on disk")
        return content
