"""An application's database beside what it was at first: put back in an instant, and compared with it."""

import sqlite3
from functools import cache
from pathlib import Path

from flask import Flask

from tests.shelves import PostgresShelf, Shelf, let_go, rows_of


def twin_of(app: Flask, shelf: Shelf, first: Path) -> "SqliteTwin | PostgresTwin":
    """``first`` is the folder that was put last."""
    return PostgresTwin(app, shelf, first) if isinstance(shelf, PostgresShelf) else SqliteTwin(app)


class SqliteTwin:
    """The first state is kept in memory, and copied over the file while the application has it open."""

    def __init__(self, app: Flask):
        place = app.config["DATA_DIR"] / "scoring.db"
        self.first = sqlite3.connect(":memory:", check_same_thread=False)
        self.live = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
        self.live.execute("pragma synchronous=off")
        self.live.backup(self.first)

    def restore(self) -> None:
        self.first.backup(self.live)

    def moved(self) -> int:
        """A number that changes when any other connection has committed."""
        return self.live.execute("pragma data_version").fetchone()[0]

    def digest(self, without: frozenset[str]) -> dict[str, int]:
        return _digest(rows_of(self.live, without))

    def untouched(self, without: frozenset[str]) -> dict[str, int]:
        """The digest of the first state."""
        return _digest(rows_of(self.first, without))


class PostgresTwin:
    """The first state is a database of its own, the template of the application's."""

    def __init__(self, app: Flask, shelf: PostgresShelf, first: Path):
        self.app, self.shelf, self.first, self.live = app, shelf, first, app.config["DATA_DIR"]
        self.moved = shelf.moved
        self.untouched = cache(lambda without: _digest(shelf.rows(first, without)))

    def restore(self) -> None:
        let_go(self.app)
        self.shelf.copy(self.first, self.live)

    def digest(self, without: frozenset[str]) -> dict[str, int]:
        return _digest(self.shelf.rows(self.live, without))


def _digest(rows: dict[str, list[tuple]]) -> dict[str, int]:
    """A number a table for its rows."""
    return {table: hash(tuple(found)) for table, found in rows.items()}
