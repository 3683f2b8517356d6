"""The audit trail: one way to write it, in the transaction of the change itself.

``bind`` tells the session who acts (once a request or command). Every change that the ORM flushes is then
recorded with old and new values, whichever screen made it: FAB form, grid cell, scoring row or command.
Acts that are more than a changed row (a refusal, a sign-in, a workflow step with its reason) call ``record``.

Events are links of chains, one a sheet, one a round, one for all the rest: each holds the hash of its content and
of the link before, so that ``broken_links`` names whatever was edited, deleted, inserted or moved afterwards. The
database itself refuses to change or delete an event.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from flask import has_request_context
from sqlalchemy import bindparam, event, inspect, select
from sqlalchemy.orm import Session

from app.clock import now
from app.extensions import db
from app.models import Account, AuditEvent, AuditHead, Digest, Notification, OutgoingMail

GENERAL = "general"
TOLD = logging.getLogger("app.trail")
UNTRACKED_TABLES = {
    AuditEvent.__tablename__,
    AuditHead.__tablename__,
    Notification.__tablename__,
    OutgoingMail.__tablename__,
    Digest.__tablename__,
    "survey_response",
    "survey_answer",
    "survey_code",
    "result",
    "account_session",
    "rate_count",
    "recovery_code",
    "required_second_factor",
    "second_factor",
    "sign_in_tries",
    "sign_on_person",
    "signed_scan",
}
QUIET_COLUMNS = {
    "search_text",
    "sort_key",
    "version",
    "last_login",
    "login_count",
    "fail_login_count",
    "created_on",
    "changed_on",
    "created_by_fk",
    "changed_by_fk",
    "saved_at",
    "saved_by_id",
    "content",
}
SECRET_COLUMNS = {"password"}
LABEL_COLUMNS = ("code", "username", "name", "title", "agency_name", "file_name")


def bind(actor: Account | None, *, name: str = "", request_id: str = "", address: str = "") -> None:
    """Name the actor for everything this session flushes from now on; ``name`` stands where there is no account."""
    db.session().info["actor"] = {
        "actor_id": getattr(actor, "id", None),
        "actor_name": getattr(actor, "username", "") or name,
        "request_id": request_id,
        "address": address,
    }


def record(
    action: str,
    thing: Any = None,
    *,
    actor: Account | None,
    at: datetime,
    label: str = "",
    **details: Any,
) -> None:
    """Write one event; ``action`` is in the past tense, e.g. ``sheet_sent``; ``details`` are JSON-able.

    Flushes first, so that the thing has its id and its changes stand before the act.
    """
    session = db.session()
    session.flush()
    values = _values(session, action, thing, {name: _plain(value) for name, value in details.items()}, at)
    values["label"] = (label or str(thing if thing is not None else ""))[:400]
    if actor is not None:
        values |= {"actor_id": actor.id, "actor_name": actor.username}
    _append(session, [values])


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | date):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool, dict, type(None))) else str(value)


def _tracked(thing: Any) -> bool:
    return getattr(thing, "__tablename__", None) not in UNTRACKED_TABLES


def _changes(thing: Any, *, created: bool) -> dict[str, list]:
    state, found = inspect(thing), {}
    for attribute in state.mapper.column_attrs:
        if attribute.key in QUIET_COLUMNS:
            continue
        history = state.attrs[attribute.key].history
        old = history.deleted[0] if history.deleted else None
        new = getattr(thing, attribute.key) if created else (history.added[0] if history.added else None)
        if (created and new is None) or (not created and (not history.has_changes() or old == new)):
            continue
        secret = attribute.key in SECRET_COLUMNS
        found[attribute.key] = ["***", "***"] if secret else [_plain(old), _plain(new)]
    return found


def _label(thing: Any) -> str:
    """A name for people from what is loaded already: inside a flush nothing is fetched for it."""
    there = inspect(thing).dict if thing is not None else {}
    words = [there.get(name) for name in LABEL_COLUMNS]
    return " ".join(str(word) for word in words if word)


def _values(session: Session, action: str, thing: Any, changes: dict, at: datetime) -> dict[str, Any]:
    bound = session.info.get("actor", {})
    return {
        "chain": _chain_of(thing),
        "at": at.astimezone(UTC),
        "actor_id": bound.get("actor_id"),
        "actor_name": bound.get("actor_name", ""),
        "action": action,
        "object_type": type(thing).__name__ if thing is not None else "",
        "object_id": str(getattr(thing, "id", "") or ""),
        "label": _label(thing)[:400],
        "changes": changes,
        "request_id": bound.get("request_id", ""),
        "address": bound.get("address", ""),
    }


def _chain_of(thing: Any) -> str:
    """The sheet or the round that the thing belongs to."""
    name = getattr(thing, "__tablename__", None)
    for noun in ("sheet", "round"):
        number = thing.id if name == noun else getattr(thing, f"{noun}_id", None)
        if isinstance(number, int):
            return f"{noun}:{number}"
    return GENERAL


LINKED = ("at", "actor_id", "actor_name", "action", "object_type", "object_id", "label", "changes")
LINKED += ("request_id", "address")


def _hash(before: str, chain: str, place: int, values: dict[str, Any]) -> str:
    content = [before, chain, place, *(values[name] for name in LINKED)]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


# Built once: every change of every row is written through these.
_HEADS = AuditHead.__table__
_FIND_HEADS = (
    select(_HEADS.c.chain, _HEADS.c.place, _HEADS.c.hash)
    .where(_HEADS.c.chain.in_(bindparam("chains", expanding=True)))
    .with_for_update()
)
_ADD_EVENTS = AuditEvent.__table__.insert().inline()  # returns nothing: who acts may not read the trail
_ADD_HEADS = _HEADS.insert()
_MOVE_HEADS = (
    _HEADS.update()
    .where(_HEADS.c.chain == bindparam("of_chain"))
    .values(place=bindparam("to_place"), hash=bindparam("to_hash"))
)


def _append(session: Session, rows: list[dict[str, Any]]) -> None:
    """Hang the rows on the ends of their chains; the heads are held until the commit."""
    connection = session.connection()
    chains = sorted({row["chain"] for row in rows})
    heads = {c: (place, end) for c, place, end in connection.execute(_FIND_HEADS, {"chains": chains})}
    there = set(heads)
    for row in rows:
        place, before = heads.get(row["chain"], (0, ""))
        row["place"], row["hash"] = place + 1, _hash(before, row["chain"], place + 1, row)
        heads[row["chain"]] = (row["place"], row["hash"])
    connection.execute(_ADD_EVENTS, rows)
    new = [{"chain": c, "place": p, "hash": h} for c, (p, h) in heads.items() if c not in there]
    if new:
        connection.execute(_ADD_HEADS, new)
    moved = [{"of_chain": c, "to_place": p, "to_hash": h} for c, (p, h) in heads.items() if c in there]
    if moved:
        connection.execute(_MOVE_HEADS, moved)
    session.info.setdefault("audit_fresh", []).extend(rows)


class BrokenLink(NamedTuple):
    """Where a chain no longer holds; ``event_id`` None: events are missing at the end."""

    chain: str
    place: int
    event_id: int | None


def broken_links(track: Callable[[Iterable], Iterable] = iter) -> Iterator[BrokenLink]:
    """Walk every chain; the first broken link of each, wherever a row was edited, deleted, inserted or moved.

    ``track`` passes the events on and may show how far it is.
    """
    heads = {head.chain: (head.place, head.hash) for head in db.session.scalars(select(AuditHead))}
    reached: dict[str, tuple[int, str]] = {}
    broken: set[str] = set()
    query = select(AuditEvent).order_by(AuditEvent.chain, AuditEvent.place).execution_options(yield_per=1000)
    for row in track(db.session.scalars(query)):
        place, before = reached.get(row.chain, (0, ""))
        values = {name: getattr(row, name) for name in LINKED}
        sound = row.place == place + 1 and row.hash == _hash(before, row.chain, row.place, values)
        if not sound and row.chain not in broken:
            broken.add(row.chain)
            yield BrokenLink(row.chain, row.place, row.id)
        reached[row.chain] = (row.place, row.hash)
    for chain in sorted(heads.keys() | reached.keys()):
        if chain not in broken and heads.get(chain) != reached.get(chain):
            yield BrokenLink(chain, reached.get(chain, (0, ""))[0] + 1, None)


@event.listens_for(Session, "before_flush")
def _collect(session: Session, _context, _instances) -> None:
    pending = session.info.setdefault("audit_pending", [])
    for thing in session.dirty:
        if _tracked(thing) and session.is_modified(thing, include_collections=False):
            changes = _changes(thing, created=False)
            if changes:
                pending.append(("changed", thing, changes))
    pending.extend(
        ("deleted", thing, {"row": str(thing)[:300]}) for thing in session.deleted if _tracked(thing)
    )
    pending.extend(("created", thing, None) for thing in session.new if _tracked(thing))


@event.listens_for(Session, "after_flush")
def _write(session: Session, _context) -> None:
    pending = session.info.pop("audit_pending", [])
    moment = now()
    rows = [
        _values(session, action, thing, _changes(thing, created=True) if changes is None else changes, moment)
        for action, thing, changes in pending
    ]
    if rows:
        _append(session, rows)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("audit_pending", None)
    session.info.pop("audit_fresh", None)


@event.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    """A line in the log for each chain that a request has lengthened: whoever keeps the logs elsewhere has its end.

    What was done, by whom, and the hash; never what was written.
    """
    fresh = session.info.pop("audit_fresh", [])
    if not has_request_context():
        return
    for chain in dict.fromkeys(row["chain"] for row in fresh):
        rows = [row for row in fresh if row["chain"] == chain]
        last = rows[-1]
        acts = sorted({row["action"] for row in rows})
        fields = {"chain": chain, "place": last["place"], "hash": last["hash"], "acts": acts}
        who = {"account_id": last["actor_id"], "address": last["address"]}
        TOLD.info("trail", extra={"fields": fields | who})
