"""The head of heads: each night one signed Merkle root over the ends of all chains, which then leaves the house.

A leaf is the text "chain, place, hash" of a link. The tree of a root is made of the last link of every chain and of
the links that receipts of that night stand on; ``audit_leaf`` keeps the links that are new since the former root, so
that every tree can be made again.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import exists, func, select

from app.audit import merkle
from app.audit.chain import encode
from app.audit.keys import is_signed, public_key_of, signing_key, trusted_keys
from app.audit.models import AuditLeaf, AuditRoot
from app.audit.stamps import stamped_at
from app.errors import Sentence
from app.extensions import db
from app.models import AuditEvent, AuditHead

RECEIPTS = ("sheet_sent",)
"""Acts whose own link gets a leaf: whoever has the receipt can be shown that it is in the root."""
Leaf = tuple[str, int, str]


class Finding(NamedTuple):
    """What does not hold of the root ``number``."""

    number: int
    sentence: Sentence

    def __str__(self) -> str:
        return f"{Sentence('Dấu nhật ký số %(number)s', {'number': self.number})}: {self.sentence}"


def leaf_content(chain: str, place: int, mark: str) -> bytes:
    return encode([chain, place, mark]).encode()


def statement(root: AuditRoot) -> str:
    """What is signed and stamped: canonical JSON on one line."""
    return encode(
        {
            "log": "cham-diem",
            "number": root.number,
            "made_at": root.made_at.astimezone(UTC).isoformat(timespec="seconds"),
            "former": root.former,
            "root": root.root,
            "leaves": root.leaves,
            "events": root.events,
        }
    )


def statement_hash(root: AuditRoot) -> str:
    return hashlib.sha256(statement(root).encode()).hexdigest()


def as_line(root: AuditRoot) -> dict[str, Any]:
    """The root as it leaves the house: the statement's fields, the signature and the public key."""
    return {
        "number": root.number,
        "made_at": root.made_at.astimezone(UTC).isoformat(timespec="seconds"),
        "former": root.former,
        "root": root.root,
        "leaves": root.leaves,
        "events": root.events,
        "public_key": root.public_key,
        "signature": root.signature,
    }


def short_code(root: AuditRoot) -> str:
    """The root's first 64 bits, as printed in minutes and on receipts: ``A1B2-C3D4-E5F6-0789``."""
    code = root.root[:16].upper()
    return "-".join(code[at : at + 4] for at in range(0, 16, 4))


def last_root() -> AuditRoot | None:
    return db.session.scalars(select(AuditRoot).order_by(AuditRoot.number.desc()).limit(1)).first()


def draft_root(at: datetime) -> tuple[AuditRoot, list[Leaf]]:
    """The signed root over the chains as they end now, and its new leaves; nothing is written yet."""
    former = last_root()
    number = former.number + 1 if former else 1
    kept = {chain: (place, mark) for chain, place, mark in _ends(number - 1)}
    heads = {
        c: (p, h) for c, p, h in db.session.execute(select(AuditHead.chain, AuditHead.place, AuditHead.hash))
    }
    new = {(c, p, h) for c, (p, h) in heads.items() if kept.get(c) != (p, h)} | _receipt_links(heads)
    tree = sorted({(c, p, h) for c, (p, h) in (kept | heads).items()} | new)
    key = signing_key()
    root = AuditRoot(
        number=number,
        made_at=at.replace(microsecond=0),
        former=statement_hash(former) if former else "",
        root=merkle.root_of([merkle.leaf_hash(leaf_content(*leaf)) for leaf in tree]).hex(),
        leaves=len(tree),
        events=sum(place for place, _mark in heads.values()),
        public_key=public_key_of(key),
    )
    root.signature = key.sign(statement(root).encode()).hex()
    return root, sorted(new)


def keep_root(root: AuditRoot, new: list[Leaf]) -> None:
    db.session.add(root)
    db.session.flush()
    db.session.add_all(AuditLeaf(root_number=root.number, chain=c, place=p, hash=h) for c, p, h in new)
    db.session.flush()


def _receipt_links(heads: dict[str, tuple[int, str]]) -> set[Leaf]:
    """Links of receipts that no root has a leaf for; none newer than the ends that were read."""
    told = exists().where(AuditLeaf.chain == AuditEvent.chain, AuditLeaf.place == AuditEvent.place)
    query = select(AuditEvent.chain, AuditEvent.place, AuditEvent.hash).where(
        AuditEvent.action.in_(RECEIPTS), ~told
    )
    return {tuple(row) for row in db.session.execute(query) if row.place <= heads.get(row.chain, (0, ""))[0]}


