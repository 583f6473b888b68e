"""Counting what the database is asked, by what the ORM tells its log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

_ASKED = logging.getLogger("tortoise.db_client")


class _Kept(logging.Handler):
    def __init__(self):
        super().__init__(logging.DEBUG)
        self.asked: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.args[0] if record.args else ""
        if isinstance(text, str) and text.split(" ", 1)[0] in (
            "SELECT",
            "WITH",
            "INSERT",
            "UPDATE",
        ):
            self.asked.append(text)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements while the block runs."""
    handler, level = _Kept(), _ASKED.level
    _ASKED.addHandler(handler)
    _ASKED.setLevel(logging.DEBUG)
    try:
        yield handler.asked
    finally:
        _ASKED.removeHandler(handler)
        _ASKED.setLevel(level)
