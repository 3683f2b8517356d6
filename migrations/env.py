"""Alembic's way to our tables: the application's own engine and metadata, one transaction a migration."""

from alembic import context
from flask import current_app

from app.extensions import Model, db
from app.row_access import system_access

SQLITE_SAFE = {"render_as_batch": True, "compare_type": True, "transaction_per_migration": True}


def include_name(name, kind, _parents) -> bool:
    """The audit trail's triggers and other things of the database itself are not ours to compare."""
    return kind != "table" or name != "alembic_version"


def run() -> None:
    with system_access("migration"), db.engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=Model.metadata, include_name=include_name, **SQLITE_SAFE
        )
        with context.begin_transaction():
            context.run_migrations()


if not current_app:
    raise RuntimeError("run migrations through `flask --app run db …`")
run()
