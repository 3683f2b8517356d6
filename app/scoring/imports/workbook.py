"""Bytes of a CSV, XLSX, XLS or ODS file → its grids: the sheets of a workbook, or a CSV read with each delimiter.

Workbooks are checked before they are parsed: the archive's real size, and how far its cells reach,
since the parser lays every sheet out as a full rectangle in memory.
"""

import io
import re
import zipfile
import zlib

import olefile

from app.archives import has_dtd
from app.errors import Sentence
from app.scoring.imports.delimited import read_csv
from app.scoring.imports.grid import LAST_COLUMN, LAST_ROW, Grid, Unreadable, damaged, empty, locked, too_wide
from app.scoring.imports.ods import read_ods
from app.scoring.imports.xls import read_xls
from app.scoring.imports.xlsx import read_xlsx

MAX_UNPACKED_BYTES = 200 * 1024 * 1024

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = 1
"""The flag of a member of an archive that has a password."""
_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)\b([^>]*)>")
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)(\d*)["']""")


def read_grids(data: bytes, filename: str) -> list[Grid]:
    """At least one grid. Raises Unreadable."""
    if data.startswith(_ZIP):
        names = _check_archive(data)
        return read_xlsx(data) if "xl/workbook.xml" in names else read_ods(data)
    if data.startswith(_OLE):
        if _is_locked_package(data):
            raise locked()
        return read_xls(data)
    if filename.lower().endswith((".xlsx", ".xlsm", ".xls", ".ods")):
        raise damaged() if data else empty()
    return read_csv(data)


def _is_locked_package(data: bytes) -> bool:
    """Excel wraps a workbook with a password into the older format."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            return file.exists("EncryptedPackage")
    except Exception:  # noqa: BLE001 – olefile meets anything in a damaged file
        return False


def _too_big() -> Unreadable:
    return Unreadable("file_too_big", Sentence("Nội dung tệp sau khi giải nén lớn hơn 200 MB."))


def _check_archive(data: bytes) -> list[str]:
    """Reads the whole archive once: sizes that lie fail their checksum here, before the parser. Its names."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members, names = archive.infolist(), archive.namelist()
            if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
                raise _too_big()
            if any(member.flag_bits & _ENCRYPTED for member in members):
                raise locked()
            if not _is_table(archive, names) or archive.testzip() is not None:
                raise damaged()
            if any(has_dtd(archive.read(member)) for member in members):
                raise Unreadable("has_dtd", Sentence("Tệp có khai báo lạ mà tệp Excel thật không có."))
            for member in members:
                if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
                    _check_extent(archive.read(member))
            return names
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise damaged() from None


def _is_table(archive: zipfile.ZipFile, names: list[str]) -> bool:
    if "xl/workbook.xml" in names:
        return True
    if not {"content.xml", "META-INF/manifest.xml", "mimetype"} <= set(names):
        return False
    return b"opendocument.spreadsheet" in archive.read("mimetype")


def _check_extent(sheet: bytes) -> None:
    """Cells without content do not count: styled empty rows to the end of the sheet are common."""
    row = 0
    for kind, attributes in _ROW_OR_CELL.findall(sheet):
        place = _PLACE.search(attributes)
        letters, digits = place.groups() if place else (b"", b"")
        if kind == b"row":
            row = int(digits[:9] or row + 1)
        elif not attributes.endswith(b"/") and _outside(max(row, int(digits[:9] or 0)), letters):
            raise too_wide()


def _outside(row: int, letters: bytes) -> bool:
    return row > LAST_ROW or _column_number(letters) > LAST_COLUMN


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:4]:
        number = number * 26 + letter - 64
    return number
