"""The own line of a frozen roll with its proof, and the own named ballot: for its holder only.

The printed notice bears the first figures of the roll's root. Who holds the line, its salt and the
proof can compute that root, and so knows that the line stands in the frozen roll as shown.
"""

from dataclasses import dataclass

from deliberation.acting import Actor
from deliberation.log import merkle
from deliberation.stages.vote.count.counting import counted_ballots
from deliberation.stages.vote.evidence.answers import tag
from deliberation.stages.vote.evidence.manifest import frozen_lines, leaf_data, leaf_of
from deliberation.stages.vote.models import Ballot, RollEntry, Vote
from deliberation.stages.vote.roll.own import held_entries
from deliberation.stages.vote.rules import COUNTED, FROZEN

PRINTED = 32  # how many figures of a hash the notices bear


@dataclass(frozen=True)
class Proof:
    """`path` leads from the leaf to the root, lowest first; of a line that was `added` after the
    freeze it is empty and `index` -1: its leaf stands in the log entry of the amendment.

    `answers` are (question, key in the published list), once the vote was counted.
    """

    entry: RollEntry
    data: dict
    leaf: str
    index: int
    size: int
    path: list[str]
    root: str
    holds: bool
    ballots: list[Ballot]
    counted: Ballot | None
    answers: list[tuple[int, str]]

    @property
    def added(self) -> bool:
        return self.entry.added_by is not None

    @property
    def steps(self) -> list[tuple[str, str]]:
        """(which side the neighbour stands on, its hash), lowest first."""
        found, index, last = [], self.index, self.size - 1
        for neighbour in self.path:
            while index % 2 == 0 and index == last:
                index, last = index // 2, last // 2
            found.append(("left" if index % 2 else "right", neighbour))
            index, last = index // 2, last // 2
        return found


async def own_proofs(vote: Vote, actor: Actor) -> list[Proof]:
    """A proof for every line `actor` holds; none before the freeze, and none of a proxy's."""
    if vote.status not in FROZEN:
        return []
    leaves = {line.number: line.leaf for line in await frozen_lines(vote)}
    return [await _proof(vote, entry, leaves) for entry in await held_entries(vote, actor)]


async def _proof(vote: Vote, entry: RollEntry, frozen: dict[int, str]) -> Proof:
    leaves, leaf, root = list(frozen.values()), leaf_of(entry), vote.manifest["roll"]["root"]
    size, index, path = len(leaves), -1, []
    if entry.number in frozen:
        index = list(frozen).index(entry.number)
        path = merkle.proof(leaves, index)
    counted = None
    if not vote.secret:
        counted = (await counted_ballots(vote, entry_id=entry.id)).get(entry.id)
    shown = counted if vote.status in COUNTED else None
    return Proof(
        entry=entry,
        data=leaf_data(entry),
        leaf=leaf,
        index=index,
        size=size,
        path=path,
        root=root,
        holds=merkle.proves(leaf, index, size, path, root),
        ballots=[] if vote.secret else await _ballots(entry),
        counted=counted,
        answers=[(int(number), tag(entry, int(number))) for number in shown.choices]
        if shown
        else [],
    )


async def _ballots(entry: RollEntry) -> list[Ballot]:
    """Every version, with whoever cast it by proxy."""
    return await Ballot.filter(entry=entry).order_by("version").select_related("proxy__person")


def as_json(vote: Vote, proof: Proof) -> dict:
    """The same for a file: everything that a program needs to check the line, and to find the
    own answers in the published list."""
    return {
        "format": "deliberation/roll-proof-1",
        "vote": vote.id,
        "line": proof.data,
        "leaf": proof.leaf,
        "index": proof.index,
        "size": proof.size,
        "proof": [{"side": side, "hash": neighbour} for side, neighbour in proof.steps],
        "root": proof.root,
        "manifest": vote.manifest_digest,
        "answers": [{"question": question, "key": key} for question, key in proof.answers],
    }
