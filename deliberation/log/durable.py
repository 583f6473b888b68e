"""Small files that a crash leaves whole: the old one or the new one, never half of either."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path


def create(path: Path, content: bytes, mode: int) -> bool:
    """Makes the file unless there is one, which stays as it is; True when it was made.

    Linked into place, so that of two processes one makes it and neither reads half of it.
    """
    beside = _write(path, content, mode)
    try:
        os.link(beside, path)
    except FileExistsError:
        return False
    finally:
        beside.unlink()
        sync(path.parent)
    return True


def replace(path: Path, content: bytes, mode: int) -> None:
    """Puts the content in the file's place, all of it or nothing."""
    move(_write(path, content, mode), path)


def move(beside: Path, path: Path) -> None:
    """Puts a file in the place of another and gives it to whom that one belongs.

    A command may run as root while the server does not.
    """
    if path.exists():
        owner = path.stat()
        with suppress(PermissionError):
            os.chown(beside, owner.st_uid, owner.st_gid)
    os.replace(beside, path)
    sync(path.parent)


def append(path: Path, line: bytes) -> None:
    """Adds a line in one write. After a torn line, which a crash may leave, it starts a new one.

    Processes take turns, so that none takes for torn what another is writing.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, b"\n" * torn + line + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if size == 0:
        sync(path.parent)


def sync(folder: Path) -> None:
    """Makes names that were added or moved in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, content: bytes, mode: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.urandom(4).hex()}.part")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return beside
