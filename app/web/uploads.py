"""Files between a request and the store."""

from pathlib import Path
from typing import BinaryIO

from flask import Flask, Response, current_app, g, has_request_context, send_file
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from app.csp import allow_preview
from app.errors import Refused, Sentence
from app.extensions import db
from app.files import FileStore, Stored, clean_name
from app.models import StoredFile
from app.row_access import system_access


def file_store() -> FileStore:
    """The store of this application, made once; FILES_URL says where contents are kept."""
    config, made = current_app.config, current_app.extensions.setdefault("file_stores", {})
    settings = (config["FILES_DIR"], config["MAX_UPLOAD_BYTES"], config["CLAMD_ADDRESS"])
    key = (config["FILES_URL"], *settings)
    if key not in made:
        made[key] = (
            _object_store(config["FILES_URL"], *settings) if config["FILES_URL"] else FileStore(*settings)
        )
    return made[key]


def _object_store(url: str, *settings) -> FileStore:
    from app.object_store import ObjectStore  # its client takes a while to load, and few need it

    return ObjectStore(url, *settings)


def keep_upload(upload: FileStorage) -> Stored:
    """Receive and judge what was sent; it goes into the store when the row that names it is committed.

    Refuses with a sentence what is empty, too large or of a type we do not take.
    """
    arrived = file_store().receive(upload.stream, upload.filename)
    g.setdefault("arrived_uploads", []).append(arrived)
    return arrived.stored


def keep_pdf(upload: FileStorage) -> Stored:
    """As ``keep_upload``, where a PDF alone is taken; what is named otherwise is refused before it is read."""
    name = clean_name(upload.filename)
    if not name.lower().endswith(".pdf"):
        raise Refused("Tệp “%(name)s” không phải là PDF; ở đây chỉ nhận tệp PDF.", field="file", name=name)
    return keep_upload(upload)


def keep_uploads(uploads: list[FileStorage]) -> list[Stored]:
    """Receive and judge all of what was sent together; one that is refused refuses all, and each reason is said."""
    kept, refusals = [], []
    for upload in uploads:
        try:
            kept.append(keep_upload(upload))
        except Refused as refusal:
            refusals.append(refusal)
    if len(uploads) > 1 and refusals:
        raise Refused(
            "Chưa nhận tệp nào trong %(count)s tệp gửi cùng lúc. %(reasons)s",
            count=len(uploads),
            reasons=_one_after_another([refusal.sentence for refusal in refusals]),
        )
    if refusals:
        raise refusals[0]
    return kept


def _one_after_another(sentences: list[Sentence]) -> Sentence:
    first, *others = sentences
    return Sentence("%(a)s %(b)s", {"a": first, "b": _one_after_another(others)}) if others else first


def _place_uploads(session: Session) -> None:
    """Before a commit: the contents whose rows are written now go into the store.

    Row first: until the commit the row's unique digest keeps the sweep from this content. A refused act never
    gets here, so it has nothing to take back; if the commit itself fails, the sweep finds what was placed.
    """
    waiting = g.get("arrived_uploads", []) if has_request_context() else []
    if not waiting or session.in_nested_transaction():  # a savepoint is no acknowledgement
        return
    session.flush()
    digests = {arrived.stored.sha256 for arrived in waiting}
    with system_access("whether a content is named by any row"):
        named = set(session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(digests))))
    for arrived in [arrived for arrived in waiting if arrived.stored.sha256 in named]:
        file_store().place(arrived)
        arrived.discard()  # a store elsewhere leaves its file here
        waiting.remove(arrived)


def _discard_uploads(_error: BaseException | None) -> None:
    """After a request: what arrived with a refused act is deleted where it arrived, never in the store."""
    for arrived in g.pop("arrived_uploads", []):
        arrived.discard()


def init_app(app: Flask) -> None:
    app.teardown_request(_discard_uploads)
    if not event.contains(db.session, "before_commit", _place_uploads):
        event.listen(db.session, "before_commit", _place_uploads)


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
