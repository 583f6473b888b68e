"""What an act that may not happen raises, and the line it leaves in the program's log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

logger = logging.getLogger("deliberation")


class Refused(Exception):
    """An act that may not happen now; `reasons` are the sentences the page shows (422).

    `noted` once the program's log has a line of it.
    """

    def __init__(self, *reasons: str):
        super().__init__("；".join(reasons))
        self.reasons = list(reasons)
        self.noted = False


class Wrong(Refused):
    """What was typed into fields is why: the sentence of each stands beside it."""

    def __init__(self, **fields: str):
        super().__init__(*fields.values())
        self.fields = fields


class Forbidden(Refused):
    """An act that this person may not do (403)."""


@contextmanager
def noted(name: str, account: int | None, matter: int | None) -> Iterator[None]:
    """Leaves a line in the program's log when an act is refused: ids, never the reasons, which
    may name people. Quiet acts name no account: who voted when is nobody's to read."""
    try:
        yield
    except Refused as refusal:
        if not refusal.noted:
            refusal.noted = True
            logger.warning("refused %s matter=%s account=%s", name, matter, account)
        raise
