"""What a result page offers to whoever doubts it: the numbers to type, who certified, the package.

Also the package as served: made once, kept while nothing of it changes.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime

from deliberation.acting import Actor, acting
from deliberation.log.models import head
from deliberation.log.signing import MATTERS
from deliberation.matters.models import Matter
from deliberation.people.rules import mask_name
from deliberation.places.models import Place
from deliberation.procedure import OVERSEERS
from deliberation.stages.notices.models import Notice
from deliberation.stages.vote.count.disclosure import is_unanimous, split_shown
from deliberation.stages.vote.evidence.package import package
from deliberation.stages.vote.facts import profile_of
from deliberation.stages.vote.models import Certification, Scrutineer, Vote

KEPT = 4  # packages held in memory: a community votes on few matters at a time


@dataclass(frozen=True)
class Printed:
    """A notice that hangs, and the head of the log it prints (first 32 hex)."""

    label: str
    code: str
    head: str


@dataclass(frozen=True)
class Recount:
    """`voters` and `root` (first 32 hex) as frozen; `unanimous` numbers questions of a secret vote
    on which all chose the same; `split` is whether phone and paper may be told apart; `takes_full`
    whether whoever asks may have the areas too."""

    voters: int
    root: str
    printed: list[Printed]
    certified: list[tuple[str, datetime]]
    unanimous: list[int]
    split: bool
    takes_full: bool


async def recount(matter: Matter, vote: Vote, actor: Actor) -> Recount | None:
    """None before the vote is counted."""
    result = vote.result
    if not result or not vote.manifest:
        return None
    roll = vote.manifest["roll"]
    signed = Certification.filter(vote=vote).order_by("id")
    return Recount(
        voters=roll["voters"],
        root=roll["root"][:32],
        printed=await _printed(vote),
        certified=[
            (mask_name(name), at)
            for name, at in await signed.values_list("person__name", "certified_at")
        ],
        unanimous=[
            row["number"] for row in result["questions"] if is_unanimous(vote.secret, row["counts"])
        ],
        split=split_shown(vote.secret, result["phone"], result["paper"]),
        takes_full=await may_take_openings(matter, vote, actor),
    )


async def _printed(vote: Vote) -> list[Printed]:
    """What hangs about the vote: its opening and whatever was published since."""
    rows = Notice.filter(matter_id=vote.matter_id, published_at__gte=vote.frozen_at)
    return [
        Printed(one.label, one.code, one.figures["log_head"][:32])
        for one in await rows.exclude(status="draft").order_by("id")
        if one.figures.get("log_head")
    ]


async def may_take_openings(matter: Matter, vote: Vote, actor: Actor) -> bool:
    """Whether `actor` may have the package with the areas: named scrutineers and overseers."""
    if not profile_of(vote).by_area:
        return False
    named = Scrutineer.filter(vote=vote, role="scrutineer", person_id=actor.person_id)
    return bool(actor.roles_at(matter.path) & OVERSEERS) or (
        actor.person_id is not None and await named.exists()
    )


async def take_openings(actor: Actor, matter: Matter, vote: Vote, now: datetime) -> None:
    """Notes who took the areas, in the community's chain: the matter's would change with it, and
    the package that was taken would be outdated by the taking."""
    community = await Place.get(id=matter.community_id)
    async with acting(actor, "vote.take_openings", now, place=community) as act:
        act.record(matter=matter.id, vote=vote.id)


class Shelf:
    """Packages by what they were made from; two who ask at once wait for the same one."""

    def __init__(self):
        self._kept: dict[tuple, tuple[str, bytes]] = {}
        self._making = asyncio.Lock()

    async def get(self, vote: Vote, *, full: bool = False) -> tuple[str, bytes]:
        """(hex SHA-256, bytes) of the package as it is now."""
        key = (vote.id, full, *await _edition(vote))
        async with self._making:
            found = self._kept.pop(key, None)
            if found is None:
                content = await package(vote, full=full)
                found = await asyncio.to_thread(_named, content)
            self._kept[key] = found
            for old in list(self._kept)[:-KEPT]:
                del self._kept[old]
        return found


def _named(content: bytes) -> tuple[str, bytes]:
    return hashlib.sha256(content).hexdigest(), content


async def _edition(vote: Vote) -> tuple:
    """What a package follows from, besides what is fixed since the count: the record and the PDFs
    that were made without an entry in it."""
    last = await head(f"{MATTERS}{vote.matter_id}")
    made = Notice.filter(matter_id=vote.matter_id).exclude(status="draft").order_by("id")
    files = await made.values_list("id", "document__file__sha256")
    return last and last.signature, last and last.digest, tuple(files)
