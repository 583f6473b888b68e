"""Signing the acts of matters as they are written, and the checkpoints that come of it.

A checkpoint says: at this sequence the chain had this digest. It is made of a signed entry and
nothing else, so whoever keeps one can tell whether the record was changed or shortened since.
"""

import rfc8785

from deliberation.log.keys import Keys, verifies
from deliberation.log.models import Entry, stamp

CHECKPOINT = b"deliberation/checkpoint\n"
MATTERS = "matter/"
_opened: Keys | None = None


def use(keys: Keys | None) -> None:
    """The keys of this process from now on; None when the log is closed."""
    global _opened
    _opened = keys


def keys() -> Keys:
    """Raises RuntimeError where nobody opened the log (see `opening`)."""
    if _opened is None:
        raise RuntimeError("the log is not open: there is no key to sign with")
    return _opened


def sign(entry: Entry) -> None:
    """Signs an entry of a matter's chain whose digest is there; other chains stay unsigned."""
    entry.key = entry.signature = ""
    if entry.chain.startswith(MATTERS):
        entry.key = keys().current
        entry.signature = keys().sign(message(checkpoint(entry)))


def checkpoint(entry: Entry) -> dict:
    """{"chain", "sequence", "digest", "at", "key", "signature"} of a signed entry."""
    return {
        "chain": entry.chain,
        "sequence": entry.sequence,
        "digest": entry.digest,
        "at": stamp(entry.at),
        "key": entry.key,
        "signature": entry.signature,
    }


def message(found: dict) -> bytes:
    """The bytes that are signed: all of a checkpoint but its signature."""
    signed = {name: found[name] for name in ("chain", "sequence", "digest", "at", "key")}
    return CHECKPOINT + rfc8785.dumps(signed)


def is_signed(found: dict, publics: dict[str, str]) -> bool:
    """Whether a checkpoint is signed by the key it names, which is one of `publics`."""
    public = publics.get(found["key"], "")
    return verifies(public, found["signature"], message(found))
