"""Writing the trail: who acts, what a flush has changed, and acts that are more than a changed row.

What a transaction has done is gathered as it is flushed and hung on the chains once, just before the commit (or
before somebody reads the trail in the same transaction): one append a transaction, and the ends of the chains are
held for as short as can be, in one order.
"""

from datetime import UTC, datetime
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import event, inspect
from sqlalchemy.orm import InstanceState, ORMExecuteState, Session, SessionTransaction
from sqlalchemy.sql import visitors

from app.audit.chain import append
from app.audit.fields import HIDDEN, PARTS, WITHOUT_ACTOR, Shape, is_tracked, key_of, plain, shape_of, told
from app.audit.links import digests_of_changed_parts, link_changes, links_of
from app.clock import now
from app.extensions import db
from app.models import Account

GENERAL = "general"
LABEL_COLUMNS = ("code", "username", "name", "title", "agency_name", "file_name")
TRAIL_TABLES = {"audit_event", "audit_head"}
GATHERED = ("audit_waiting", "audit_fresh")
ORDER = {"changed": 0, "deleted": 1, "created": 2}


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
    values = event_of(session, action, thing, {name: plain(value) for name, value in details.items()}, at)
    values["label"] = (label or str(thing if thing is not None else ""))[:400]
    if actor is not None:
        values |= {"actor_id": actor.id, "actor_name": actor.username}
    waiting(session).append(values)


def waiting(session: Session) -> list[dict[str, Any]]:
    """Events of this transaction that are not on their chains yet."""
    return session.info.setdefault("audit_waiting", [])


def event_of(session: Session, action: str, thing: Any, changes: dict, at: datetime) -> dict[str, Any]:
    """The event of an act on a row, or on nothing."""
    key = key_of(inspect(thing).mapper.primary_key_from_instance(thing)) if thing is not None else ""
    values = blank_event(session, action, changes, at)
    noun = type(thing).__name__ if thing is not None else ""
    if getattr(thing, "__tablename__", "") in WITHOUT_ACTOR:
        values |= {"actor_id": None, "actor_name": "", "request_id": "", "address": ""}
    return values | {"chain": chain_of(thing), "object_type": noun, "object_id": key, "label": _label(thing)}


def blank_event(session: Session, action: str, changes: dict, at: datetime) -> dict[str, Any]:
    bound = session.info.get("actor", {})
    return {
        "chain": GENERAL,
        "at": at.astimezone(UTC),
        "actor_id": bound.get("actor_id"),
        "actor_name": bound.get("actor_name", ""),
        "action": action,
        "object_type": "",
        "object_id": "",
        "label": "",
        "changes": changes,
        "request_id": bound.get("request_id", ""),
        "address": bound.get("address", ""),
    }


def _label(thing: Any) -> str:
    """A name for people from what is loaded already: inside a flush nothing is fetched for it."""
    there = inspect(thing).dict if thing is not None else {}
    words = [there.get(name) for name in LABEL_COLUMNS]
    return " ".join(str(word) for word in words if word)[:400]


def chain_of(thing: Any) -> str:
    """The sheet or the round that the thing belongs to."""
    name = getattr(thing, "__tablename__", None)
    for noun in ("sheet", "round"):
        number = thing.id if name == noun else getattr(thing, f"{noun}_id", None)
        if isinstance(number, int):
            return f"{noun}:{number}"
    return GENERAL


def _created(shape: Shape, key: str, thing: Any) -> dict[str, list]:
    found = {}
    for field in shape.fields:
        value = getattr(thing, field.name)
        if value is not None:
            found[field.name] = [None, told(shape, field, key, value)]
    return found | {name: [None, ids] for name, ids in links_of(shape, thing).items()}


def _changed(shape: Shape, key: str, state: InstanceState) -> dict[str, list]:
    """Columns whose value differs, also those that the flush itself has set from a relationship."""
    found = {}
    for field in shape.fields:
        if field.name not in state.committed_state:
            continue
        history = state.attrs[field.name].history
        old = history.deleted[0] if history.deleted else None
        new = history.added[0] if history.added else None
        if history.has_changes() and old != new:
            before = HIDDEN if field.kind == "secret" else told(shape, field, key, old)
            found[field.name] = [before, told(shape, field, key, new)]
    return found | link_changes(shape, state)


