"""The file of checkpoints: a witness beside the database, which a backup of it does not bring back.

One line of JSON per act of a matter, appended after the commit. A crash between the two leaves the
file behind the database, which says nothing against it; the other way round does (`standing`).
"""

import asyncio
import json
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import rfc8785

from deliberation.log import durable, signing, standing
from deliberation.log.models import Entry

NAME = "checkpoints.jsonl"
FIELDS = {"chain", "sequence", "digest", "at", "key", "signature"}
_CHAIN = re.compile(r"matter/[0-9]{1,9}")
logger = logging.getLogger("deliberation")
_folder: Path | None = None


@dataclass
class Witnessed:
    """What a file says: each chain's furthest checkpoint, and chains it has two versions of.

    `forked` gives the lowest sequence for which two different digests were signed.
    """

    last: dict[str, dict] = field(default_factory=dict)
    forked: dict[str, int] = field(default_factory=dict)


def use(folder: Path | None) -> None:
    """The folder of this process's file from now on; None when the log is closed."""
    global _folder
    _folder = folder


async def keep(entry: Entry) -> None:
    """Appends the entry's checkpoint durably, off the event loop.

    The act is committed: a disk that is full refuses the witness, not the act. While the database
    lags behind the file nothing is added, or new acts would cover up what is missing.
    """
    if _folder is None or not entry.signature or entry.chain in standing.behind():
        return
    line = rfc8785.dumps(signing.checkpoint(entry))
    try:
        await asyncio.to_thread(durable.append, _folder / NAME, line)
    except OSError as error:
        logger.error("checkpoint not written: %s", type(error).__name__)


def read(folder: Path) -> Witnessed:
    """What the file says; nothing when there is none. Torn lines are passed over."""
    found, digests = Witnessed(), {}
    path = folder / NAME
    if not path.exists():
        return found
    with open(path, "rb") as lines:
        for line in lines:
            one = _parsed(line)
            if one is None:
                continue
            chain, sequence = one["chain"], one["sequence"]
            if digests.setdefault((chain, sequence), one["digest"]) != one["digest"]:
                found.forked[chain] = min(sequence, found.forked.get(chain, sequence))
            if chain not in found.last or sequence >= found.last[chain]["sequence"]:
                found.last[chain] = one
    return found


def _parsed(line: bytes) -> dict | None:
    try:
        one = json.loads(line)
    except ValueError:
        return None
    if not isinstance(one, dict) or one.keys() != FIELDS:
        return None
    kinds = {name: int if name == "sequence" else str for name in FIELDS}
    if any(type(one[name]) is not kind for name, kind in kinds.items()):
        return None
    return one if _CHAIN.fullmatch(one["chain"]) else None


def set_aside(folder: Path, kept: Iterable[dict], account: dict, now: datetime) -> Path:
    """Begins a new file with `kept`; the old one stays under another name, with `account` beside.

    Returns the old file's new name.
    """
    stamp = now.strftime("%Y%m%dT%H%M%S%f")
    aside = folder / f"checkpoints-until-{stamp}.jsonl"
    told = json.dumps(account, ensure_ascii=False, indent=2).encode() + b"\n"
    durable.create(folder / f"accepted-{stamp}.json", told, 0o644)
    aside.hardlink_to(folder / NAME)
    lines = b"".join(rfc8785.dumps(one) + b"\n" for one in kept)
    durable.replace(folder / NAME, lines, 0o644)
    return aside
