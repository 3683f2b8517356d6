"""Bytes of a CSV, XLSX or XLS file → rows of text under known column names.

The header may be written in English or Vietnamese and may stand under some title rows. Reading never
raises: whatever cannot be read becomes a finding.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.errors import Sentence
from app.scoring.imports.finding import Finding, Findings, has_errors
from app.scoring.imports.text import cleaned, folded
from app.scoring.imports.workbook import LAST_COLUMN, Cell, Grid, Unreadable, cell_text, read_grids

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 20_000
HEADER_WITHIN_ROWS = 10
LONGEST_CELL = 32_767
"""What Excel puts into one cell."""


class Column(NamedTuple):
    """``name`` is the English heading; ``headings`` are the others it may carry; ``longest`` a cell in letters."""

    name: str
    headings: tuple[str, ...] = ()
    required: bool = False
    longest: int = LONGEST_CELL


Columns = tuple[Column, ...]


class TableRow(NamedTuple):
    """``number`` as Excel shows it; ``cells`` holds every known column, empty when missing.

    ``numeric`` names the columns whose cell was a number in the workbook: its decimal sign is the
    spreadsheet's, not the author's.
    """

    number: int
    cells: dict[str, str]
    numeric: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Table:
    """``present`` names the columns that the file has."""

    rows: list[TableRow]
    findings: list[Finding]
    present: frozenset[str] = frozenset()

    @property
    def has_errors(self) -> bool:
        return has_errors(self.findings)


class _Header(NamedTuple):
    index: int
    places: dict[str, int]
    width: int


def read_table(data: bytes, filename: str, columns: Columns) -> Table:
    """Up to 10 MB and 20,000 rows. A file that lacks a required column gives findings and no rows."""
    findings = Findings()
    if len(data) > MAX_BYTES:
        findings.error(None, None, "file_too_big", Sentence("Tệp lớn hơn 10 MB."))
        return Table([], findings)
    try:
        grids = read_grids(data, filename)
    except Unreadable as refusal:
        findings.error(None, None, refusal.code, refusal.sentence)
        return Table([], findings)
    if _is_empty(grids):
        findings.error(None, None, "empty_file", Sentence("Tệp không có dữ liệu."))
        return Table([], findings)
    return _table(grids, columns, findings)


def _is_empty(grids: Sequence[Grid]) -> bool:
    """A CSV of nothing but delimiters is empty in the reading that takes them for such."""
    contents = [grid.has_content for grid in grids]
    return not (all(contents) if grids[0].is_alternative else any(contents))


def _table(grids: Sequence[Grid], columns: Columns, findings: Findings) -> Table:
    grid, header = _choose(grids, columns)
    present = frozenset(header.places)
    for column in columns:
        if column.required and column.name not in present:
            _add_missing_column(findings, column, header)
    if findings:
        return Table([], findings, present)
    if grid.decoded_as_legacy:
        message = Sentence("Tệp không ở dạng UTF-8, đã đọc theo Windows-1258; hãy kiểm tra dấu tiếng Việt.")
        findings.warning(None, None, "legacy_encoding", message)
    rows = list(_body(grid, header, columns, findings))
    if not rows:
        findings.error(None, None, "empty_file", Sentence("Dưới dòng tiêu đề không có dòng dữ liệu nào."))
    if len(rows) > MAX_ROWS:
        findings.error(None, None, "too_many_rows", Sentence("Tệp có hơn 20.000 dòng dữ liệu."))
        rows = []
    rows = _in_composed_form(rows, findings)
    _check_lengths(rows, columns, findings)
    return Table(rows, findings.in_order(), present)


def _check_lengths(rows: list[TableRow], columns: Columns, findings: Findings) -> None:
    for row in rows:
        for column in columns:
            if len(row.cells[column.name]) > column.longest:
                message = Sentence("Nội dung dài quá %(limit)s ký tự.", {"limit": column.longest})
                findings.error(row.number, column.name, "too_long", message)


def _add_missing_column(findings: Findings, column: Column, header: _Header) -> None:
    heading = column.headings[0] if column.headings else column.name
    message = Sentence("Thiếu cột “%(heading)s” (%(name)s).", {"heading": heading, "name": column.name})
    findings.error(header.index + 1 if header.places else None, column.name, "missing_column", message)


def _choose(grids: Sequence[Grid], columns: Columns) -> tuple[Grid, _Header]:
    """The first sheet (or reading of a CSV) with every required column, else the nearest to it."""
    required = {column.name for column in columns if column.required}
    found = [(grid, _header(grid, columns)) for grid in grids]
    complete = [pair for pair in found if required <= pair[1].places.keys()]
    # All readings of one CSV may be "complete" when few columns are required: the fullest wins there.
    if complete and not complete[0][0].is_alternative:
        return complete[0]
    return max(complete or found, key=lambda pair: len(pair[1].places))


def _header(grid: Grid, columns: Columns) -> _Header:
    names = {
        folded(heading): column.name for column in columns for heading in (column.name, *column.headings)
    }
    best = _Header(0, {}, 0)
    for index, cells in enumerate(grid.rows[:HEADER_WITHIN_ROWS]):
        places: dict[str, int] = {}
        for place, cell in enumerate(cells[:LAST_COLUMN]):
            name = names.get(folded(cleaned(cell_text(cell))))
            if name is not None:
                places.setdefault(name, place)
        if len(places) > len(best.places):
            best = _Header(index, places, len(cells))
    return best


def _body(grid: Grid, header: _Header, columns: Columns, findings: Findings) -> Iterator[TableRow]:
    """Rows with anything in a known column. Stops one past the limit, which tells that it was passed."""
    count = 0
    for index, cells in enumerate(grid.rows[header.index + 1 :], start=header.index + 1):
        row = _row(index + 1, cells, header, columns)
        if not any(row.cells.values()):
            continue
        if grid.is_alternative and any(str(cell).strip() for cell in cells[header.width :]):
            message = Sentence(
                "Dòng có nhiều ô hơn dòng tiêu đề; nội dung có dấu phân cách phải để trong ngoặc kép."
            )
            findings.error(row.number, None, "too_many_cells", message)
        yield row
        count += 1
        if count > MAX_ROWS:
            return


def _row(number: int, cells: Sequence[Cell], header: _Header, columns: Columns) -> TableRow:
    found = {name: cells[place] for name, place in header.places.items() if place < len(cells)}
    texts = {column.name: cleaned(cell_text(found.get(column.name, ""))) for column in columns}
    numeric = frozenset(name for name, cell in found.items() if isinstance(cell, int | float))
    return TableRow(number, texts, numeric)


def _in_composed_form(rows: list[TableRow], findings: Findings) -> list[TableRow]:
    """Text in Unicode NFC. Decomposed text looks equal and is not: searches and codes would miss it."""
    changed: list[tuple[int, str]] = []
    composed = []
    for row in rows:
        cells = {name: unicodedata.normalize("NFC", text) for name, text in row.cells.items()}
        changed += [(row.number, name) for name, text in cells.items() if text != row.cells[name]]
        composed.append(row._replace(cells=cells))
    message = Sentence("Chữ dùng dấu tổ hợp (Unicode NFD); đã chuyển sang dạng dựng sẵn (NFC).")
    findings.repeated_warning(changed, "not_nfc", message)
    return composed
