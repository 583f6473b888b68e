"""Merkle trees after RFC 6962, section 2.1: one hash for a whole list, and proofs of one leaf.

Works on hex digests of leaves, so that a tree can be checked by whoever does not know them.
"""

import hashlib
from collections.abc import Sequence


def leaf(data: bytes) -> str:
    """The hex hash of a leaf's data."""
    return hashlib.sha256(b"\x00" + data).hexdigest()


def root(leaves: Sequence[str]) -> str:
    """The hex root over hashed leaves; of none the hash of nothing."""
    if not leaves:
        return hashlib.sha256().hexdigest()
    return _levels(leaves)[-1][0]


def proof(leaves: Sequence[str], index: int) -> list[str]:
    """The audit path of the leaf at `index` (from 0), lowest first."""
    path = []
    for level in _levels(leaves)[:-1]:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        index //= 2
    return path


def proves(leaf_hash: str, index: int, size: int, path: Sequence[str], root_hash: str) -> bool:
    """Whether `path` leads from a leaf to the root of a tree of `size` leaves."""
    if not 0 <= index < size:
        return False
    found, last, rest = leaf_hash, size - 1, list(path)
    while last:
        if index % 2 or index < last:
            if not rest:
                return False
            sibling = rest.pop(0)
            found = _node(sibling, found) if index % 2 else _node(found, sibling)
        index, last = index // 2, last // 2
    return not rest and found == root_hash


def _levels(leaves: Sequence[str]) -> list[list[str]]:
    """All levels from the leaves to the root; an odd last node goes up as it is.

    This is the tree of RFC 6962, whose left part is the largest power of two: pairing from the
    left and carrying the odd one up gives the same nodes.
    """
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        level = levels[-1]
        above = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        levels.append(above + level[len(level) - len(level) % 2 :])
    return levels


def _node(left: str, right: str) -> str:
    return hashlib.sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()
