"""The database and the Flask extensions, made once and bound to an application in ``create_app``.

Must be imported before FAB's own models: the naming convention has to stand before the first table.
"""

import sqlite3

from flask import has_request_context, request
from flask_appbuilder import Model
from flask_appbuilder.models.sqla.base import SQLA
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

if Model.metadata.tables:
    raise ImportError("app.extensions must be imported before FAB's security models")

Model.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

db = SQLA(metadata=Model.metadata, engine_options={"pool_pre_ping": True, "hide_parameters": True})
migrate = Migrate()
csrf = CSRFProtect()

READING = {"GET", "HEAD", "OPTIONS"}


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection, _record):
    """WAL so that readers never wait for the writer; FULL so that an acknowledged write survives a crash."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection):
    """A request that may write takes the write lock first: SQLite cannot wait when a reader turns writer."""
    if connection.dialect.name != "sqlite":
        return
    reading = connection.get_execution_options().get("reading")
    if reading is None:
        reading = has_request_context() and request.method in READING
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
