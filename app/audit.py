"""The audit trail: one way to write it, in the transaction of the change itself.

``bind`` tells the session who acts (once a request or command). Every change that the ORM flushes is then
recorded with old and new values, whichever screen made it: FAB form, grid cell, scoring row or command.
Acts that are more than a changed row (a refusal, a sign-in, a workflow step with its reason) call ``record``.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from app.clock import now
from app.extensions import db
from app.models import Account, AuditEvent, Notification, OutgoingMail

UNTRACKED_TABLES = {
    AuditEvent.__tablename__,
    Notification.__tablename__,
    OutgoingMail.__tablename__,
    "survey_response",
    "survey_answer",
    "result",
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


def bind(actor: Account | None, *, request_id: str = "", address: str = "") -> None:
    """Name the actor for everything this session flushes from now on."""
    db.session().info["actor"] = {
        "actor_id": getattr(actor, "id", None),
        "actor_name": getattr(actor, "username", "") or "",
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
    """Write one event; ``action`` is in the past tense, e.g. ``sheet_sent``; ``details`` are JSON-able."""
    bound = db.session().info.get("actor", {})
    db.session.add(
        AuditEvent(
            at=at,
            actor_id=actor.id if actor else bound.get("actor_id"),
            actor_name=actor.username if actor else bound.get("actor_name", ""),
            action=action,
            object_type=type(thing).__name__ if thing is not None else "",
            object_id=str(getattr(thing, "id", "") or ""),
            label=(label or str(thing if thing is not None else ""))[:400],
            changes={name: _plain(value) for name, value in details.items()},
            request_id=bound.get("request_id", ""),
            address=bound.get("address", ""),
        )
    )


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


def _values(session: Session, action: str, thing: Any, changes: dict) -> dict[str, Any]:
    bound = session.info.get("actor", {})
    return {
        "at": now(),
        "actor_id": bound.get("actor_id"),
        "actor_name": bound.get("actor_name", ""),
        "action": action,
        "object_type": type(thing).__name__,
        "object_id": str(getattr(thing, "id", "") or ""),
        "label": "",
        "changes": changes,
        "request_id": bound.get("request_id", ""),
        "address": bound.get("address", ""),
    }


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
    rows = [
        _values(session, action, thing, _changes(thing, created=True) if changes is None else changes)
        for action, thing, changes in pending
    ]
    if rows:
        session.execute(AuditEvent.__table__.insert(), rows)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("audit_pending", None)