def _happened(state: InstanceState, deleted: bool) -> tuple[str, dict] | None:
    """The action and what it changed; None when nothing that stands on the trail did."""
    thing = state.obj()
    shape = shape_of(state.mapper)
    if deleted:
        return "deleted", {"row": str(thing)[:300]}
    key = key_of(state.mapper.primary_key_from_instance(thing))
    if state.key is None:
        return "created", _created(shape, key, thing)
    changes = _changed(shape, key, state)
    return ("changed", changes) if changes else None


def _place(state: InstanceState, action: str) -> tuple:
    """Changed rows first, then deleted, then new ones as they were added."""
    number = state.insert_order if action == "created" else 0
    key = state.key[1] if state.key is not None else ()
    return ORDER[action], number, state.mapper.local_table.name, tuple(map(str, key))


@event.listens_for(Session, "after_flush")
def _gather(session: Session, context) -> None:
    """What the flush has written. Its own list of states also names orphans and rows deleted with their parents."""
    found, parts = [], []
    for state, (deleted, only_listed) in context.states.items():
        if only_listed or state.obj() is None:
            continue
        if state.mapper.local_table.name in PARTS:
            parts.append((state, deleted))
        elif is_tracked(state.mapper.local_table):
            happened = _happened(state, deleted)
            if happened is not None:
                found.append(_Happened(_place(state, happened[0]), state.obj(), *happened))
    if found or parts:
        waiting(session).extend(_events(session, sorted(found, key=lambda one: one.place), parts))


class _Happened(NamedTuple):
    place: tuple
    thing: Any
    action: str
    changes: dict


def _events(session: Session, found: list[_Happened], parts: list) -> list[dict[str, Any]]:
    """One event a row; what happened to its parts stands in the row's own."""
    moment = now()
    rows = [event_of(session, one.action, one.thing, one.changes, moment) for one in found]
    by_thing = {id(one.thing): row for one, row in zip(found, rows, strict=True)}
    new = {
        (inspect(one.thing).mapper.local_table.name, row["object_id"]): one.thing
        for one, row in zip(found, rows, strict=True)
        if one.action == "created"
    }
    for parent, digests in digests_of_changed_parts(session, parts, new):
        if id(parent) in by_thing:
            by_thing[id(parent)]["changes"] |= digests
        else:
            rows.append(event_of(session, "changed", parent, digests, moment))
    return rows


@event.listens_for(Session, "before_commit")
def _hang(session: Session) -> None:
    session.flush()
    if not session.in_nested_transaction():
        hang_waiting(session)


def hang_waiting(session: Session) -> None:
    """Put what waits onto the chains."""
    rows = session.info.pop("audit_waiting", [])
    if rows:
        append(session.connection(), rows)
        session.info.setdefault("audit_fresh", []).extend(rows)


@event.listens_for(Session, "do_orm_execute")
def _before_reading(state: ORMExecuteState) -> None:
    """Whoever reads the trail within the transaction finds what it has done so far."""
    if state.session.info.get("audit_waiting") and _names_the_trail(state.statement):
        hang_waiting(state.session)


def _names_the_trail(statement: Any) -> bool:
    if hasattr(statement, "text") and isinstance(statement.text, str):
        return "audit_" in statement.text
    return any(getattr(part, "name", None) in TRAIL_TABLES for part in visitors.iterate(statement))


SAVEPOINTS: WeakKeyDictionary[SessionTransaction, dict[str, list]] = WeakKeyDictionary()


@event.listens_for(Session, "after_transaction_create")
def _mark(session: Session, transaction: SessionTransaction) -> None:
    """What has happened when a savepoint begins is what a rollback to it goes back to."""
    if transaction.nested:
        SAVEPOINTS[transaction] = {name: list(session.info.get(name, [])) for name in GATHERED}


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    kept = SAVEPOINTS.get(transaction, {})
    for name in GATHERED:
        session.info[name] = list(kept.get(name, []))
