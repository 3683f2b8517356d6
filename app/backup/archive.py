"""The tar of a backup: members are written with their digests, and read with nothing taken on trust."""

import hashlib
import io
import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from app.errors import Refused

MANIFEST, SEAL, OLD_SEAL = "manifest.json", "manifest.seal", "manifest.sha256"
MEMBER = re.compile(r"tables/[a-z0-9_]+\.jsonl|files/[0-9a-f]{64}")
LARGEST_MANIFEST = 256 * 1024 * 1024
PIECE = 1024 * 1024
UNREADABLE = (tarfile.TarError, OSError, EOFError, ValueError, OverflowError, RecursionError)
"""What ``tarfile`` and ``json`` raise for what is damaged or means harm."""


class Writer:
    """A tar that is being made in ``folder``; ``digests`` tells the SHA-256 of what it holds."""

    def __init__(self, archive: tarfile.TarFile, folder: Path):
        self.archive, self.folder = archive, folder
        self.digests: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> None:
        self.add_stream(name, io.BytesIO(content))

    def add_stream(self, name: str, content: BinaryIO) -> None:
        """A member of any size: read once for its digest, once more for the archive."""
        self.digests[name] = digest_of(content)
        member = tarfile.TarInfo(name)
        member.size = content.tell()
        content.seek(0)
        self.archive.addfile(member, content)


def digest_of(content: BinaryIO) -> str:
    """The SHA-256 of a stream from its beginning; it then stands at its end."""
    content.seek(0)
    digest = hashlib.sha256()
    while piece := content.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


class Reader:
    """A tar whose members are plain files, each once, each of a name that a backup gives."""

    def __init__(self, archive: tarfile.TarFile):
        self.archive, self.members = archive, {}
        for member in archive.getmembers():
            known = MEMBER.fullmatch(member.name) or member.name in (MANIFEST, SEAL, OLD_SEAL)
            if not known or not member.isreg() or member.issparse() or member.name in self.members:
                raise Refused(
                    "Bản sao lưu hỏng: %(name)s không phải là phần của bản sao lưu.", name=repr(member.name[:100])
                )
            self.members[member.name] = member

    def names(self) -> set[str]:
        return self.members.keys() - {MANIFEST, SEAL, OLD_SEAL}

    def open(self, name: str) -> BinaryIO:
        if name not in self.members:
            raise Refused("Bản sao lưu hỏng: thiếu %(name)s.", name=name)
        return self.archive.extractfile(self.members[name])

    def read(self, name: str) -> bytes:
        """A small member, whole."""
        with self.open(name) as content, reading(name):
            if self.members[name].size > LARGEST_MANIFEST:
                raise Refused("Bản sao lưu hỏng: %(name)s quá lớn.", name=name)
            return content.read()

    def digest(self, name: str) -> str:
        with self.open(name) as content, reading(name):
            return digest_of(content)


@contextmanager
def opened(source: Path) -> Iterator[Reader]:
    """The backup in this file; whatever cannot be read in it is refused with a sentence."""
    with reading(source.name):
        if not source.is_file():  # a pipe would be waited for
            raise Refused("Bản sao lưu hỏng: không đọc được tệp %(name)s.", name=source.name)
        archive = tarfile.open(source, "r:")  # noqa: SIM115 – closed below
    with archive:
        with reading(source.name):
            reader = Reader(archive)
        yield reader


@contextmanager
def reading(name: str) -> Iterator[None]:
    """What the file or member of this name does to those who read it, as a sentence."""
    try:
        yield
    except UNREADABLE as error:
        raise Refused("Bản sao lưu hỏng: không đọc được tệp %(name)s.", name=name) from error
