"""Backups: everything that the database and the evidence store hold, in one file that proves itself.

A backup is a tar of ``tables/NAME.jsonl`` (one row a line, as the database stores it), ``files/SHA256`` and
``manifest.json``: the SHA-256 of each member, and of every column of every table by its raw values (``raw.py``, which
shares nothing with what writes). ``manifest.seal`` is an HMAC of the manifest with a key kept apart (``seal.py``). It
is taken hot: the rows come from one transaction, and evidence is never changed or deleted. Rows stand in no
database's own form: a backup of SQLite restores into PostgreSQL, and the other way round.
"""

from app.backup.columns import check_types
from app.backup.making import Track, create
from app.backup.manifest import FORMAT, Summary
from app.backup.reading import verify
from app.backup.restoring import differences, restore
from app.backup.seal import Keys

__all__ = ["FORMAT", "Keys", "Summary", "Track", "check_types", "create", "differences", "restore", "verify"]
