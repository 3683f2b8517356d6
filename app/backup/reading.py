"""Reading a backup: every digest, every row's shape, and that its parts belong together, before a database is asked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import TableClause
from sqlalchemy.types import TypeEngine

from app.backup import columns, seal
from app.backup.archive import UNREADABLE, Reader, opened
from app.backup.making import Track
from app.backup.manifest import Manifest, Summary, manifest_of
from app.errors import Conflict, Refused
from app.extensions import Model


class Backup(NamedTuple):
    """An open backup whose manifest is as it was sealed."""

    archive: Reader
    manifest: Manifest


@contextmanager
def open_backup(source: Path, keys: seal.Keys | None) -> Iterator[Backup]:
    """The backup in this file; without ``keys`` its seal is not looked at, only its digests."""
    with opened(source) as archive:
        yield Backup(archive, manifest_of(archive, keys))


def verify(source: Path, keys: seal.Keys | None, track: Track = iter) -> Summary:
    """Read the whole backup; ``Refused`` names the first thing that is damaged, missing or too much."""
    with open_backup(source, keys) as backup:
        check_members(backup, track)
        return backup.manifest.summary


def check_members(backup: Backup, track: Track) -> None:
    archive, manifest = backup
    for name in sorted(archive.names() ^ manifest.members.keys()):
        raise Refused("Bản sao lưu hỏng: %(name)s thừa hoặc thiếu.", name=name)
    for name, digest in track(list(manifest.members.items())):
        if archive.digest(name) != digest or (name.startswith("files/") and name[6:] != digest):
            raise Refused("Bản sao lưu hỏng: %(name)s đã bị thay đổi.", name=name)
    if manifest.summary.files != len(manifest.files()) or manifest.tables() != manifest.raw.keys():
        raise Refused("Bản sao lưu hỏng: các phần không khớp với nhau.")


def check_rows(backup: Backup, track: Track) -> None:
    """Every row is one of this source's tables; the files are those that the rows name."""
    manifest, count, named = backup.manifest, 0, set()
    for name in sorted(manifest.tables() ^ Model.metadata.tables.keys()):
        raise Conflict("Bản sao lưu và phần mềm này không có cùng các bảng: %(name)s.", name=name)
    for table in track(Model.metadata.sorted_tables):
        before = count
        for row in rows(backup, columns.stored(table)):
            count += 1
            if table.name == "stored_file":
                named.add(row["sha256"])
        if manifest.raw[table.name]["rows"] != count - before:
            raise Refused("Bản sao lưu hỏng: bảng %(name)s thừa hoặc thiếu dòng.", name=table.name)
    if count != manifest.summary.rows or named != {*manifest.files(), *manifest.summary.missing}:
        raise Refused("Bản sao lưu hỏng: các phần không khớp với nhau.")


def rows(backup: Backup, table: TableClause) -> Iterator[dict[str, Any]]:
    """The rows of a table as the database stores them; ``Refused`` names the line that is none."""
    kinds = {column.name: column.type for column in table.c}
    member = f"tables/{table.name}.jsonl"
    number = 0
    with backup.archive.open(member) as lines:
        try:
            for number, line in enumerate(lines, 1):  # noqa: B007 – named in the refusal
                yield _row(line, kinds)
        except UNREADABLE as error:
            raise Refused(
                "Bản sao lưu hỏng: %(name)s, dòng %(line)s không đúng mẫu.", name=member, line=number
            ) from error


def _row(line: bytes, kinds: dict[str, TypeEngine]) -> dict[str, Any]:
    words = json.loads(line)
    if not isinstance(words, dict) or words.keys() != kinds.keys():
        raise ValueError("not the columns of this table")
    return {name: columns.read(word, kinds[name]) for name, word in words.items()}
