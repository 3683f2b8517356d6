"""Making a backup, while people work: one transaction's rows, then the evidence, then the sealed manifest."""

import json
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, Table, select, text
from sqlalchemy.exc import DBAPIError

from app.backup import columns, raw, seal
from app.backup.archive import MANIFEST, SEAL, Writer, digest_of
from app.backup.manifest import Manifest, Summary, written
from app.clock import now
from app.errors import Conflict
from app.extensions import Model, db
from app.files import FileStore
from app.models import StoredFile
from app.row_access import system_access

BATCH = 500

Track = Callable[[Iterable], Iterable]  # passes things on one by one and may show how far it is


def create(target: Path, store: FileStore, keys: seal.Keys, track: Track = iter) -> Summary:
    """Write a backup beside ``target`` and move it there when it is whole.

    A file that the store no longer has makes it incomplete, never impossible: ``missing`` names what it lacks.
    """
    draft = target.with_name(target.name + ".part")
    try:
        summary = _write(draft, store, keys, track)
        draft.replace(target)
    except OSError as error:
        why = error.strerror or str(error)
        raise Conflict("Chưa sao lưu được vào %(name)s: %(why)s.", name=target.name, why=why) from error
    finally:
        draft.unlink(missing_ok=True)  # gone already when it was moved
    return summary


def _write(draft: Path, store: FileStore, keys: seal.Keys, track: Track) -> Summary:
    with draft.open("wb") as file:
        draft.chmod(0o600)
        with tarfile.open(fileobj=file, mode="w") as tar, snapshot() as connection:
            archive = Writer(tar, draft.parent)
            manifest = _write_members(archive, connection, store, seal.key_id(keys[0]), track)
            content = written(manifest)
            archive.add(MANIFEST, content)
            archive.add(SEAL, seal.sealed(content, keys))
        file.flush()
        os.fsync(file.fileno())
    return manifest.summary


def _write_members(
    archive: Writer, connection: Connection, store: FileStore, key: str, track: Track
) -> Manifest:
    rows, missing = 0, {}
    for table in track(Model.metadata.sorted_tables):
        rows += _add_table(archive, connection, table)
    hashes = list(connection.scalars(select(StoredFile.sha256).order_by(StoredFile.sha256)))
    for sha256 in track(hashes):
        if not _add_file(archive, store, sha256):
            missing[sha256] = _names(connection, sha256)
    made_at, files = now().isoformat(timespec="seconds"), len(hashes) - len(missing)
    summary = Summary(made_at, revision(connection), rows, files, missing, key)
    return Manifest(summary, archive.digests, raw.digests(connection.connection.driver_connection))


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection that only reads, and whose one transaction sees one state of the data, all of it."""
    is_postgres = db.engine.dialect.name == "postgresql"
    level = "REPEATABLE READ" if is_postgres else "SERIALIZABLE"
    reading = db.engine.execution_options(reading=True, isolation_level=level)
    with system_access("a backup holds every row"), reading.connect() as connection:
        if is_postgres:
            _require_all_rows(connection)
        yield connection


HIDING = """
    select c.relname from pg_class c
    where c.relrowsecurity and c.relnamespace = 'public'::regnamespace and (
        not exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'all_rows') or
        exists (select 1 from pg_policy p where p.polrelid = c.oid and not p.polpermissive))
    order by 1
"""
"""Tables with a rule that would hide rows from a named system access, too."""


def _require_all_rows(connection: Connection) -> None:
    """A rule that hides rows is a refusal, never a backup without them."""
    hiding = list(connection.scalars(text(HIDING)))
    if hiding:
        names = ", ".join(hiding)
        raise Conflict("Cơ sở dữ liệu che bớt dòng của bảng %(names)s nên không sao lưu.", names=names)


def revision(connection: Connection) -> str:
    return connection.scalar(text("select version_num from alembic_version")) or ""


def _add_table(archive: Writer, connection: Connection, table: Table) -> int:
    """How many rows were written."""
    count = 0
    with tempfile.TemporaryFile(dir=archive.folder) as lines:
        try:
            for line in _lines(connection, table):
                lines.write(line)
                count += 1
        except (ValueError, TypeError, DBAPIError) as error:
            raise Conflict(
                "Bảng %(table)s, dòng %(line)s có giá trị không đọc được: %(why)s.",
                table=table.name,
                line=count + 1,
                why=str(error).splitlines()[0],
            ) from error
        archive.add_stream(f"tables/{table.name}.jsonl", lines)
    return count


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """One row a line: an object of its columns' stored values."""
    stored = columns.stored(table)
    query = select(stored).order_by(*(stored.c[key.name] for key in table.primary_key))
    kinds = [column.type for column in stored.c]
    names = [column.name for column in stored.c]
    for row in connection.execution_options(yield_per=BATCH).execute(query):
        values = (columns.write(value, kind) for value, kind in zip(row, kinds, strict=True))
        line = dict(zip(names, values, strict=True))
        yield json.dumps(line, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def _add_file(archive: Writer, store: FileStore, sha256: str) -> bool:
    """Whether the store has this content, whole."""
    try:
        content = store.open(sha256)
    except OSError:
        return False
    with content:
        if not _is_whole(content, sha256):
            return False
        archive.add_stream(f"files/{sha256}", content)
    return True


def _is_whole(content: BinaryIO, sha256: str) -> bool:
    """Whether the disk gives back what was kept."""
    try:
        return digest_of(content) == sha256
    except OSError:
        return False


def _names(connection: Connection, sha256: str) -> list[str]:
    """How people called this file: ``X_name`` beside each ``X_id`` that points at it."""
    found, files = set(), StoredFile.__table__
    wanted = select(files.c.id).where(files.c.sha256 == sha256).scalar_subquery()
    for table in Model.metadata.sorted_tables:
        for column in table.columns:
            name = table.columns.get(f"{column.name.removesuffix('_id')}_name")
            if name is not None and any(key.column is files.c.id for key in column.foreign_keys):
                found |= set(connection.scalars(select(name).where(column == wanted)))
    return sorted(found - {None})
