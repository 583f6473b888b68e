"""Answering for a database that is not what was signed: whoever runs the server, with a reason."""

import hashlib
from datetime import datetime
from pathlib import Path

from deliberation.acting import SYSTEM, acting
from deliberation.log import checkpoints, standing
from deliberation.log.models import head
from deliberation.log.signing import MATTERS, checkpoint
from deliberation.log.standing import Gap
from deliberation.matters.models import Matter
from deliberation.places.models import Place


async def accept_restore(reason: str, folder: Path, now: datetime) -> Path | None:
    """Writes into every chain concerned what is missing from it; voting may then go on.

    The entry holds the lost checkpoint and the reason's SHA-256; the words are kept in `folder`,
    beside the old file of checkpoints, which stays under the name that is returned. None when
    nothing is missing.
    """
    gaps = standing.gaps()
    if not gaps:
        return None
    digest = hashlib.sha256(reason.encode()).hexdigest()
    for chain, gap in gaps.items():
        await _explain(chain, gap, digest, now)
    kept = [one for one in checkpoints.read(folder).last.values() if one["chain"] not in gaps]
    heads = [await head(chain) for chain in gaps]
    kept += [checkpoint(entry) for entry in heads if entry]
    account = {
        "reason": reason,
        "sha256": digest,
        "lost": [gap.checkpoint for gap in gaps.values()],
    }
    aside = checkpoints.set_aside(folder, kept, account, now)
    standing.use({})
    return aside


async def _explain(chain: str, gap: Gap, reason: str, now: datetime) -> None:
    """A matter that is gone itself is told of in the chain of the topmost place."""
    matter = await Matter.get_or_none(id=int(chain.removeprefix(MATTERS)))
    place = None if matter else await Place.filter(parent=None).order_by("id").first()
    if matter is None and place is None:
        return  # an empty database: there is nobody to tell, but the account beside the file
    last = await head(chain)
    at = max(now, last.at) if last else now
    async with acting(SYSTEM, "log.restored", at, matter=matter, place=place) as act:
        lost = {name: gap.checkpoint[name] for name in ("chain", "sequence", "digest")}
        act.record(**lost, reason=reason)
