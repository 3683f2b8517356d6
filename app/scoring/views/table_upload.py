"""A table that was uploaded: its bytes, how it is to be read, and its way through the page that shows its changes."""

import base64
import zlib
from typing import NamedTuple

from flask import request

from app.errors import Refused, Sentence
from app.scoring.imports.columns import Reading
from app.scoring.imports.legacy_letters import NAMES
from app.scoring.views import pending, typed


class TableFile(NamedTuple):
    """``seen``: the mark of the changes that the person was shown; None when none were."""

    data: bytes
    name: str
    reading: Reading
    seen: str | None = None


def uploaded_table(missing: Sentence) -> TableFile:
    """The file of the form; ``missing`` is what to say when there is none."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Refused(missing.template, field="file")
    return TableFile(upload.read(), upload.filename, reading())


def reading() -> Reading:
    letters = typed.text("letters")
    if letters and letters not in NAMES:
        raise Refused("Hãy chọn bảng mã trong danh sách.", field="file")
    return Reading(typed.text("sheet"), "hidden_rows" in request.form, letters)


def is_confirmed() -> bool:
    """Whether the page of the changes was answered."""
    return "pending" in request.form


def sealed(kind: str, owner_id: int, file: TableFile, seen: str) -> str:
    """The file itself, for the page of its changes; refused when a form could not carry it."""
    content = base64.b64encode(zlib.compress(file.data)).decode()
    return pending.seal(kind, owner_id, file.name, [[content, list(file.reading), seen]])


def unsealed(kind: str, owner_id: int) -> TableFile:
    waiting = pending.unseal(kind, owner_id)
    content, reading_, seen = waiting.rows[0]
    return TableFile(zlib.decompress(base64.b64decode(content)), waiting.file_name, Reading(*reading_), seen)