def _ends(number: int) -> list[Leaf]:
    """The last leaf of each chain as of the root ``number``."""
    last = (
        select(AuditLeaf.chain, func.max(AuditLeaf.place).label("place"))
        .where(AuditLeaf.root_number <= number)
        .group_by(AuditLeaf.chain)
        .subquery()
    )
    query = (
        select(AuditLeaf.chain, AuditLeaf.place, AuditLeaf.hash)
        .join(last, (last.c.chain == AuditLeaf.chain) & (last.c.place == AuditLeaf.place))
        .where(AuditLeaf.root_number <= number)
    )
    return [tuple(row) for row in db.session.execute(query)]


def tree_of(number: int) -> list[Leaf]:
    """The leaves of a root, in the order of its tree."""
    own = select(AuditLeaf.chain, AuditLeaf.place, AuditLeaf.hash).where(AuditLeaf.root_number == number)
    return sorted({*_ends(number), *(tuple(row) for row in db.session.execute(own))})


def findings() -> Iterator[Finding]:
    """What does not hold of the kept roots: numbers, former, signature, stamp, tree, and the links themselves."""
    roots = db.session.scalars(select(AuditRoot).order_by(AuditRoot.number)).all()
    trusted, before = trusted_keys(), None
    ends: dict[str, Leaf] = {}
    leaves = _leaves_by_root()
    for number, root in enumerate(roots, 1):
        own = leaves.get(root.number, [])
        ends |= {leaf[0]: leaf for leaf in sorted(own) if leaf[1] >= ends.get(leaf[0], leaf)[1]}
        yield from _of_root(root, number, before, trusted, sorted({*ends.values(), *own}))
        before = root
    yield from link_findings()


def _leaves_by_root() -> dict[int, list[Leaf]]:
    found: dict[int, list[Leaf]] = {}
    query = select(AuditLeaf.root_number, AuditLeaf.chain, AuditLeaf.place, AuditLeaf.hash)
    for number, *leaf in db.session.execute(query):
        found.setdefault(number, []).append(tuple(leaf))
    return found


def _of_root(root: AuditRoot, number: int, before: AuditRoot | None, trusted: set[str], tree: list[Leaf]):
    said = statement(root)
    wrong = [
        (root.number != number, Sentence("thiếu dấu trước đó")),
        (root.former != (statement_hash(before) if before else ""), Sentence("không nối với dấu trước đó")),
        (not is_signed(said, root.signature, root.public_key), Sentence("chữ ký không đúng")),
        (bool(trusted) and root.public_key not in trusted, Sentence("ký bằng khóa lạ")),
        (
            root.stamp is not None and stamped_at(root.stamp, said) is None,
            Sentence("dấu thời gian không đúng"),
        ),
        (
            root.root != merkle.root_of([merkle.leaf_hash(leaf_content(*leaf)) for leaf in tree]).hex(),
            Sentence("không tính lại được từ các mắt xích đã giữ"),
        ),
    ]
    yield from (Finding(root.number, sentence) for is_wrong, sentence in wrong if is_wrong)


def link_findings() -> Iterator[Finding]:
    """Leaves whose link on the trail is gone or another: the chain was cut or made anew after the root."""
    there = (AuditEvent.chain == AuditLeaf.chain) & (AuditEvent.place == AuditLeaf.place)
    query = (
        select(AuditLeaf.root_number, AuditLeaf.chain, AuditLeaf.place, AuditEvent.hash)
        .outerjoin(AuditEvent, there)
        .where(AuditEvent.hash.is_(None) | (AuditEvent.hash != AuditLeaf.hash))
        .order_by(AuditLeaf.root_number, AuditLeaf.chain, AuditLeaf.place)
    )
    for number, chain, place, mark in db.session.execute(query):
        values = {"chain": chain, "place": place}
        gone = Sentence("mắt xích %(place)s của chuỗi %(chain)s đã mất", values)
        other = Sentence("mắt xích %(place)s của chuỗi %(chain)s đã khác", values)
        yield Finding(number, gone if mark is None else other)
