"""A roll file as bytes: read, and kept sealed since it is full of names and phones."""

from datetime import date

from deliberation.documents.files import Files
from deliberation.people.phones import Phones
from deliberation.roll.actions import Upload
from deliberation.roll.reading.parsed import Parsed
from deliberation.roll.reading.parsing import parse
from deliberation.roll.reading.sheets import read_sheets


def read(content: bytes, name: str, today: date) -> Parsed:
    """Everything the file says. Raises Unreadable with one sentence for the clerk."""
    return parse(read_sheets(content, name), today=today)


def seal(content: bytes, name: str, files: Files, phones: Phones) -> Upload:
    """Keeps the file in the store, encrypted."""
    sealed = phones.seal_bytes(content)
    return Upload(files.put(sealed), name, len(content))


def reread(sha256: str, name: str, today: date, files: Files, phones: Phones) -> Parsed:
    """What a file kept before says; the same as when it was uploaded."""
    return read(phones.reveal_bytes(files.get(sha256)), name, today)
