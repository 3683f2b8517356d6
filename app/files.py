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


class FileStore:
    """Files below ``root``, none larger than ``max_bytes``, each past the virus scanner when there is one."""

    def __init__(self, root: Path, max_bytes: int, clamd: str | None = None):
        self.root = Path(root)
        self.max_bytes = max_bytes
        self.clamd = clamd

    def put(self, stream: BinaryIO, declared_name: str | None) -> Stored:
        """Keep what ``stream`` still holds; the same content twice is one file. Refuses with a sentence."""
        name = clean_name(declared_name)
        incoming = self.root / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=incoming, delete=False) as target:
            arrived = Path(target.name)
            try:
                sha256, size = self._receive(stream, target, name, most=self.max_bytes)
                media_type = media_type_of(arrived, name)
                self._scan(arrived, name)
                self._move_into_place(arrived, self.path(sha256))
            finally:
                arrived.unlink(missing_ok=True)
        return Stored(sha256, size, media_type, name)

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
        return self.root / sha256[:2] / sha256[2:4] / sha256

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

    def mark(self, sha256: str) -> tuple[int, int]:
        """Which writing of this content is there now: every ``put`` makes a file of its own."""
        found = self.path(sha256).stat()
        return found.st_ino, found.st_mtime_ns

    def withdraw(self, sha256: str, mark: tuple[int, int]) -> bool:
        """Take back what a refused act put there, unless the same content has been put there since."""
        aside = self.root / "incoming" / f"{sha256}.{mark[0]}.withdrawn"
        try:
            if self.mark(sha256) != mark:
                return False
            self.path(sha256).replace(aside)
        except FileNotFoundError:
            return False
        found = aside.stat()
        if (found.st_ino, found.st_mtime_ns) == mark:
            aside.unlink()
            return True
        aside.replace(self.path(sha256))
        return False

    def strays(self, known: Container[str], before: datetime) -> Iterator[Path]:
        """Files below the root that no address in ``known`` accounts for, last written before this moment.

        A younger one may belong to a request that has not committed yet.
        """
        for path in sorted(self.root.rglob("*")):
            named = path.name in known and path == self.path(path.name)
            if not named and path.is_file() and path.stat().st_mtime < before.timestamp():
                yield path

    def sweep(self, known: Container[str], before: datetime) -> list[Path]:
        """Remove those strays that this store wrote itself: contents at their address, and broken-off arrivals."""
        return [
            path for path in self.strays(known, before) if self._is_own(path) and self._remove(path, before)
        ]

    def _is_own(self, path: Path) -> bool:
        if path.parent == self.root / "incoming":
            return True
        return _DIGEST.fullmatch(path.name) is not None and path == self.path(path.name)

    def _remove(self, path: Path, before: datetime) -> bool:
        """Delete a file unless the same content has just arrived anew: it is set aside, then looked at again."""
        aside = self.root / "incoming" / f"{path.name}.swept"
        aside.parent.mkdir(exist_ok=True)
        try:
            path.replace(aside)
        except FileNotFoundError:
            return False
        if aside.stat().st_mtime < before.timestamp():
            aside.unlink()
            return True
        aside.replace(path)
        return False

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
