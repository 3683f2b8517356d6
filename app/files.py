"""The evidence store: each content is kept once, under its SHA-256, and is never changed or renamed.

A file lives at ``ab/cd/abcd…`` below the root. It is written to ``incoming`` on the same disk, flushed, and
moved into place in one step, so that whatever has a name in the store is whole. What the sender called it is
kept in the database only.
"""

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Container, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from app.antivirus import refuse_infected
from app.errors import Refused
from app.media_types import media_type_of

_CHUNK = 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LONGEST_NAME = 200
_MEBIBYTE = 1024 * 1024


class Stored(NamedTuple):
    """What the database keeps of a file: its content's address and how its sender called it."""

    sha256: str
    size: int
    media_type: str
    name: str


class Arrived(NamedTuple):
    """A judged upload that waits in ``incoming`` for its row."""

    stored: Stored
    path: Path

    def discard(self) -> None:
        """Delete what this upload wrote; nothing that another one could share."""
        self.path.unlink(missing_ok=True)


class FileStore:
    """Files below ``root``, none larger than ``max_bytes``, each past the virus scanner when there is one."""

    def __init__(self, root: Path, max_bytes: int, clamd: str | None = None):
        self.root = Path(root)
        self.max_bytes = max_bytes
        self.clamd = clamd

    def put(self, stream: BinaryIO, declared_name: str | None) -> Stored:
        """Keep what ``stream`` still holds; the same content twice is one file. Refuses with a sentence."""
        arrived = self.receive(stream, declared_name)
        try:
            self.place(arrived)
        finally:
            arrived.discard()
        return arrived.stored

    def receive(self, stream: BinaryIO, declared_name: str | None) -> Arrived:
        """Write what ``stream`` still holds to ``incoming`` and judge it; it is not in the store yet."""
        name = clean_name(declared_name)
        incoming = self.root / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=incoming, delete=False) as target:
            path = Path(target.name)
            try:
                sha256, size = self._receive(stream, target, name, most=self.max_bytes)
                media_type = media_type_of(path, name)
                self._scan(path, name)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        return Arrived(Stored(sha256, size, media_type, name), path)

    def place(self, arrived: Arrived) -> None:
        """Put the content under its digest; one that is there already is written anew, and so is young again."""
        self._move_into_place(arrived.path, self.path(arrived.stored.sha256))

    def put_as(self, stream: BinaryIO, sha256: str) -> None:
        """Bring back a content that must be the one of this address; refuses any other."""
        incoming = self.root / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=incoming, delete=False) as target:
            arrived = Path(target.name)
            try:
                digest, _size = self._receive(stream, target, sha256, most=None)
                if digest != sha256:
                    raise Refused("Tệp %(sha256)s không đúng nội dung.", sha256=sha256)
                self._move_into_place(arrived, self.path(sha256))
            finally:
                arrived.unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        """Where this content is or would be; ValueError for anything that is not a SHA-256 in small hex."""
        if not _DIGEST.fullmatch(sha256):
            raise ValueError("not a SHA-256 digest")
        return self._place(sha256)

    def exists(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def size(self, sha256: str) -> int | None:
        """How many bytes are there; None when the store does not have it."""
        return self.path(sha256).stat().st_size if self.exists(sha256) else None

    def answers(self) -> bool:
        """Whether files can arrive; OSError with the reason when not."""
        incoming = self.root / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=incoming) as file:
            return file.write(b"ready") == 5

    def open(self, sha256: str) -> BinaryIO:
        """The content for reading; FileNotFoundError when the store does not have it."""
        return self.path(sha256).open("rb")

    def verify(self, sha256: str) -> bool:
        """Whether the content is there and still is what its address says."""
        if not self.exists(sha256):
            return False
        with self.open(sha256) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256

    def strays(self, known: Container[str], before: datetime) -> Iterator[Path]:
        """Files below the root that no address in ``known`` accounts for, last written before this moment.

        A younger one may belong to a request that has not committed yet.
        """
        for path in sorted(self.root.rglob("*")):
            named = path.name in known and path == self.path(path.name)
            if not named and path.is_file() and path.stat().st_mtime < before.timestamp():
                yield path

    def is_own(self, path: Path) -> bool:
        """Whether this store wrote the file: a content at its address, or an arrival that broke off."""
        return path.parent == self.root / "incoming" or self.is_content(path)

    def is_content(self, path: Path) -> bool:
        return _DIGEST.fullmatch(path.name) is not None and path == self._place(path.name)

    def remove(self, path: Path, before: datetime) -> bool:
        """Delete a file that is still as old as ``strays`` found it.

        For a content the caller holds its digest (``operations/files.py``), so that nobody places it meanwhile.
        """
        try:
            if path.stat().st_mtime >= before.timestamp():
                return False
            path.unlink()
        except FileNotFoundError:
            return False
        return True

    def _place(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def _receive(self, stream: BinaryIO, target: BinaryIO, name: str, most: int | None) -> tuple[str, int]:
        """Copy to ``target`` piece by piece, on disk when this returns; (digest, bytes)."""
        digest, size = hashlib.sha256(), 0
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if most is not None and size > most:
                limit = size_text(most)
                raise Refused("Tệp “%(name)s” lớn hơn mức cho phép (%(limit)s).", name=name, limit=limit)
            digest.update(piece)
            target.write(piece)
        if size == 0:
            raise Refused("Tệp “%(name)s” không có nội dung.", name=name)
        target.flush()
        os.fsync(target.fileno())
        return digest.hexdigest(), size

    def _scan(self, arrived: Path, name: str) -> None:
        if self.clamd:
            with arrived.open("rb") as content:
                refuse_infected(self.clamd, content, name)

    def _move_into_place(self, arrived: Path, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        arrived.chmod(0o440)
        arrived.replace(place)
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def clean_name(declared_name: str | None) -> str:
    """The sender's name for the file in NFC: no folders, no control or direction characters, ≤ 200 long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", declared_name or ""))[-1]
    kept = "".join(char for char in last if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    name = " ".join(kept.split()).strip(". ")
    if not name:
        raise Refused("Tệp gửi lên không có tên.")
    stem, dot, extension = name.rpartition(".")
    if len(name) <= _LONGEST_NAME or not dot or len(extension) > 10:
        return name[:_LONGEST_NAME]
    return f"{stem[: _LONGEST_NAME - len(extension) - 1]}.{extension}"


def size_text(size: int) -> str:
    """A size for people: "900 byte", "882 KB", "1,5 MB", "5 GB"."""
    if size < 1024:
        return f"{size} byte"
    if size < _MEBIBYTE:
        return f"{size // 1024} KB"
    unit, name = (_MEBIBYTE, "MB") if size < 1024 * _MEBIBYTE else (1024 * _MEBIBYTE, "GB")
    return f"{size / unit:.1f}".removesuffix(".0").replace(".", ",") + f" {name}"
