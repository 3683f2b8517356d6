"""The evidence store beside the database: what no row names is swept away after a day.

A content is shared by whoever sends the same bytes, so no request takes one back; only the sweep deletes.
"""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from app import audit
from app.extensions import db
from app.files import FileStore
from app.models import StoredFile

SETTLED = timedelta(days=1)
"""A file younger than this may belong to a request that still runs.

A request has gunicorn's ``timeout`` (two minutes); a day is 720 of them, which leaves room for uploads over slow lines,
for clocks of several machines and a bucket that differ, and for someone to look before a failed night is swept.
"""


def known_addresses() -> set[str]:
    """The SHA-256 of every content that a row names."""
    return set(db.session.scalars(select(StoredFile.sha256)))


def sweep_files(store: FileStore, *, at: datetime, settled: timedelta = SETTLED) -> list[str]:
    """Remove contents that no row names and that have lain there long enough; their names.

    Nothing else may be open in the session: it is rolled back between the files, so that nobody waits long.
    """
    before = at - settled
    found = [path for path in store.strays(known_addresses(), before) if store.is_own(path)]
    db.session.rollback()
    removed = [path.name for path in found if not store.is_content(path) and store.remove(path, before)]
    removed += [path.name for path in found if store.is_content(path) and _remove_held(store, path, before)]
    if removed:
        audit.record("files_swept", None, actor=None, at=at, files=removed)
    return removed


def _remove_held(store: FileStore, path: Path, before: datetime) -> bool:
    """Delete a content while its digest is held; False when somebody has named or written it since.

    The row is never committed. Its unique digest makes whoever sends the same content wait at their own row, which
    comes before their content; had they been first, we wait and then find their row or their young content.
    """
    row = {"sha256": path.name, "size": 0, "media_type": "", "created_at": before}
    try:
        db.session.execute(insert(StoredFile).values(row))
        return store.remove(path, before)
    except IntegrityError:
        return False
    finally:
        db.session.rollback()
