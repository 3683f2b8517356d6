"""Bytes made for a person to keep, in the shape that Flask's ``send_file`` takes."""

import io
from mimetypes import guess_type
from typing import Any


def attachment(data: bytes, name: str) -> dict[str, Any]:
    """Arguments of ``send_file``: a download under its Vietnamese name, kept in no cache."""
    kind = guess_type(name)[0] or "application/octet-stream"
    safe = name.replace("/", "-")
    return {
        "path_or_file": io.BytesIO(data),
        "mimetype": kind,
        "as_attachment": True,
        "download_name": safe,
        "max_age": 0,
    }
