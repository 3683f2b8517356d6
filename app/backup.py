"""Backups: everything that the database and the evidence store hold, in one file that proves itself.

A backup is a tar of ``tables/NAME.jsonl`` (one row a line, in the words of the columns, not of one database),
``files/SHA256`` and ``manifest.json`` with the SHA-256 of each member; ``manifest.sha256`` seals the manifest. It is
taken hot: the rows come from one transaction, and evidence is never changed or deleted. Because rows are written in
no database's own form, a backup of SQLite restores into PostgreSQL, and the other way round.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Date, DateTime, Table, func, select, text, update

from app.audit import restoring
from app.clock import now
from app.column_types import Moment, Points
from app.errors import Conflict, Refused
from app.extensions import Model, db
from app.files import FileStore
from app.models import StoredFile

FORMAT = 1
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
BATCH = 500
READERS = {Points: Decimal, Moment: datetime.fromisoformat, DateTime: datetime.fromisoformat}
READERS |= {Date: date.fromisoformat}

Track = Callable[[Iterable], Iterable]  # passes things on one by one and may show how far it is


class Summary(NamedTuple):
    """What a backup holds."""

    made_at: str
    revision: str
    rows: int
    files: int


def create(target: Path, store: FileStore, track: Track = iter) -> Summary:
    """Write a backup beside ``target`` and move it there when it is whole."""
    draft = target.with_name(target.name + ".part")
    try:
        summary = _write(draft, store, track)
        draft.replace(target)
    except OSError as error:
        raise Conflict("Chưa sao lưu được vào %(name)s: %(why)s.", name=target.name, why=error.strerror) from error
    finally:
        draft.unlink(missing_ok=True)  # gone already when it was moved
    return summary


def _write(draft: Path, store: FileStore, track: Track) -> Summary:
    digests: dict[str, str] = {}
    with tarfile.open(draft, "w") as archive, _snapshot() as connection:
        rows = 0
        for table in track(Model.metadata.sorted_tables):
            lines = _lines(connection, table)
            rows += len(lines)
            _add(archive, digests, f"tables/{table.name}.jsonl", "".join(lines).encode())
        hashes = list(connection.scalars(select(StoredFile.sha256).order_by(StoredFile.sha256)))
        for sha256 in track(hashes):
            if not store.verify(sha256):
                raise Conflict("Tệp %(sha256)s thiếu hoặc hỏng trong kho tài liệu.", sha256=sha256)
            _add_file(archive, store, sha256)
            digests[f"files/{sha256}"] = sha256
        summary = Summary(now().isoformat(timespec="seconds"), _revision(connection), rows, len(hashes))
        manifest = {"format": FORMAT, **summary._asdict(), "members": digests}
        content = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode()
        _add(archive, {}, MANIFEST, content)
        _add(archive, {}, SEAL, hashlib.sha256(content).hexdigest().encode())
    return summary


def verify(source: Path, track: Track = iter) -> Summary:
    """Read the whole backup; ``Refused`` names the first thing that is damaged or missing."""
    try:
        with tarfile.open(source, "r:") as archive:
            manifest = _manifest(archive)
            names = set(archive.getnames()) - {MANIFEST, SEAL}
            for name in sorted(names ^ manifest["members"].keys()):
                raise Refused("Bản sao lưu hỏng: %(name)s thừa hoặc thiếu.", name=name)
            for name, digest in track(list(manifest["members"].items())):
                if hashlib.file_digest(archive.extractfile(name), "sha256").hexdigest() != digest:
                    raise Refused("Bản sao lưu hỏng: %(name)s đã bị thay đổi.", name=name)
    except (tarfile.TarError, EOFError) as error:
        raise Refused("Bản sao lưu hỏng: không đọc được tệp %(name)s.", name=source.name) from error
    return Summary(*(manifest[field] for field in Summary._fields))


def restore(source: Path, store: FileStore, track: Track = iter) -> Summary:
    """Fill an empty, migrated database and the evidence store; all of it or nothing."""
    summary = verify(source, track)
    with tarfile.open(source, "r:") as archive, db.engine.begin() as connection:
        if _revision(connection) != summary.revision:
            raise Conflict(
                "Bản sao lưu thuộc phiên bản dữ liệu %(theirs)s, cơ sở dữ liệu này là %(ours)s.",
                theirs=summary.revision,
                ours=_revision(connection),
            )
        for name in track([name for name in archive.getnames() if name.startswith("files/")]):
            store.put_as(archive.extractfile(name), name.removeprefix("files/"))
        tables = Model.metadata.sorted_tables
        if any(connection.scalar(select(func.count()).select_from(table)) for table in tables):
            raise Conflict("Cơ sở dữ liệu đã có nội dung; chỉ phục hồi vào cơ sở dữ liệu trống.")
        with restoring(connection):
            for table in track(tables):
                _fill(connection, table, list(_rows(archive, table)))
        for table in tables:
            _point_back(connection, table, list(_rows(archive, table)))
        _reset_sequences(connection, tables)
    return summary


def differences(source: Path, store: FileStore, track: Track = iter) -> list[str]:
    """Members of a whole backup that database and store do not hold to the letter; none after a restore."""
    found = []
    with tarfile.open(source, "r:") as archive, _snapshot() as connection:
        for table in track(Model.metadata.sorted_tables):
            name = f"tables/{table.name}.jsonl"
            kept = archive.extractfile(name).read().decode().splitlines(keepends=True)
            if sorted(kept) != sorted(_lines(connection, table)):
                found.append(name)
        files = [name for name in archive.getnames() if name.startswith("files/")]
    return found + [name for name in track(files) if not store.verify(name.removeprefix("files/"))]


def _snapshot() -> Connection:
    """A connection that only reads, and whose one transaction sees one state of the data."""
    level = "REPEATABLE READ" if db.engine.dialect.name == "postgresql" else "SERIALIZABLE"
    return db.engine.execution_options(reading=True, isolation_level=level).connect()


def _lines(connection: Connection, table: Table) -> list[str]:
    rows = connection.execute(select(table).order_by(*table.primary_key))
    return [_line(table, row) for row in rows]


def _line(table: Table, row) -> str:
    values = {column.name: _plain(getattr(row, column.name)) for column in table.columns}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _add(archive: tarfile.TarFile, digests: dict[str, str], name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))
    digests[name] = hashlib.sha256(content).hexdigest()


def _add_file(archive: tarfile.TarFile, store: FileStore, sha256: str) -> None:
    member = tarfile.TarInfo(f"files/{sha256}")
    member.size = store.size(sha256)
    with store.open(sha256) as content:
        archive.addfile(member, content)


def _revision(connection: Connection) -> str:
    return connection.scalar(text("select version_num from alembic_version")) or ""


def _manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    try:
        content = archive.extractfile(MANIFEST).read()
        seal = archive.extractfile(SEAL).read().decode("ascii", "replace")
    except KeyError as error:
        raise Refused("Bản sao lưu hỏng: thiếu %(name)s.", name=MANIFEST) from error
    if hashlib.sha256(content).hexdigest() != seal:
        raise Refused("Bản sao lưu hỏng: %(name)s đã bị thay đổi.", name=MANIFEST)
    return json.loads(content)


def _rows(archive: tarfile.TarFile, table: Table) -> Iterator[dict[str, Any]]:
    columns = {column.name: column for column in table.columns}
    for line in archive.extractfile(f"tables/{table.name}.jsonl"):
        yield {name: _read(columns[name], value) for name, value in json.loads(line).items()}


def _read(column: Column, value: Any) -> Any:
    reader = READERS.get(type(column.type))
    return reader(value) if reader is not None and value is not None else value


def _later(table: Table) -> list[Column]:
    """Columns that point at rows which may not be there yet: within the table, or around a circle."""
    return [
        column
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table is table or (key.constraint is not None and key.constraint.use_alter)
    ]


def _fill(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    empty = {column.name: None for column in _later(table)}
    for start in range(0, len(rows), BATCH):
        connection.execute(table.insert(), [row | empty for row in rows[start : start + BATCH]])


def _point_back(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    for column in _later(table):
        for row in rows:
            if row[column.name] is not None:
                change = update(table).where(table.c.id == row["id"])
                connection.execute(change.values({column.name: row[column.name]}))


def _reset_sequences(connection: Connection, tables: list[Table]) -> None:
    """PostgreSQL counts on from the rows that came with their ids."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        if "id" in table.c and isinstance(table.c.id.type.python_type(), int):
            connection.execute(
                text(
                    f"select setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), "
                    f'greatest((select max(id) from "{table.name}"), 1))'
                )
            )
