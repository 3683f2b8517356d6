"""Files between a request and the store."""

from flask import Response, current_app, send_file
from werkzeug.datastructures import FileStorage

from app.csp import allow_preview
from app.files import INLINE_TYPES, FileStore, Stored
from app.models import StoredFile


def file_store() -> FileStore:
    return FileStore(current_app.config["FILES_DIR"], current_app.config["MAX_UPLOAD_BYTES"])


def keep_upload(upload: FileStorage) -> Stored:
    """Store what was sent; refuses with a sentence what is empty, too large or of a type we do not take."""
    return file_store().put(upload.stream, upload.filename)


def send_stored(file: StoredFile, name: str) -> Response:
    """The file under the name its sender gave it; only harmless types are shown in the page, the rest download."""
    inline = file.media_type in INLINE_TYPES
    answer = send_file(
        file_store().path(file.sha256),
        mimetype=file.media_type,
        as_attachment=not inline,
        download_name=name,
        etag=file.sha256,
        max_age=0,
    )
    return allow_preview(answer) if inline else answer
