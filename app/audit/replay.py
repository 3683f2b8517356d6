"""The trail against the rows: for every tracked row, is the value there the last one on the trail?

Events of a table and its rows are read side by side in the order of their keys, so that the memory needed does not
grow with either. A row without its creation, a row gone without its deletion, and a value that no event has set are
named.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    String,
    case,
    cast,
    select,
)

from app.audit.fields import Shape, fingerprint_key_mark, is_tracked, mappers, shape_of
from app.audit.row_sets import SET_ACTIONS, unpacked
from app.audit.rows import BATCH, stored_rows
from app.column_types import Moment, Points
from app.errors import Sentence
from app.extensions import db
from app.models import AuditEvent

FOLDED = ("created", "changed", "deleted", *SET_ACTIONS)
EVENTS = AuditEvent.__table__

CHANGED = Sentence("giá trị đang lưu khác với giá trị cuối cùng trong nhật ký")
UNKNOWN = Sentence("dòng không có sự kiện tạo trong nhật ký")
MISSING = Sentence("dòng có trong nhật ký nhưng đã mất mà không có sự kiện xóa")
GONE = Sentence("nhật ký ghi đã xóa nhưng dòng vẫn còn")
OTHER_KEY = Sentence("bí mật được đánh dấu bằng khóa khác, không đối chiếu được")


class Difference(NamedTuple):
    """Where rows and trail part; ``column`` is "" when it is the whole row."""

    table: str
    key: str
    column: str
    sentence: Sentence

    def __str__(self) -> str:
        place = f"{self.table} {self.key}" + (f", {self.column}" if self.column else "")
        return f"{place}: {self.sentence}"


class Told(NamedTuple):
    """What the trail says of a row: whether it is there, and its values (no None)."""

    alive: bool
    known: bool
    values: dict[str, Any]


def differences(track: Callable[[Iterable], Iterable] = iter) -> Iterator[Difference]:
    """Every difference, table by table; ``track`` passes the tables on and may show how far it is."""
    connection = db.session.connection()
    for mapper in track([mapper for mapper in mappers() if is_tracked(mapper.local_table)]):
        yield from _of_table(connection, shape_of(mapper))


def _of_table(connection: Connection, shape: Shape) -> Iterator[Difference]:
    rows, folded = stored_rows(connection, shape), _folded(connection, shape)
    order = int if shape.numbered else str
    if not shape.numbered:  # small tables: their keys are not in one order in both places
        rows, folded = iter(sorted(rows)), iter(sorted(folded, key=itemgetter(0)))
    same = _comparers(shape)
    row, told = next(rows, None), next(folded, None)
    while row is not None or told is not None:
        if told is None or (row is not None and order(row[0]) < order(told[0])):
            yield Difference(shape.table.name, row[0], "", UNKNOWN)
            row = next(rows, None)
        elif row is None or order(told[0]) < order(row[0]):
            if told[1].alive:
                yield Difference(shape.table.name, told[0], "", MISSING)
            told = next(folded, None)
        else:
            yield from _of_row(shape, same, row[0], row[1], told[1])
            row, told = next(rows, None), next(folded, None)


def _of_row(shape: Shape, same: dict, key: str, there: dict[str, Any], told: Told) -> Iterator[Difference]:
    if not told.alive:
        yield Difference(shape.table.name, key, "", GONE)
        return
    if not told.known:
        yield Difference(shape.table.name, key, "", UNKNOWN)
    said = told.values
    for name, value in there.items():
        wanted = said.get(name)
        if (
            wanted != value
            and (wanted is None or not same[name](wanted, value))
            and (told.known or name in said)
        ):
            yield Difference(shape.table.name, key, name, _why(wanted, value))
    for name in said.keys() - there.keys():
        if name in same and said[name] is not None and said[name] != []:
            yield Difference(shape.table.name, key, name, CHANGED)


def _why(wanted: Any, value: Any) -> Sentence:
    """A fingerprint made with another key tells nothing of the secret."""
    marked = (
        isinstance(wanted, str) and isinstance(value, str) and value.startswith(f"{fingerprint_key_mark()}:")
    )
    return OTHER_KEY if marked and wanted[:8] != value[:8] else CHANGED


def _folded(connection: Connection, shape: Shape) -> Iterator[tuple[str, Told]]:
    """(Key, what the trail says of it last), ascending where keys are numbers."""
    for key, steps in groupby(_steps(connection, shape), key=itemgetter(0)):
        alive, known, values = True, False, {}
        for _key, _number, action, said in steps:
            if action == "deleted":
                alive, known, values = False, False, {}
            elif action == "changed":
                values.update((name, pair[1]) for name, pair in said.items() if isinstance(pair, list))
            elif action == "created":
                alive, known = True, True
                values = {name: pair[1] for name, pair in said.items() if isinstance(pair, list)}
            else:
                alive, known, values = True, True, dict(said)
        yield str(key), Told(alive, known, values)


def _steps(connection: Connection, shape: Shape) -> Iterator[tuple]:
    """(Key, event's number, action, changes or values) by key and then in time; rows of a set one by one."""
    query = (
        select(EVENTS.c.id, EVENTS.c.object_id, EVENTS.c.action, EVENTS.c.changes)
        .where(EVENTS.c.object_type == shape.noun, EVENTS.c.action.in_(FOLDED))
        .order_by(_number(connection) if shape.numbered else EVENTS.c.object_id, EVENTS.c.id)
    )
    as_key = int if shape.numbered else str
    open_sets: list[tuple] = []
    for number, text, action, changes in connection.execute(query, execution_options={"yield_per": BATCH}):
        if shape.numbered and not text.isdecimal():
            continue  # nobody's row; the walk of the chains names whoever wrote it
        here = (as_key(text), number)
        while open_sets and open_sets[0][:2] < here:
            yield heapq.heappop(open_sets)
        if action not in SET_ACTIONS:
            yield *here, action, changes
            continue
        for row_key, values in unpacked(changes["row_set"]):
            heapq.heappush(open_sets, (as_key(row_key), number, action, values))
    while open_sets:
        yield heapq.heappop(open_sets)


def _number(connection: Connection) -> ColumnElement:
    """The key as a number; of one that is none, nothing."""
    number = cast(EVENTS.c.object_id, BigInteger)
    if connection.dialect.name == "postgresql":
        return case((EVENTS.c.object_id.regexp_match("^[0-9]{1,18}$"), number))
    return number


def _comparers(shape: Shape) -> dict[str, Callable[[Any, Any], bool]]:
    """Name → whether a value of the trail and a stored one, written differently, are the same."""
    found = {field.name: _comparer(field.column.type) for field in shape.fields if field.kind == "plain"}
    found |= {field.name: _equal for field in shape.fields if field.kind != "plain"}
    found |= {link.name: _same_list for link in shape.links}
    return found | {part.name: _equal for part in shape.parts}


def _comparer(kind: Any) -> Callable[[Any, Any], bool]:
    if isinstance(kind, Points):
        return _same_points
    if isinstance(kind, Moment | DateTime):
        return _same_moment
    if isinstance(kind, Date):
        return _same_day
    if isinstance(kind, Boolean):
        return lambda wanted, value: bool(wanted) == bool(value)
    if isinstance(kind, String):
        return lambda wanted, value: str(wanted) == str(value)
    return _equal


def _equal(wanted: Any, value: Any) -> bool:
    return bool(wanted == value)


def _same_list(wanted: Any, value: Any) -> bool:
    return list(wanted) == list(value)


def _same_points(wanted: Any, value: int) -> bool:
    try:
        return Decimal(str(wanted)) * 1000 == value
    except InvalidOperation:
        return False


def _same_moment(wanted: Any, value: datetime) -> bool:
    try:
        read = datetime.fromisoformat(wanted)
    except (TypeError, ValueError):
        return False
    return read == value if (read.tzinfo is None) == (value.tzinfo is None) else False


def _same_day(wanted: Any, value: date) -> bool:
    return str(wanted) == str(value)
