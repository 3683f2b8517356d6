"""Chains of events, one a sheet, one a round, one for all the rest: each link holds the hash of the one before.

``broken_links`` names whatever was edited, deleted, inserted or moved afterwards. On PostgreSQL the links are made
by the database's own function ``audit_append``: the application's role can neither write an event itself nor touch
the ends of the chains.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, Connection, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.extensions import db
from app.models import AuditEvent, AuditHead

LINKED = ("at", "actor_id", "actor_name", "action", "object_type", "object_id", "label", "changes")
LINKED += ("request_id", "address")
BATCH = 2000

encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode
"""Canonical JSON: one text for one value."""


def tail_of(values: Any, changes: str) -> str:
    """What an event says, as the end of the JSON list that its hash is made of; ``changes`` is canonical already."""
    at, actor_id, actor_name, action, object_type, object_id, label, request_id, address = values
    before = encode([at, actor_id, actor_name, action, object_type, object_id, label])
    return f"{before[1:-1]},{changes},{encode([request_id, address])[1:]}"


def link_hash(before: str, chain: str, place: int, tail: str) -> str:
    """SHA-256 of the canonical JSON of [hash before, chain, place, …what the event says]."""
    return hashlib.sha256(f'["{before}",{encode(chain)},{place},{tail}'.encode()).hexdigest()


def _tail(row: dict[str, Any]) -> str:
    return tail_of([row[name] for name in LINKED if name != "changes"], encode(row["changes"]))


# Built once: every change of every row is written through these.
_EVENTS, _HEADS = AuditEvent.__table__, AuditHead.__table__
_FIND_HEADS = select(_HEADS.c.chain, _HEADS.c.place, _HEADS.c.hash).where(
    _HEADS.c.chain.in_(bindparam("chains", expanding=True))
)
_ADD_EVENTS = _EVENTS.insert().values(
    {
        c.name: bindparam(f"the_{c.name}", type_=Text if c.name == "changes" else c.type)
        for c in _EVENTS.c
        if c.name != "id"
    }
)  # changes as canonical text: a reader of the chains need not parse it
_MOVE_HEADS = sqlite_insert(_HEADS)
_MOVE_HEADS = _MOVE_HEADS.on_conflict_do_update(
    index_elements=["chain"], set_={"place": _MOVE_HEADS.excluded.place, "hash": _MOVE_HEADS.excluded.hash}
)
_THROUGH_THE_FUNCTION = select(column("place"), column("hash")).select_from(
    func.audit_append(
        bindparam("chains", type_=ARRAY(Text)), bindparam("tails", type_=ARRAY(Text))
    ).table_valued("place", "hash")
)


def append(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Hang the rows on the ends of their chains and note ``place`` and ``hash`` in each."""
    if connection.dialect.name == "postgresql":
        given = {"chains": [row["chain"] for row in rows], "tails": [_tail(row) for row in rows]}
        for row, (place, mark) in zip(rows, connection.execute(_THROUGH_THE_FUNCTION, given), strict=True):
            row["place"], row["hash"] = place, mark
        return
    heads = {
        c: (p, h)
        for c, p, h in connection.execute(_FIND_HEADS, {"chains": sorted({r["chain"] for r in rows})})
    }
    for row in rows:
        place, before = heads.get(row["chain"], (0, ""))
        row["place"], row["hash"] = place + 1, link_hash(before, row["chain"], place + 1, _tail(row))
        heads[row["chain"]] = (row["place"], row["hash"])
    connection.execute(_ADD_EVENTS, [_bound(row) for row in rows])
    connection.execute(_MOVE_HEADS, [{"chain": c, "place": p, "hash": h} for c, (p, h) in heads.items()])


def _bound(row: dict[str, Any]) -> dict[str, Any]:
    return {f"the_{name}": encode(value) if name == "changes" else value for name, value in row.items()}


class BrokenLink(NamedTuple):
    """Where a chain no longer holds; ``event_id`` None: events are missing at the end."""

    chain: str
    place: int
    event_id: int | None


_WALK = select(
    _EVENTS.c.id, _EVENTS.c.chain, _EVENTS.c.place, _EVENTS.c.hash, cast(_EVENTS.c.changes, Text).label("changes"),
    *(_EVENTS.c[name] for name in LINKED if name != "changes"),
).order_by(_EVENTS.c.chain, _EVENTS.c.place)  # fmt: skip


def broken_links(track: Callable[[Iterable], Iterable] = iter) -> Iterator[BrokenLink]:
    """Walk every chain; the first broken link of each, wherever a row was edited, deleted, inserted or moved.

    ``track`` passes the events on and may show how far it is.
    """
    connection = db.session.connection()
    heads = {
        c: (p, h) for c, p, h in connection.execute(select(_HEADS.c.chain, _HEADS.c.place, _HEADS.c.hash))
    }
    reached: dict[str, tuple[int, str]] = {}
    broken: set[str] = set()
    chain, place, before, last_id = None, 0, "", 0
    rows = connection.execute(_WALK, execution_options={"yield_per": BATCH})
    for number, of_chain, at_place, mark, changes, *said in track(rows):
        if of_chain != chain:
            chain, place, before, last_id = of_chain, 0, "", 0
        sound = (
            at_place == place + 1
            and number > last_id
            and _holds(before, chain, at_place, mark, said, changes)
        )
        if not sound and chain not in broken:
            broken.add(chain)
            yield BrokenLink(chain, at_place, number)
        place, before, last_id = at_place, mark, number
        reached[chain] = (place, before)
    for name in sorted(heads.keys() | reached.keys()):
        if name not in broken and heads.get(name) != reached.get(name):
            yield BrokenLink(name, reached.get(name, (0, ""))[0] + 1, None)


def _holds(before: str, chain: str, place: int, mark: str, said: list, changes: str) -> bool:
    """Whether the link is that of what the event says; what older versions stored is put into one form first."""
    said[0] = str(said[0])
    if link_hash(before, chain, place, tail_of(said, changes)) == mark:
        return True
    try:
        changes = encode(json.loads(changes))
    except (TypeError, ValueError):
        return False
    return link_hash(before, chain, place, tail_of(said, changes)) == mark
