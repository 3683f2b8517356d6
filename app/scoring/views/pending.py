"""An upload between its reading and its applying: it travels in the page, signed with what it belongs to."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import current_app, request
from itsdangerous import BadSignature, Signer, URLSafeSerializer

from app.errors import Refused
from app.scoring.imports.entry_workbook import entry_signer
from app.scoring.operations.entry_import import MINE, THEIRS
from app.web.rows import row_id

# Form fields may be 500 kB together (Werkzeug's limit).
LARGEST = 400_000


class Waiting(NamedTuple):
    """``rows`` are plain lists, as they were sealed."""

    file_name: str
    rows: list[list[Any]]


def signer(kind: str) -> Signer:
    return entry_signer(current_app.secret_key, kind)


def _serializer(kind: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key, salt=f"pending-{kind}")


def seal(kind: str, owner_id: int, file_name: str, rows: Sequence[list[Any]]) -> str:
    """The text of the hidden field; refused when a form could not carry it."""
    text = _serializer(kind).dumps({"owner": owner_id, "file": file_name[:200], "rows": rows})
    if len(text) > LARGEST:
        raise Refused("Tệp thay đổi quá nhiều chữ trong một lần; hãy tải lên từng phần.", field="file")
    return text


def unseal(kind: str, owner_id: int) -> Waiting:
    """What the page brought back; refused when it is not what this page was given."""
    try:
        found = _serializer(kind).loads(request.form.get("pending", ""))
    except BadSignature:
        found = {}
    if found.get("owner") != owner_id:
        raise Refused("Trang xem trước không còn dùng được; hãy tải tệp lên lại.", field="file")
    return Waiting(found["file"], found["rows"])


def choices() -> dict[tuple[int, str], str]:
    """(score id, field) → whose text was chosen, for every conflict that was settled."""
    found = {}
    for name, value in request.form.items():
        mark, _dash, rest = name.partition("-")
        number, _dash, field = rest.partition("-")
        score_id = row_id(number)
        if mark == "choice" and score_id is not None and value in (MINE, THEIRS):
            found[score_id, field] = value
    return found
