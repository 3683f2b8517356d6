"""The evidence store beside the database: what refused requests left there is swept away after a day."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app import audit
from app.extensions import db
from app.files import FileStore
from app.models import StoredFile

SETTLED = timedelta(days=1)
"""A file younger than this may belong to a request that has not committed yet."""


def known_addresses() -> set[str]:
    """The SHA-256 of every content that a row names."""
    return set(db.session.scalars(select(StoredFile.sha256)))


def sweep_files(store: FileStore, *, at: datetime) -> list[str]:
    """Remove contents that no row names and that have lain there for a day; their names.

    A row is never without its file: the same content, sent again, is written anew and so is young.
    """
    removed = [path.name for path in store.sweep(known_addresses(), at - SETTLED)]
    if removed:
        audit.record("files_swept", None, actor=None, at=at, files=removed)
    return removed
