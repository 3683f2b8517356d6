"""The raw grids of a file: the sheets of a workbook, or a CSV read with each delimiter.

Workbooks are checked before they are parsed: the archive's real size, and how far its cells reach,
since the parser lays every sheet out as a full rectangle in memory.
"""

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from python_calamine import CalamineError, CalamineWorkbook

from app.archives import has_dtd
from app.errors import Sentence
from app.text import rearmed

Cell = str | int | float | bool | date | datetime | time | timedelta

MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_SHEETS = 20
# Far beyond any real table, far below what a hostile corner cell (XFD1048576) would allocate.
LAST_ROW = 30_000
LAST_COLUMN = 256
READABLE_RECORDS = 40_000

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)\b([^>]*)>")
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)(\d*)["']""")


class Unreadable(Exception):
    """The bytes are not a table that can be read."""

    def __init__(self, code: str, sentence: Sentence):
        self.code = code
        self.sentence = sentence
        super().__init__(str(sentence))


@dataclass(frozen=True)
class Grid:
    """Rows from the first row of the sheet on. ``is_alternative``: one of several readings of a CSV."""

    rows: Sequence[Sequence[Cell]]
    is_alternative: bool = False
    decoded_as_legacy: bool = False

    @property
    def has_content(self) -> bool:
        return any(str(cell).strip() for row in self.rows for cell in row)


def read_grids(data: bytes, filename: str) -> list[Grid]:
    """At least one grid. Raises Unreadable."""
    if data.startswith(_ZIP):
        _check_archive(data)
        return _sheets(data)
    if data.startswith(_OLE):
        return _sheets(data)
    if filename.lower().endswith((".xlsx", ".xlsm", ".xls")):
        raise _damaged() if data else _empty()
    return _csv_grids(data)


def cell_text(cell: Cell) -> str:
    """1.0 → "1", 0.125 → "0.125" (15 digits, as Excel keeps them), dates in ISO."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        text = format(Decimal(format(cell, ".15g")), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _damaged() -> Unreadable:
    return Unreadable(
        "damaged_file", Sentence("Không đọc được tệp: tệp hỏng hoặc không phải bảng Excel, CSV.")
    )


def _empty() -> Unreadable:
    return Unreadable("empty_file", Sentence("Tệp không có dữ liệu."))


def _too_big() -> Unreadable:
    return Unreadable("file_too_big", Sentence("Nội dung tệp sau khi giải nén lớn hơn 200 MB."))


def _check_archive(data: bytes) -> None:
    """Reads the whole archive once: sizes that lie fail their checksum here, before the parser."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
                raise _too_big()
            if "xl/workbook.xml" not in archive.namelist() or archive.testzip() is not None:
                raise _damaged()
            if any(has_dtd(archive.read(member)) for member in members):
                raise Unreadable("has_dtd", Sentence("Tệp có khai báo lạ mà tệp Excel thật không có."))
            for member in members:
                if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
                    _check_extent(archive.read(member))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise _damaged() from None


def _check_extent(sheet: bytes) -> None:
    """Cells without content do not count: styled empty rows to the end of the sheet are common."""
    row = 0
    for kind, attributes in _ROW_OR_CELL.findall(sheet):
        place = _PLACE.search(attributes)
        letters, digits = place.groups() if place else (b"", b"")
        if kind == b"row":
            row = int(digits[:9] or row + 1)
        elif not attributes.endswith(b"/") and _outside(max(row, int(digits[:9] or 0)), letters):
            message = Sentence(
                "Bảng quá rộng: có ô nằm ngoài %(rows)s dòng hoặc %(columns)s cột đầu.",
                {"rows": LAST_ROW, "columns": LAST_COLUMN},
            )
            raise Unreadable("too_many_rows", message)


def _outside(row: int, letters: bytes) -> bool:
    return row > LAST_ROW or _column_number(letters) > LAST_COLUMN


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:4]:
        number = number * 26 + letter - 64
    return number


def _sheets(data: bytes) -> list[Grid]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = workbook.sheet_names[:MAX_SHEETS]
        sheets = [workbook.get_sheet_by_name(name) for name in names]
        return [Grid(sheet.to_python(skip_empty_area=False)) for sheet in sheets] or [Grid([])]
    except (CalamineError, ValueError, OSError):
        raise _damaged() from None


def _csv_grids(data: bytes) -> list[Grid]:
    text, is_legacy = _decoded(data)
    grids = [_csv_grid(text, delimiter, is_legacy) for delimiter in ",;\t"]
    readable = [grid for grid in grids if grid is not None]
    if not readable:
        raise _damaged()
    return readable


def _csv_grid(text: str, delimiter: str, is_legacy: bool) -> Grid | None:
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
    return ("utf-8-sig",) if _is_damaged_utf8(data) else ("utf-8-sig", "cp1258")
