"""What a PDF says and what its signature is worth, found out in a child: it may be anybody's.

The child gets bytes and gives facts; it takes at most ten seconds and 400 MB.
"""

import json
from dataclasses import dataclass

from .children import ChildFailed, Children

_MEMORY = 400_000_000  # bytes of address space
_SECONDS = 10
_MOST_WAITING = 8


class Busy(Exception):
    """Too many files wait to be looked at."""


@dataclass(frozen=True)
class Signature:
    """`readable`: the file can be read as PDF at all. `signatures`: how many it carries.
    `addresses`: the web addresses it names. `answered` is False when the child gave no answer.

    Of a single one: `intact` (the signed bytes are those that were signed), `whole` (they are all
    of the file), `certificate` (hex SHA-256 of who signed) and that one's `name`.
    """

    readable: bool
    signatures: int
    intact: bool = False
    whole: bool = False
    certificate: str = ""
    name: str = ""
    addresses: tuple[str, ...] = ()
    answered: bool = True


UNANSWERED = Signature(False, 0, answered=False)


class Examiner(Children):
    """One child that starts with the first file."""

    def __init__(self):
        super().__init__("signature_worker.py", workers=1, memory=_MEMORY)
        self._waiting = 0

    async def examine(self, pdf: bytes) -> Signature:
        """Raises Busy. What takes too long or breaks the child is not readable."""
        if self._waiting >= _MOST_WAITING:
            raise Busy
        self._waiting += 1
        try:
            found = await self.ask(pdf, timeout=_SECONDS, late="太慢", broken="中断")
            return Signature(**json.loads(found))
        except ChildFailed:
            return UNANSWERED
        finally:
            self._waiting -= 1
