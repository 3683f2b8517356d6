"""The Merkle tree of RFC 6962 (certificate transparency): one root for many leaves, and the path from a leaf to it."""

import hashlib
from collections.abc import Sequence


def leaf_hash(content: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over hashes of leaves; of none, the hash of nothing."""
    if not leaves:
        return hashlib.sha256().digest()
    level = list(leaves)
    while len(level) > 1:  # pairs from the left: the same tree as splitting at the largest power of two
        paired = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def path_of(leaves: Sequence[bytes], place: int) -> list[tuple[str, bytes]]:
    """("left" or "right", hash) of each neighbour on the way from the leaf at ``place`` to the root."""
    level, path = list(leaves), []
    while len(level) > 1:
        neighbour = place ^ 1
        if neighbour < len(level):
            path.append(("left" if neighbour < place else "right", level[neighbour]))
        paired = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
        level, place = paired + level[len(paired) * 2 :], place // 2
    return path


def follow(leaf: bytes, path: Sequence[tuple[str, bytes]]) -> bytes:
    """The root that the path leads to."""
    for side, neighbour in path:
        leaf = node_hash(neighbour, leaf) if side == "left" else node_hash(leaf, neighbour)
    return leaf
