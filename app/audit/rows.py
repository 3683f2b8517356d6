"""The rows as the database has them now, each as the trail would tell it; read in the order of their keys."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, select, type_coerce

from app.audit.fields import Shape, digest_of_parts, key_of, told
from app.column_types import Points

BATCH = 2000
Row = tuple[str, dict[str, Any]]


class Stream:
    """Groups of (owner, value…) rows sorted by owner, asked for in the same order."""

    def __init__(self, connection: Connection, query: Select):
        rows = connection.execute(query, execution_options={"yield_per": BATCH})
        self.groups = groupby(rows, key=itemgetter(0))
        self.owner, self.group = next(self.groups, (None, ()))

    def of(self, owner: Any) -> list[tuple]:
        """What belongs to this owner; of one that has nothing, nothing."""
        while self.owner is not None and self.owner < owner:
            self._step()
        if self.owner != owner:
            return []
        found = [tuple(row)[1:] for row in self.group]
        self._step()
        return found

    def _step(self) -> None:
        self.owner, self.group = next(self.groups, (None, ()))

    def owners_left(self) -> Iterator[Any]:
        while self.owner is not None:
            yield self.owner
            self._step()


def stored_rows(connection: Connection, shape: Shape, where: ColumnElement | None = None) -> Iterator[Row]:
    """(Key, name → value as the trail tells it, no None), ascending by key."""
    columns = [_cheap(field.column) for field in shape.fields]
    query = select(*shape.keys, *columns).order_by(*shape.keys)
    if where is not None:
        query = query.where(where)
    rows = connection.execute(query, execution_options={"yield_per": BATCH})
    links = [
        (link.name, Stream(connection, select(link.near, link.far).order_by(link.near, link.far)))
        for link in shape.links
    ]
    parts = [
        (part, Stream(connection, select(part.owner, *part.columns).order_by(part.owner)))
        for part in shape.parts
    ]
    width, plain_fields = len(shape.keys), [f.kind == "plain" for f in shape.fields]
    for row in rows:
        key = key_of(row[:width])
        values = {
            field.name: value if simple else told(shape, field, key, value)
            for field, simple, value in zip(shape.fields, plain_fields, row[width:], strict=True)
            if value is not None
        }
        for name, stream in links:
            pairs = stream.of(row[0])
            if pairs:
                values[name] = [far for (far,) in pairs]
        for part, stream in parts:
            digest = digest_of_parts(part, key, stream.of(row[0]))
            if digest is not None:
                values[part.name] = digest
        yield key, values


def _cheap(column):
    """Points as the thousandths that they are stored as: no ``Decimal`` for what is only compared."""
    return type_coerce(column, BigInteger) if isinstance(column.type, Points) else column
