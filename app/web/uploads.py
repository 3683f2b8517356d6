"""Files between a request and the store."""

from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

from flask import Flask, Response, current_app, g, send_file
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import FileStorage

from app.csp import allow_preview
from app.extensions import db
from app.files import FileStore, Stored
from app.models import StoredFile
from app.row_access import system_access


def file_store() -> FileStore:
    """The store of this application, made once; FILES_URL says where contents are kept."""
    config, made = current_app.config, current_app.extensions.setdefault("file_stores", {})
    settings = (config["FILES_DIR"], config["MAX_UPLOAD_BYTES"], config["CLAMD_ADDRESS"])
    key = (config["FILES_URL"], *settings)
    if key not in made:
        made[key] = _object_store(config["FILES_URL"], *settings) if config["FILES_URL"] else FileStore(*settings)
    return made[key]


def _object_store(url: str, *settings) -> FileStore:
    from app.object_store import ObjectStore  # its client takes a while to load, and few need it

    return ObjectStore(url, *settings)


def keep_upload(upload: FileStorage) -> Stored:
    """Store what was sent; refuses with a sentence what is empty, too large or of a type we do not take."""
    store = file_store()
    stored = store.put(upload.stream, upload.filename)
    g.setdefault("kept_uploads", []).append((stored.sha256, store.mark(stored.sha256)))
    return stored


def _withdraw_unnamed(response: Response) -> Response:
    """What came with a refused act leaves the store again; a row that was committed keeps its file.

    While the database does not answer, nobody knows which it was: ``scoring sweep-files`` does it later.
    """
    kept = g.pop("kept_uploads", [])
    if kept:
        try:
            named = _named(dict(kept))
        except OperationalError as error:
            current_app.logger.warning("uploads are left to the sweep: %s", error)
            return response
        for sha256, mark in kept:
            if sha256 not in named:
                file_store().withdraw(sha256, mark)
    return response


@system_access("whether a content is named by any row")
def _named(digests: Collection[str]) -> set[str]:
    """Those that a committed row names."""
    db.session.rollback()
    named = set(db.session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(digests))))
    db.session.rollback()
    return named


def init_app(app: Flask) -> None:
    app.after_request(_withdraw_unnamed)


def content_to_send(sha256: str) -> Path | BinaryIO:
    """What ``send_file`` takes: the file itself where there is one, else its content."""
    store = file_store()
    return store.open(sha256) if current_app.config["FILES_URL"] else store.path(sha256)


def send_stored(file: StoredFile, name: str) -> Response:
    """The file under the name its sender gave it; only harmless types are shown in the page, the rest download."""
    inline = file.inline
    answer = send_file(
        content_to_send(file.sha256),
        mimetype=file.media_type,
        as_attachment=not inline,
        download_name=name,
        etag=file.sha256,
        max_age=0,
    )
    return allow_preview(answer) if inline else answer
