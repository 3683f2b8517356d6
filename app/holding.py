"""``Held[Row]``: a row that is locked until the end of the transaction, as a type.

Whatever a freeze reads (the approval of a sheet, the conclusion of a round) is written only while the row that it
belongs to is held. An operation that changes such a thing takes ``Held[Sheet]`` where it would take ``Sheet``; only
the locking queries below make one, so a row that was merely read does not fit. PostgreSQL locks by ``SELECT … FOR NO
KEY UPDATE``; on SQLite the write transaction of the request is the lock. Either way the row is read as it is now.

A class whose rows belong to another row names the relationship in ``held_with`` (a score: its sheet): its rows are
held together with that one, that one first. Why, and the order in which rows are held: ``docs/adr/0011``.
"""

from collections.abc import Collection
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import contains_eager

from app.extensions import db

Row = TypeVar("Row")
Part = TypeVar("Part")
_KEY = object()


class Held(Generic[Row]):
    """``row`` is locked, and as it is now. ``parent`` is what it was held together with, None for a row of its own."""

    __slots__ = ("_row", "_parent", "_transaction")

    def __init__(self, key: object, row: Row, parent: "Held[Any] | None" = None):
        if key is not _KEY:
            raise TypeError("Only the locking queries of app.holding make a Held row.")
        self._row, self._parent, self._transaction = row, parent, db.session().get_transaction()
        _held_here().add(row)

    @property
    def row(self) -> Row:
        """Raises ``RuntimeError`` once the transaction that locked the row is over."""
        if self._transaction is None or self._transaction is not db.session().get_transaction():
            raise RuntimeError(f"{type(self._row).__name__} is no longer held: its transaction is over.")
        return self._row

    @property
    def parent(self) -> "Held[Any]":
        """Raises ``LookupError`` for a row that was held by itself."""
        if self._parent is None:
            raise LookupError(f"{type(self._row).__name__} is held by itself.")
        return self._parent

    def part(self, row: Part) -> "Held[Part]":
        """A row that belongs to this one (``held_with``), and so is held with it."""
        if getattr(row, _held_with(type(row)) or "", None) is not self.row:
            raise ValueError(f"{type(row).__name__} does not belong to the {type(self.row).__name__} held.")
        return Held(_KEY, row, self)

    def __repr__(self) -> str:
        return f"<Held {self._row!r}>"


def hold_all(query: Select[tuple[Row]], *, with_references: bool = False) -> list[Held[Row]]:
    """The rows of the query, locked in its order and as they are now.

    A row with ``held_with`` needs the join to that one in the query. Other rows that the same statement loads are
    not locked, and may be as they were before it waited. ``with_references``: nobody makes a row that points at
    these meanwhile.
    """
    return [held for held, *_read in hold_beside(query, with_references=with_references)]


def hold_beside(query: Select, *, with_references: bool = False) -> list[tuple]:
    """As ``hold_all`` for a query of several classes: the first one's row held, the others beside it merely read."""
    name = _held_with(query.column_descriptions[0]["entity"])
    db.session.flush()
    found = db.session.execute(locking(query, with_references)).unique().all()
    return [(Held(_KEY, row, _parent(row, name)), *read) for row, *read in found]


def locking(query: Select, with_references: bool = False) -> Select:
    """The query that waits for whoever holds its first class's rows and what these belong to, then reads them anew.

    ``NO KEY``: a full ``FOR UPDATE`` would also stop whoever writes a row with a foreign key to these, who may hold
    what we wait for next: a sheet written twice in one transaction has its foreign key to the round checked again.
    """
    model = query.column_descriptions[0]["entity"]
    name, of = _held_with(model), [model]
    if name is not None:
        of = [inspect(model).relationships[name].mapper.class_, model]  # PostgreSQL locks in this order
        query = query.options(contains_eager(getattr(model, name)))
    return query.with_for_update(of=of, key_share=not with_references).execution_options(populate_existing=True)


def hold_one(query: Select[tuple[Row]], *, with_references: bool = False) -> Held[Row] | None:
    """The one row of the query, or None."""
    found = hold_all(query, with_references=with_references)
    if len(found) > 1:
        raise LookupError("More than one row to hold.")
    return found[0] if found else None


def hold_row(row: Row) -> Held[Row]:
    """A row that was read before, locked and read again; raises ``LookupError`` when it is gone."""
    db.session.flush()
    model = type(row)
    query = select(model).where(*_is(row))
    name = _held_with(model)
    held = hold_one(query.join(getattr(model, name)) if name is not None else query)
    if held is None:
        raise LookupError(f"{model.__name__} is gone.")
    return held


def hold_rows(model: type[Row], ids: Collection[int]) -> list[Held[Row]]:
    """These rows by id: the one order in which everybody holds several rows of a kind."""
    return hold_all(select(model).where(model.id.in_(ids)).order_by(model.id)) if ids else []


def hold_new(row: Row) -> Held[Row]:
    """A row that this transaction makes: nobody else can see it before the commit."""
    if not inspect(row).transient and not inspect(row).pending:
        raise ValueError(f"{type(row).__name__} is there already.")
    db.session.add(row)
    db.session.flush()
    return Held(_KEY, row)


def held_now(row: Row) -> Held[Row]:
    """The row as held, when this transaction has locked it before; else ``LookupError``. Nothing is read again.

    For a row that already carries what was typed and is not written yet: to lock it now would lose that.
    """
    if row not in _held_here():
        raise LookupError(f"{type(row).__name__} is not held.")
    name = _held_with(type(row))
    return Held(_KEY, row, None if name is None else held_now(getattr(row, name)))


def _held_here() -> set[object]:
    """The rows that the transaction under way has locked."""
    transaction, rows = db.session.info.get("held", (None, set()))
    if transaction is not db.session().get_transaction():
        transaction, rows = db.session().get_transaction(), set()
        db.session.info["held"] = transaction, rows
    return rows


def _is(row: object) -> list:
    mapper = inspect(type(row))
    return [column == value for column, value in zip(mapper.primary_key, inspect(row).identity, strict=True)]


def _held_with(model: type) -> str | None:
    return getattr(model, "held_with", None)


def _parent(row: object, name: str | None) -> Held[Any] | None:
    return None if name is None else Held(_KEY, getattr(row, name))
