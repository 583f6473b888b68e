"""Merkle trees against RFC 6962: the reference vectors, and the definition written out."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.log.merkle import leaf, proof, proves, root

# The inputs and roots of the Certificate Transparency reference implementation
# (merkle_tree_test): the root after the first n inputs, n from 1 to 8.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def naive(data: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not data:
        return hashlib.sha256(b"").digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    k = 1
    while 2 * k < len(data):
        k *= 2
    return hashlib.sha256(b"\x01" + naive(data[:k]) + naive(data[k:])).digest()


def naive_path(m: int, data: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1."""
    if len(data) == 1:
        return []
    k = 1
    while 2 * k < len(data):
        k *= 2
    if m < k:
        return [*naive_path(m, data[:k]), naive(data[k:])]
    return [*naive_path(m - k, data[k:]), naive(data[:k])]


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert root([]) == NOTHING == naive([]).hex()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference_vectors(size):
    assert root([leaf(data) for data in INPUTS[:size]]) == ROOTS[size - 1]
    assert naive(INPUTS[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize("size", [*range(1, 18), 31, 33, 64, 100])
def test_root_and_every_proof_are_as_the_definition_says(size):
    data = [bytes([number]) for number in range(size)]
    leaves = [leaf(item) for item in data]
    assert root(leaves) == naive(data).hex()
    for index in range(size):
        path = proof(leaves, index)
        assert path == [node.hex() for node in naive_path(index, data)]
        assert proves(leaves[index], index, size, path, root(leaves))


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_a_proof_holds_for_its_own_leaf_place_and_root_only(data, draw):
    leaves = [leaf(item) for item in data]
    size, top = len(leaves), root(leaves)
    index = draw.draw(st.integers(0, size - 1))
    path = proof(leaves, index)
    assert proves(leaves[index], index, size, path, top)
    assert not proves(leaf(b"other than four"), index, size, path, top)
    assert not proves(leaves[index], index, size, path, leaf(b"another root"))
    assert not proves(leaves[index], index, size, [*path, top], top)
    assert not proves(leaves[index], size, size, path, top)
    assert not proves(leaves[index], -1, size, path, top)
    if path:
        assert not proves(leaves[index], index, size, path[:-1], top)
        at = draw.draw(st.integers(0, len(path) - 1))
        forged = [*path[:at], leaf(b"forged neighbour"), *path[at + 1 :]]
        assert not proves(leaves[index], index, size, forged, top)
    other = draw.draw(st.integers(0, size - 1))
    if leaves[other] != leaves[index]:
        assert not proves(leaves[index], other, size, path, top)


def test_a_leaf_is_never_taken_for_a_node():
    first, second = leaf(b"a"), leaf(b"b")
    inner = bytes.fromhex(first) + bytes.fromhex(second)
    assert leaf(inner) != root([first, second])
    assert root([first, second]) != root([second, first])
