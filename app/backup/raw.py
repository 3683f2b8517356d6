"""The proof of a restore: a digest of every column of every table, by raw statements of the database's own driver.

It shares nothing with what writes and restores backups: no SQLAlchemy, no model, no column type. Tables, columns and
keys are asked of the database. Rows go by their primary key. SQLite and PostgreSQL store some values differently;
these alone are made alike: truth values (0 and 1), moments and days (texts). JSON is compared as the text that it is.
"""

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import tuple_row

BATCH = 1000
UNCOMPARED = {"alembic_version"}  # the backup names its revision
_KINDS = {
    "whole": {"integer", "bigint", "smallint", "int"},
    "text": {"varchar", "character varying", "text"},
    "json": {"json"},
    "truth": {"boolean"},
    "moment": {"datetime", "timestamp", "timestamp without time zone"},
    "day": {"date"},
    "real": {"float", "double", "double precision"},
}
_TABLES = "select tablename from pg_tables where schemaname = current_schema()"
_COLUMNS = """
    select a.attname, format_type(a.atttypid, null), coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0)
    from pg_attribute a left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
    where a.attrelid = format('%%I.%%I', current_schema(), %s::text)::regclass and a.attnum > 0 and not a.attisdropped
    order by a.attnum"""

Digests = dict[str, dict[str, Any]]  # table → {"rows": how many, "columns": {name: digest}}


class Column(NamedTuple):
    """``key``: its place in the primary key from 1; 0 when it is not in it."""

    name: str
    kind: str
    key: int


def digests(driver: sqlite3.Connection | psycopg.Connection) -> Digests:
    """What the database holds, as the driver's running transaction sees it."""
    found = {}
    for table in _tables(driver):
        columns = _columns(driver, table)
        hashes, count = [hashlib.sha256() for _column in columns], 0
        for row in _rows(driver, table, columns):
            count += 1
            for made, column, value in zip(hashes, columns, row, strict=True):
                made.update(_canonical(value, column.kind))
        named = {column.name: made.hexdigest() for made, column in zip(hashes, columns, strict=True)}
        found[table] = {"rows": count, "columns": named}
    return found


def unlike(saved: Digests, found: Digests) -> list[str]:
    """``table`` or ``table.column`` of whatever is not the same in both; a wrong number of rows is the whole table."""
    names = []
    for table in sorted(saved.keys() | found.keys()):
        there, here = saved.get(table), found.get(table)
        if there is None or here is None or there["rows"] != here["rows"]:
            names.append(table)
            continue
        columns = there["columns"].keys() | here["columns"].keys()
        names += [
            f"{table}.{name}"
            for name in sorted(columns)
            if there["columns"].get(name) != here["columns"].get(name)
        ]
    return names


def _tables(driver) -> list[str]:
    if isinstance(driver, sqlite3.Connection):
        asked = driver.execute(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite~_%' escape '~'"
        )
        return sorted(name for (name,) in asked if name not in UNCOMPARED)
    with driver.cursor(row_factory=tuple_row) as cursor:
        return sorted(name for (name,) in cursor.execute(_TABLES) if name not in UNCOMPARED)


def _columns(driver, table: str) -> list[Column]:
    if isinstance(driver, sqlite3.Connection):
        told = [(name, kind, key) for _n, name, kind, _nn, _d, key in driver.execute(f'pragma table_info("{table}")')]
    else:
        with driver.cursor(row_factory=tuple_row) as cursor:
            told = cursor.execute(_COLUMNS, [table]).fetchall()
    return [Column(name, _kind(table, name, declared), key) for name, declared, key in told]


def _kind(table: str, name: str, declared: str) -> str:
    word = re.sub(r"\(.*\)", "", declared).strip().lower()
    for kind, words in _KINDS.items():
        if word in words:
            return kind
    raise TypeError(f"{table}.{name}: nothing here compares a column of type {declared}")


def _rows(driver, table: str, columns: list[Column]) -> Iterator[tuple]:
    """By primary key, texts by their bytes; by every column where a table has no key."""
    key = sorted((column for column in columns if column.key), key=lambda column: column.key) or columns
    if isinstance(driver, sqlite3.Connection):
        names = ", ".join(f'"{column.name}"' for column in columns)
        order = ", ".join(f'"{column.name}"' for column in key)
        yield from driver.execute(f'select {names} from "{table}" order by {order}')
        return
    names = ", ".join(f'"{c.name}"::text' if c.kind == "json" else f'"{c.name}"' for c in columns)
    order = ", ".join(_in_bytes(column) for column in key)
    with driver.cursor(name="raw_rows", row_factory=tuple_row) as cursor:  # on the server: not all in memory
        cursor.itersize = BATCH
        yield from cursor.execute(f'select {names} from "{table}" order by {order}')


def _in_bytes(column: Column) -> str:
    if column.kind == "json":
        return f'"{column.name}"::text collate "C"'
    return f'"{column.name}"' + (' collate "C"' if column.kind == "text" else "")


def _canonical(value: Any, kind: str) -> bytes:
    """One form for both databases, with its length before it; what is not of its kind keeps a form of its own."""
    data = _data(value, kind)
    return b"%d:%b" % (len(data), data)


def _data(value: Any, kind: str) -> bytes:
    if value is None:
        return b"-"
    if kind in ("text", "json") and isinstance(value, str):
        return b"t" + value.encode("utf-8", "surrogatepass")
    if kind == "truth" and value in (0, 1):
        return b"1" if value else b"0"
    if kind == "whole" and type(value) is int:
        return b"i%d" % value
    if kind == "real" and isinstance(value, (int, float)):
        return b"r" + float(value).hex().encode()
    if kind in ("moment", "day"):
        return _time(value, datetime if kind == "moment" else date)
    return b"?" + repr(value).encode()


def _time(value: Any, kind: type) -> bytes:
    """SQLite keeps the text of a moment or a day."""
    try:
        made = kind.fromisoformat(value) if isinstance(value, str) else value
        return made.isoformat(*((" ", "microseconds") if kind is datetime else ())).encode()
    except (ValueError, AttributeError, TypeError):
        return b"?" + repr(value).encode()
