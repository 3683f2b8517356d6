"""Files sent to the browser: Excel and Word, with their Vietnamese names."""

import io

from flask import Response, send_file

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "zip": "application/zip",
}


def attachment(content: bytes, name: str) -> Response:
    """``content`` as a file to keep, called ``name``; never kept by a cache."""
    kind = name.rpartition(".")[2]
    answer = send_file(io.BytesIO(content), MEDIA_TYPES[kind], as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
