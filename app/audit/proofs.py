"""That an act stands under a nightly root: what whoever holds a receipt needs to show it to somebody else.

``verify_receipt.py`` checks a proof by itself, with nothing but Python.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

from app.audit import merkle
from app.audit.chain import LINKED, encode, tail_of
from app.audit.models import AuditLeaf, AuditRoot
from app.audit.roots import as_line, leaf_content, short_code, tree_of
from app.extensions import db
from app.models import AuditEvent

VERIFIER = Path(__file__).with_name("verify_receipt.py")


class Proven(NamedTuple):
    """The root that an act stands under."""

    event: AuditEvent
    root: AuditRoot

    @property
    def code(self) -> str:
        return short_code(self.root)


def proven(chain: str, action: str, object_id: int) -> Proven | None:
    """The last such act and the first root over it; None until that root is made."""
    event = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.chain == chain, AuditEvent.action == action, AuditEvent.object_id == str(object_id))
        .order_by(AuditEvent.place.desc())
        .limit(1)
    ).first()
    if event is None:
        return None
    root = db.session.scalars(
        select(AuditRoot)
        .join(AuditLeaf, AuditLeaf.root_number == AuditRoot.number)
        .where(AuditLeaf.chain == event.chain, AuditLeaf.place == event.place)
        .order_by(AuditRoot.number)
        .limit(1)
    ).first()
    return Proven(event, root) if root is not None else None


def proof_of(found: Proven) -> dict[str, Any]:
    """Event, link, path and root; all that ``verify_receipt.py`` needs."""
    event, tree = found.event, tree_of(found.root.number)
    place = tree.index((event.chain, event.place, event.hash))
    leaves = [merkle.leaf_hash(leaf_content(*leaf)) for leaf in tree]
    return {
        "format": 1,
        "link": {"chain": event.chain, "place": event.place, "hash": event.hash, "before": _before(event)},
        "event": "["
        + tail_of([getattr(event, name) for name in LINKED if name != "changes"], encode(event.changes)),
        "path": [[side, mark.hex()] for side, mark in merkle.path_of(leaves, place)],
        "root": as_line(found.root) | {"stamp": found.root.stamp, "code": found.code},
    }


def _before(event: AuditEvent) -> str:
    former = select(AuditEvent.hash).where(
        AuditEvent.chain == event.chain, AuditEvent.place == event.place - 1
    )
    return db.session.scalar(former) or ""


def proof_text(found: Proven) -> str:
    return json.dumps(proof_of(found), ensure_ascii=False, indent=1)
