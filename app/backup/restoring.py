"""Restoring a backup into an empty database, and the proof that the database is then the one that was saved."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from sqlalchemy import Column, Connection, Integer, Table, bindparam, func, select, text
from sqlalchemy.exc import DBAPIError

from app.audit import restoring
from app.backup import columns, raw, seal
from app.backup.making import BATCH, Track, revision, snapshot
from app.backup.manifest import Summary
from app.backup.reading import Backup, check_members, check_rows, open_backup, rows
from app.clock import now
from app.errors import Conflict, Refused
from app.extensions import Model, db
from app.files import FileStore


def _nothing() -> None:
    pass


def restore(
    source: Path,
    store: FileStore | None,
    keys: seal.Keys | None,
    track: Track = iter,
    prepare: Callable[[], None] = _nothing,
) -> Summary:
    """Fill an empty, migrated database and the evidence store; all of it or nothing.

    ``prepare`` may make the tables: it is called once the backup itself is known to be whole. The files come last,
    when the database has taken every row. Without a ``store`` they are only read.
    """
    with open_backup(source, keys) as backup:
        check_members(backup, track)
        check_rows(backup, track)
        prepare()
        with db.engine.begin() as connection:
            _refuse_unfit(connection, backup.manifest.summary)
            _fill_all(connection, backup, track)
            if store is not None:
                _put_files(backup, store, track)
        return backup.manifest.summary


def differences(source: Path, store: FileStore | None, keys: seal.Keys | None, track: Track = iter) -> list[str]:
    """What is not as it was saved: ``table.column`` by the raw values of the database, ``files/SHA256`` by content."""
    with open_backup(source, keys) as backup:
        saved, files = backup.manifest.raw, backup.manifest.files() if store is not None else []
    with snapshot() as connection:
        found = raw.unlike(saved, raw.digests(connection.connection.driver_connection))
    return found + [f"files/{sha256}" for sha256 in track(files) if not store.verify(sha256)]


def _refuse_unfit(connection: Connection, summary: Summary) -> None:
    if revision(connection) != summary.revision:
        raise Conflict(
            "Bản sao lưu thuộc phiên bản dữ liệu %(theirs)s, cơ sở dữ liệu này là %(ours)s.",
            theirs=summary.revision,
            ours=revision(connection),
        )
    if any(connection.scalar(select(func.count()).select_from(table)) for table in Model.metadata.sorted_tables):
        raise Conflict("Cơ sở dữ liệu đã có nội dung; chỉ phục hồi vào cơ sở dữ liệu trống.")


def _fill_all(connection: Connection, backup: Backup, track: Track) -> None:
    tables = Model.metadata.sorted_tables
    with restoring(connection):
        for table in track(tables):
            try:
                _fill(connection, backup, table)
            except (DBAPIError, OverflowError) as error:
                raise _unwritable(table, error) from error
    for table in tables:
        try:
            _point_back(connection, backup, table)
        except (DBAPIError, OverflowError) as error:
            raise _unwritable(table, error) from error
    _reset_sequences(connection, tables)


def _unwritable(table: Table, error: Exception) -> Refused:
    why = str(getattr(error, "orig", error)).splitlines()[0]
    return Refused("Không phục hồi được bảng %(name)s: %(why)s.", name=table.name, why=why)


def _later(table: Table) -> list[Column]:
    """Columns that point at rows which may not be there yet: within the table, or around a circle."""
    return [
        column
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table is table or (key.constraint is not None and key.constraint.use_alter)
    ]


def _fill(connection: Connection, backup: Backup, table: Table) -> None:
    stored, empty = columns.stored(table), {column.name: None for column in _later(table)}
    for some in _batches(rows(backup, stored)):
        connection.execute(stored.insert(), [row | empty for row in some])


def _batches(found: Iterable[dict]) -> Iterator[list[dict]]:
    rest = iter(found)
    while some := list(islice(rest, BATCH)):
        yield some


def _point_back(connection: Connection, backup: Backup, table: Table) -> None:
    stored, later = columns.stored(table), [column.name for column in _later(table)]
    keys = [column.name for column in table.primary_key]
    for name in later:
        change = stored.update().values({name: bindparam("to")})
        change = change.where(*(stored.c[key] == bindparam(f"key_{key}") for key in keys))
        pointing = (row for row in rows(backup, stored) if row[name] is not None)
        for some in _batches(pointing):
            values = [{f"key_{key}": row[key] for key in keys} | {"to": row[name]} for row in some]
            connection.execute(change, values)


def _put_files(backup: Backup, store: FileStore, track: Track) -> None:
    """Every file into the store; those that were not there before leave it again when one cannot be put."""
    put = []
    try:
        for sha256 in track(backup.manifest.files()):
            if not store.verify(sha256):
                with backup.archive.open(f"files/{sha256}") as content:
                    store.put_as(content, sha256)
                put.append((sha256, now()))
    except BaseException:
        for sha256, at in put:
            store.remove(store.path(sha256), at)  # unless it was written anew since
        raise


def _reset_sequences(connection: Connection, tables: list[Table]) -> None:
    """PostgreSQL counts on from the rows that came with their ids."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        if "id" in table.columns and isinstance(table.columns["id"].type, Integer):
            connection.execute(
                text(
                    f"select setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), "
                    f'greatest((select max(id) from "{table.name}"), 1))'
                )
            )
