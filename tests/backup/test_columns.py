"""app/backup/columns.py, app/backup/raw.py: every column type is written, read back and compared, or nothing starts."""

import json
import sqlite3
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Enum,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    TypeDecorator,
    create_engine,
    insert,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app import create_app
from app.backup import columns, raw
from app.column_types import Moment, Points, Said
from app.errors import Sentence
from app.extensions import Model
from tests.conftest import settings


class Either(TypeDecorator):
    """Stores something else on each database."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect):
        return dialect.type_descriptor(JSON() if dialect.name == "postgresql" else String())


UNKNOWN = [
    LargeBinary(),
    Numeric(5, 2),
    Enum("a", "b"),
    JSONB(),
    ARRAY(Integer),
    DateTime(timezone=True),
    String().with_variant(JSON(), "postgresql"),
    Either(),
]


def thing(*kinds) -> Table:
    given = [Column(f"c{n}", kind) for n, kind in enumerate(kinds)]
    return Table("thing", MetaData(), Column("id", Integer, primary_key=True), *given)


@pytest.mark.parametrize("table", Model.metadata.sorted_tables, ids=str)
def test_each_column_of_each_table_has_a_form(table):
    kinds = [type(columns.stored_type(column)) for column in table.columns]
    assert [kind for kind in kinds if kind not in columns.FORMS] == []


@pytest.mark.parametrize("kind", UNKNOWN, ids=repr)
def test_a_type_that_no_backup_could_write_stops_the_start_and_is_named(kind):
    with pytest.raises(TypeError, match=r"thing\.c0: no backup can write"):
        columns.check_types(thing(kind).metadata)


def test_the_application_does_not_start_with_such_a_type(tmp_path):
    strange = Table("strange", Model.metadata, Column("id", LargeBinary, primary_key=True))
    try:
        with pytest.raises(TypeError, match=r"strange\.id"):
            create_app(settings(tmp_path))
    finally:
        Model.metadata.remove(strange)


KINDS = (Integer(), String(9), Boolean(), DateTime(), Date(), JSON(), Double(), Points(), Moment(), Said())
ODD = {
    "c0": -(2**62),
    "c1": "\u0000Ữ\U0001f600\n",
    "c2": False,
    "c3": datetime(1, 1, 1, 0, 0, 0, 1),
    "c4": date(9999, 12, 31),
    "c5": {"b": 1.0, "a": ["ữ", None, 10**30]},
    "c6": 0.1 + 0.2,
    "c7": Decimal("-0.001"),
    "c8": datetime.fromisoformat("2026-01-01T07:00:00.000009+07:00"),
    "c9": Sentence("%(a)s", {"a": Sentence("x", {}), "b": 1}),
}
EMPTY = dict.fromkeys(ODD) | {"c5": None, "c9": None}
NOTHING = {name: null() for name in ODD}


def test_odd_values_of_every_type_come_back_raw_as_they_were(tmp_path):
    source, target = (create_engine(f"sqlite:///{tmp_path / name}") for name in ("a.db", "b.db"))
    table = thing(*KINDS)
    for engine in (source, target):
        table.metadata.create_all(engine)
    with source.begin() as connection:
        for row in (ODD, EMPTY, NOTHING):  # JSON tells null from nothing
            connection.execute(insert(table).values(row))
    stored = columns.stored(table)
    with source.connect() as connection:
        found = [
            {column.name: columns.write(value, column.type) for column, value in zip(stored.c, row, strict=True)}
            for row in connection.execute(select(stored))
        ]
    words = json.loads(json.dumps(found))
    rows = [{column.name: columns.read(row[column.name], column.type) for column in stored.c} for row in words]
    with target.begin() as connection:
        connection.execute(stored.insert(), rows)
    kept = []
    for engine in (source, target):
        engine.dispose()
        with closing(sqlite3.connect(engine.url.database)) as driver:
            kept.append((driver.execute("select * from thing").fetchall(), raw.digests(driver)))
    assert kept[0] == kept[1]
    assert [row[6] for row in kept[0][0]] == [json.dumps(ODD["c5"]), "null", None]


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (Integer(), True),
        (Integer(), "1"),
        (Integer(), 1.0),
        (String(), 1),
        (Boolean(), 1),
        (DateTime(), "2026-13-01"),
        (DateTime(), "2026-01-01T00:00:00+07:00"),
        (Date(), 5),
        (Double(), "1"),
    ],
)
def test_a_word_that_no_column_wrote_is_refused(kind, word):
    with pytest.raises(ValueError):
        columns.read(word, kind)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1", "2"),
        ("null", "0"),
        ("''", "null"),
        ("'1'", "1.5"),
        ("'2026-01-01 00:00:00.000000'", "'2026-01-01 00:00:00.000001'"),
        ("'[1]'", "'[1 ]'"),
        ("'?1'", "x'31'"),
    ],
)
def test_the_raw_digest_sees_every_difference_of_a_value(before, after):
    found = []
    for value in (before, after):
        with closing(sqlite3.connect(":memory:")) as driver:
            driver.execute("create table t (id integer primary key, a text, b datetime, c json, d boolean)")
            driver.execute(f"insert into t values (1, {value}, {value}, {value}, {value})")
            found.append(raw.digests(driver))
    assert raw.unlike(*found) == ["t.a", "t.b", "t.c", "t.d"]


def test_the_raw_digest_sees_values_that_changed_places_and_tables_that_are_gone():
    found = []
    for rows in ("(1, 'a'), (2, 'b')", "(1, 'b'), (2, 'a')"):
        with closing(sqlite3.connect(":memory:")) as driver:
            driver.execute("create table t (id integer primary key, a text)")
            driver.execute(f"insert into t values {rows}")
            found.append(raw.digests(driver))
    assert (raw.unlike(*found), raw.unlike(found[0], {}), raw.unlike({}, found[0])) == (["t.a"], ["t"], ["t"])


def test_the_raw_digest_refuses_a_type_that_it_does_not_know():
    with closing(sqlite3.connect(":memory:")) as driver:
        driver.execute("create table t (a blob)")
        with pytest.raises(TypeError, match=r"t\.a: nothing here compares a column of type BLOB"):
            raw.digests(driver)
