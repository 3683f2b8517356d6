"""CSV: its encoding, and one grid for each delimiter that can read it."""

import csv
import io
import re
import unicodedata

from app.errors import Sentence
from app.scoring.imports.grid import Grid, Unreadable, damaged
from app.scoring.imports.legacy_letters import found_in
from app.text import rearmed

READABLE_RECORDS = 40_000
_CELL_ENDS = re.compile(r'[,;\t\r\n"]+')


def read_csv(data: bytes) -> list[Grid]:
    """At least one grid. Raises Unreadable."""
    text, is_legacy = _decoded(data)
    grids = [_grid(text, delimiter, is_legacy) for delimiter in ",;\t"]
    readable = [grid for grid in grids if grid is not None]
    if not readable:
        raise damaged()
    return readable


def _grid(text: str, delimiter: str, is_legacy: bool) -> Grid | None:
    rows: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append([rearmed(cell) for cell in record])
            if len(rows) > READABLE_RECORDS:
                raise Unreadable("too_many_rows", Sentence("Tệp có quá nhiều dòng."))
    except csv.Error:
        return None
    return Grid(rows, is_alternative=True, decoded_as_legacy=is_legacy)


def _decoded(data: bytes) -> tuple[str, bool]:
    """The text, and whether it had to be read in the legacy Vietnamese code page."""
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # The code page writes tone marks apart from their letters: that is not the author's doing.
        is_legacy = encoding == "cp1258"
        return (unicodedata.normalize("NFC", text) if is_legacy else text), is_legacy
    raise Unreadable(
        "unknown_encoding", Sentence("Không nhận ra bảng mã của tệp; hãy lưu lại ở dạng CSV UTF-8.")
    )


def _is_damaged_utf8(data: bytes) -> bool:
    """More letters beyond ASCII come out right than wrong: reading it in a code page would garble it."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    return sum(letter > "\x7f" for letter in text) - wrong > wrong


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    head = data[:400]
    if len(head) >= 4 and head[1::2].count(0) > len(head) // 4:
        return ("utf-16-le",)
    if len(head) >= 4 and head[::2].count(0) > len(head) // 4:
        return ("utf-16-be",)
    if _is_damaged_utf8(data):
        return ("utf-8-sig",)
    return ("utf-8-sig", "latin-1") if _has_font_letters(data) else ("utf-8-sig", "cp1258")


def _has_font_letters(data: bytes) -> bool:
    """Whether bytes that are no UTF-8 are letters of TCVN3 or VNI, whose fonts sit on the Latin code page."""
    if data.isascii():
        return False
    found = found_in(_CELL_ENDS.split(data.decode("latin-1")))
    return found in ("tcvn3", "vni")
