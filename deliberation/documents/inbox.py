"""Files as people brought them, kept only until they were read: a photo says where it was taken."""

import os
import secrets
import time
from collections.abc import Collection
from pathlib import Path

LEFT_BEHIND = 3600  # seconds


class Inbox:
    """A folder of files under random keys."""

    def __init__(self, folder: Path):
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Stores the bytes durably and returns their key."""
        self._folder.mkdir(parents=True, exist_ok=True)
        key = secrets.token_hex(16)
        with open(self._folder / key, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return key

    def get(self, key: str) -> bytes:
        """Raises FileNotFoundError for what was read and dropped."""
        return (self._folder / key).read_bytes()

    def drop(self, key: str) -> None:
        (self._folder / key).unlink(missing_ok=True)

    def sweep(self, wanted: Collection[str]) -> None:
        """Drops what a crash left behind: older than an hour and not `wanted` by any row."""
        for path in self._folder.glob("*"):
            if path.name not in wanted and time.time() - path.stat().st_mtime > LEFT_BEHIND:
                path.unlink(missing_ok=True)
