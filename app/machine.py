"""The state of the machine for its technical administrator: versions, sizes, outbox. No scores, no names."""

import os
import platform
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import func, select, text

from app.extensions import db, migrate
from app.models import OutgoingMail, StoredFile
from app.row_access import system_access

PACKAGES = ("Flask", "Flask-AppBuilder", "Flask-Admin", "SQLAlchemy", "alembic", "gunicorn")


@dataclass(frozen=True)
class Facts:
    """Sizes are bytes; ``database_size`` is None when the database does not tell."""

    python: str
    packages: dict[str, str]
    database: str
    database_size: int | None
    migration: str | None
    newest_migration: str | None
    files: int
    files_size: int
    disk_free: int
    mail_waiting: int
    mail_failed: int
    last_mail_at: datetime | None
    smtp: bool

    @property
    def migrated(self) -> bool:
        return self.migration == self.newest_migration


@system_access("the state of the machine")
def facts() -> Facts:
    """Everything at once; reads counts and sizes alone."""
    files, files_size = db.session.execute(
        select(func.count(), func.coalesce(func.sum(StoredFile.size), 0))
    ).one()
    waiting = select(func.count()).select_from(OutgoingMail).where(OutgoingMail.sent_at.is_(None))
    data_dir = Path(current_app.config["DATA_DIR"])
    return Facts(
        python=platform.python_version(),
        packages={name: version(name) for name in PACKAGES},
        database=_database_name(),
        database_size=_database_size(),
        migration=MigrationContext.configure(db.session.connection()).get_current_revision(),
        newest_migration=newest_migration(),
        files=files,
        files_size=int(files_size),
        disk_free=_disk_free(data_dir),
        mail_waiting=db.session.scalar(waiting),
        mail_failed=db.session.scalar(waiting.where(OutgoingMail.last_error.is_not(None))),
        last_mail_at=db.session.scalar(select(func.max(OutgoingMail.sent_at))),
        smtp=bool(current_app.config["SMTP_HOST"]),
    )


def _database_name() -> str:
    dialect = db.engine.dialect
    release = ".".join(str(part) for part in dialect.server_version_info or ())
    return f"{ {'sqlite': 'SQLite', 'postgresql': 'PostgreSQL'}.get(dialect.name, dialect.name) } {release}".strip()


def _database_size() -> int | None:
    if db.engine.dialect.name == "postgresql":
        return db.session.scalar(text("select pg_database_size(current_database())"))
    place = db.engine.url.database
    return os.stat(place).st_size if place and os.path.exists(place) else None


@cache
def newest_migration() -> str | None:
    """The head of this source's migrations; read once a process."""
    return ScriptDirectory(str(Path(current_app.root_path).parent / migrate.directory)).get_current_head()


def _disk_free(place: Path) -> int:
    disk = os.statvfs(place)
    return disk.f_bavail * disk.f_frsize
