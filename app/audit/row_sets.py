"""Rows that came past the ORM: many rows told by one event, with their values, so that the replay knows each of them.

``rows_recorded`` follows a bulk insert or update; ``baseline`` tells rows that are older than the tracking of their
table, once, when an older database has been upgraded.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from app.audit.fields import Shape, plain, shape_of, shapes
from app.audit.record import GENERAL, blank_event, record, waiting
from app.audit.rows import Row, stored_rows
from app.column_types import Points
from app.extensions import db
from app.models import Account, AuditEvent

SET_ACTIONS = ("rows_recorded", "baseline")
MOST = 500
OWNERS = ("sheet", "round")


def record_rows(model: type, where: ColumnElement, *, at: datetime, action: str = "rows_recorded") -> int:
    """Tell the rows as they now are, in events of at most 500 of one chain; how many rows there were."""
    session = db.session()
    session.flush()
    return _record(session, shape_of(model.__mapper__), where, at, action)


def _record(session: Session, shape: Shape, where: ColumnElement | None, at: datetime, action: str) -> int:
    count, sets = 0, {}
    for key, values in stored_rows(session.connection(), shape, where):
        chain, count = _chain(shape, key, values), count + 1
        rows = sets.setdefault(chain, [])
        rows.append((key, values))
        if len(rows) == MOST:
            waiting(session).append(_event(session, shape, chain, sets.pop(chain), at, action))
    for chain, rows in sets.items():
        waiting(session).append(_event(session, shape, chain, rows, at, action))
    return count


def _chain(shape: Shape, key: str, values: dict[str, Any]) -> str:
    """The chain where the ORM's own events of this row stand (``record.chain_of``)."""
    for noun in OWNERS:
        number = key if shape.table.name == noun else values.get(f"{noun}_id")
        if number is not None:
            return f"{noun}:{number}"
    return GENERAL


def _event(session: Session, shape: Shape, chain: str, rows: list[Row], at: datetime, action: str) -> dict:
    changes = {"count": len(rows), "row_set": packed(shape, rows)}
    values = blank_event(session, action, changes, at)
    return values | {"chain": chain, "object_type": shape.noun, "object_id": rows[0][0]}


def packed(shape: Shape, rows: list[Row]) -> dict[str, Any]:
    """{"keys": […], "same": {name: value of all}, "each": {name: [value of each]}}."""
    points = {field.name for field in shape.fields if isinstance(field.column.type, Points)}
    found: dict[str, Any] = {"keys": [key for key, _values in rows], "same": {}, "each": {}}
    for name in sorted({name for _key, values in rows for name in values}):
        column = [_written(values.get(name), name in points) for _key, values in rows]
        if all(value == column[0] for value in column):
            found["same"][name] = column[0]
        else:
            found["each"][name] = column
    return found


def _written(value: Any, thousandths: bool) -> Any:
    if value is None or not thousandths:
        return plain(value)
    whole, rest = divmod(abs(value), 1000)
    return f"{'-' if value < 0 else ''}{whole}.{rest:03d}"


def unpacked(row_set: dict[str, Any]) -> Iterator[Row]:
    for place, key in enumerate(row_set["keys"]):
        each = {name: column[place] for name, column in row_set["each"].items()}
        yield key, {name: value for name, value in (row_set["same"] | each).items() if value is not None}


def has_baseline() -> bool:
    return bool(db.session.scalar(select(exists().where(AuditEvent.action == "baseline_made"))))


def baseline(*, actor: Account | None, at: datetime, reason: str) -> int:
    """Tell every tracked row as it is now: from here on the replay starts. How many rows there are."""
    session = db.session()
    session.flush()
    rows = sum(_record(session, shape, None, at, "baseline") for shape in shapes())
    record("baseline_made", actor=actor, at=at, rows=rows, reason=reason)
    return rows
