"""app/audit/merkle.py: the tree of RFC 6962."""

import pytest

from app.audit import merkle


def by_the_book(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1: split at the largest power of two below the number of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return merkle.node_hash(by_the_book(leaves[:split]), by_the_book(leaves[split:]))


def leaves_of(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6, 7, 8, 33])
def test_the_root_and_every_path_are_those_of_the_rfc(count):
    leaves = leaves_of(count)
    root = merkle.root_of(leaves)
    assert root == by_the_book(leaves)
    assert {merkle.follow(leaf, merkle.path_of(leaves, at)) for at, leaf in enumerate(leaves)} == {root}


def test_known_hashes_of_the_rfc():
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    leaf = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert (merkle.root_of([]).hex(), merkle.leaf_hash(b"").hex()) == (empty, leaf)
