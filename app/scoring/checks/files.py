"""The evidence store: every file that the database names is there and whole, and no other."""

from collections.abc import Iterator

from sqlalchemy import select

from app.clock import now
from app.extensions import db
from app.files import FileStore
from app.models import StoredFile
from app.scoring.checks.rules import rule
from app.scoring.operations.files import SETTLED, known_addresses


@rule("Tệp mà cơ sở dữ liệu ghi phải có trong kho", needs_store=True)
def files_are_there(store: FileStore) -> Iterator[str]:
    for file in _rows():
        if not store.exists(file.sha256):
            yield f"tệp {file.id} ({file.sha256})"


@rule("Nội dung tệp trong kho phải đúng mã băm", needs_store=True)
def files_are_whole(store: FileStore) -> Iterator[str]:
    for file in _rows():
        if store.exists(file.sha256) and not store.verify(file.sha256):
            yield f"tệp {file.id} ({file.sha256})"


@rule("Kích thước tệp trong kho phải bằng kích thước đã ghi", needs_store=True)
def file_sizes(store: FileStore) -> Iterator[str]:
    for file in _rows():
        if store.exists(file.sha256) and store.size(file.sha256) != file.size:
            yield f"tệp {file.id} ({file.sha256})"


@rule("Kho không có tệp nào mà cơ sở dữ liệu không ghi", needs_store=True)
def no_orphan_files(store: FileStore) -> Iterator[str]:
    for path in store.strays(known_addresses(), now() - SETTLED):
        yield f"tệp {path.relative_to(store.root)}"


def _rows() -> list[StoredFile]:
    return list(db.session.scalars(select(StoredFile).order_by(StoredFile.id)))
