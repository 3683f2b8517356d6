"""The database's own state: without tables, without accounts, or in use."""

from pathlib import Path

from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import func, inspect, select

from app import audit
from app.accounts import ensure_roles
from app.clock import now
from app.extensions import db
from app.models import Account, Agency

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def has_tables() -> bool:
    """Whether the schema is there; asking does not make a database file."""
    url = db.engine.url
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return False
    return inspect(db.engine).has_table("round")


def is_empty() -> bool:
    """No account and no agency yet: a seed may fill it."""
    people = db.session.scalar(select(func.count()).select_from(Account))
    return not people and not db.session.scalar(select(func.count()).select_from(Agency))


def migrate() -> None:
    """Bring the schema to the newest migration; makes the database when there is none."""
    Path(current_app.config["DATA_DIR"]).mkdir(parents=True, exist_ok=True)
    db.session.remove()
    older = has_tables() and not inspect(db.engine).has_table("audit_root")
    upgrade(directory=str(MIGRATIONS))
    if older:  # its rows were not all tracked: from here on the trail knows each of them
        audit.baseline(actor=None, at=now(), reason="nâng cấp")
        db.session.commit()


def make_roles() -> None:
    """The account types' role rows; commits."""
    ensure_roles()
    db.session.commit()
