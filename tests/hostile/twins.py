"""An application's database beside what it was at first: put back in an instant, and compared with it."""

import sqlite3
from contextlib import closing
from functools import cache

from flask import Flask

from tests.shelves import PostgresShelf, Shelf, database_of, let_go


def twin_of(app: Flask, shelf: Shelf) -> "SqliteTwin | PostgresTwin":
    with app.app_context():
        let_go()
    return PostgresTwin(app, shelf) if isinstance(shelf, PostgresShelf) else SqliteTwin(app)


class SqliteTwin:
    """The first state is kept in memory, and copied over the file while the application has it open."""

    def __init__(self, app: Flask):
        place = app.config["DATA_DIR"] / "scoring.db"
        self.pristine = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(sqlite3.connect(place)) as made:
            made.execute("pragma wal_checkpoint(truncate)")
            made.backup(self.pristine)
        self.live = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
        self.live.execute("pragma synchronous=off")

    def restore(self) -> None:
        self.pristine.backup(self.live)

    def moved(self) -> int:
        """A number that changes when any other connection has committed."""
        return self.live.execute("pragma data_version").fetchone()[0]

    def digest(self, *, without: frozenset[str]) -> dict[str, int]:
        return _digest(self.live, without)

    def untouched(self, without: frozenset[str]) -> dict[str, int]:
        """The digest of the first state."""
        return _digest(self.pristine, without)


def _digest(database: sqlite3.Connection, without: frozenset[str]) -> dict[str, int]:
    """A number a table for its rows."""
    names = [row[0] for row in database.execute("select name from sqlite_master where type = 'table'")]
    return {
        name: hash(tuple(database.execute(f'select * from "{name}"')))
        for name in names
        if name not in without
    }


class PostgresTwin:
    """The first state is a database of its own, the template of the application's."""

    def __init__(self, app: Flask, shelf: PostgresShelf):
        self.app, self.shelf, self.first = app, shelf, f"first_{database_of(app)}"
        shelf.copy(database_of(app), self.first)
        self.untouched = cache(lambda without: self._digest(self.first, without))

    def restore(self) -> None:
        self.shelf.put(self.app, self.first)

    def moved(self) -> int:
        """A number that changes when any transaction, even one rolled back, has written."""
        return self.shelf.own.execute("select pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()[0]

    def digest(self, *, without: frozenset[str]) -> dict[str, int]:
        return self._digest(database_of(self.app), without)

    def _digest(self, name: str, without: frozenset[str]) -> dict[str, int]:
        return {
            table: hash(tuple(rows)) for table, rows in self.shelf.rows(name).items() if table not in without
        }
