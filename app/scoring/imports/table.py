"""Bytes of a CSV, XLSX, XLS or ODS file → rows of text under known column names.

The header may be written in English or Vietnamese and may stand under some title rows. Reading never
raises: whatever cannot be read becomes a finding, and so does whatever is left out.
"""

from collections.abc import Sequence
from dataclasses import replace

from app.errors import Sentence
from app.scoring.imports.body import MAX_ROWS, Body
from app.scoring.imports.columns import (
    AS_IT_IS,
    LONGEST_CELL,
    Column,
    Columns,
    Kind,
    Reading,
    Table,
    TableRow,
)
from app.scoring.imports.finding import Findings
from app.scoring.imports.grid import Cell, Grid, Unreadable, column_letters
from app.scoring.imports.headings import Header, check_header, find_header, note_unused
from app.scoring.imports.legacy_letters import NAMES, converted, found_in, is_unicode, is_written_in
from app.scoring.imports.text import folded
from app.scoring.imports.workbook import read_grids

__all__ = ["AS_IT_IS", "LONGEST_CELL", "Column", "Columns", "Kind", "Reading", "Table", "TableRow", "read_table"]

MAX_BYTES = 10 * 1024 * 1024
CELLS_NAMED = 5


def read_table(data: bytes, filename: str, columns: Columns, reading: Reading = AS_IT_IS) -> Table:
    """Up to 10 MB and 20,000 rows. A file that lacks a required column gives findings and no rows."""
    findings = Findings()
    if len(data) > MAX_BYTES:
        findings.error(None, None, "file_too_big", Sentence("Tệp lớn hơn 10 MB."))
        return Table([], findings)
    try:
        grids = read_grids(data, filename)
        if _is_empty(grids):
            raise Unreadable("empty_file", Sentence("Tệp không có dữ liệu."))
        return _table(_in_unicode(grids, reading, findings), columns, reading, findings)
    except Unreadable as refusal:
        findings.error(None, None, refusal.code, refusal.sentence)
        return Table([], findings)


def _is_empty(grids: Sequence[Grid]) -> bool:
    """A CSV of nothing but delimiters is empty in the reading that takes them for such."""
    contents = [grid.has_content for grid in grids]
    return not (all(contents) if grids[0].is_alternative else any(contents))


def _table(grids: Sequence[Grid], columns: Columns, reading: Reading, findings: Findings) -> Table:
    grid, header = _choose(grids, columns, reading, findings)
    check_header(header, columns, findings)
    present = frozenset(header.places)
    if present:
        note_unused(header, grid, findings)
    if any(finding.severity == "error" for finding in findings):
        return Table([], findings, present)
    if grid.decoded_as_legacy:
        message = Sentence("Tệp không ở dạng UTF-8, đã đọc theo Windows-1258; hãy kiểm tra dấu tiếng Việt.")
        findings.warning(None, None, "legacy_encoding", message)
    _note_hidden_columns(grid, header, findings)
    rows = Body(grid, header, columns, reading, findings).rows()
    if not rows:
        findings.error(None, None, "empty_file", Sentence("Dưới dòng tiêu đề không có dòng dữ liệu nào."))
    if len(rows) > MAX_ROWS:
        findings.error(None, None, "too_many_rows", Sentence("Tệp có hơn 20.000 dòng dữ liệu."))
        rows = []
    _check_lengths(rows, columns, findings)
    return Table(rows, findings.in_order(), present)


def _check_lengths(rows: list[TableRow], columns: Columns, findings: Findings) -> None:
    for row in rows:
        for column in columns:
            if len(row.cells[column.name]) > column.longest:
                message = Sentence("Nội dung dài quá %(limit)s ký tự.", {"limit": column.longest})
                findings.error(row.number, column.name, "too_long", message)


def _note_hidden_columns(grid: Grid, header: Header, findings: Findings) -> None:
    for name, place in header.places.items():
        if place in grid.facts.hidden_columns:
            message = Sentence("Cột %(letters)s đang ẩn trong tệp; vẫn được đọc.", {"letters": column_letters(place)})
            findings.warning(header.index + 1, name, "hidden_column", message)


def _choose(
    grids: Sequence[Grid], columns: Columns, reading: Reading, findings: Findings
) -> tuple[Grid, Header]:
    """The first visible sheet (or reading of a CSV) with every required column, else the nearest to it."""
    required = {column.name for column in columns if column.required}
    found = [(grid, find_header(grid, columns)) for grid in grids]
    if reading.sheet and not grids[0].is_alternative:
        found = [pair for pair in found if folded(pair[0].name) == folded(reading.sheet)]
        if not found:
            names = ", ".join(f"“{grid.name}”" for grid in grids)
            message = Sentence("Tệp không có trang tính “%(name)s”; các trang tính: %(names)s.",
                               {"name": reading.sheet, "names": names})  # fmt: skip
            raise Unreadable("unknown_sheet", message)
        return found[0]
    visible = [pair for pair in found if not pair[0].is_hidden] or found
    complete = [pair for pair in visible if required <= pair[1].places.keys()]
    # All readings of one CSV may be "complete" when few columns are required: the fullest wins there.
    if complete and not grids[0].is_alternative:
        chosen = complete[0]
    else:
        chosen = max(complete or visible, key=lambda pair: len(pair[1].places))
    if not grids[0].is_alternative:
        _note_others(chosen[0], found, required, findings)
    return chosen


def _note_others(
    chosen: Grid, found: Sequence[tuple[Grid, Header]], required: set[str], findings: Findings
) -> None:
    """Which sheet is read, which are not, which of them hidden, and which would fit as well."""
    others = [pair for pair in found if pair[0] is not chosen and pair[0].has_content]
    if not others:
        return
    values = {"read": chosen.name, "others": _names(grid for grid, _header in others)}
    message = Sentence("Chỉ đọc trang tính “%(read)s”; không đọc: %(others)s.", values)
    findings.warning(None, None, "sheets_left", message)
    hidden = [grid for grid, _header in others if grid.is_hidden]
    if hidden:
        message = Sentence("Trang tính đang ẩn nên không đọc: %(names)s.", {"names": _names(hidden)})
        findings.warning(None, None, "hidden_sheet", message)
    fitting = [grid for grid, header in others if required <= header.places.keys()]
    if fitting:
        message = Sentence(
            "Trang tính %(names)s cũng có đủ cột; muốn đọc thì ghi tên trang tính khi nhập.", {"names": _names(fitting)}
        )
        findings.warning(None, None, "other_sheet_fits", message)


def _names(grids) -> str:
    return ", ".join(f"“{grid.name}”" for grid in grids)


def _in_unicode(grids: Sequence[Grid], reading: Reading, findings: Findings) -> Sequence[Grid]:
    """The grids with letters of TCVN3, VNI or Windows-1258 converted when that was asked for. Raises Unreadable."""
    found = found_in(cell for grid in grids for row in grid.rows for cell in row if isinstance(cell, str))
    if found is None:
        if reading.letters:
            message = Sentence("Không thấy chữ %(system)s trong tệp.", {"system": NAMES[reading.letters]})
            findings.warning(None, None, "letters_not_found", message)
        return grids
    values = {"system": NAMES[found], "cells": _written_in(found, grids)}
    if found != reading.letters:
        message = Sentence(
            "Tệp có chữ %(system)s, không phải Unicode (ô %(cells)s…); hãy chuyển sang Unicode, hoặc chọn chuyển "
            "bảng mã này khi nhập.",
            values,
        )
        raise Unreadable("legacy_letters", message)
    message = Sentence("Đã chuyển chữ %(system)s sang Unicode (ô %(cells)s…); hãy kiểm tra lại.", values)
    findings.warning(None, None, "letters_converted", message)
    return [_with_letters(grid, found) for grid in grids]


def _with_letters(grid: Grid, system: str) -> Grid:
    """A row without a letter of Unicode is wholly of that system where (nearly) no row is mixed or of another."""
    texts = [[cell for cell in row if isinstance(cell, str)] for row in grid.rows]
    others = [any(map(is_unicode, row)) for row in texts]
    legacy = sum(any(is_written_in(cell, system) for cell in row) for row in texts)
    is_whole = sum(others) <= max(1, legacy // 10)

    def read(cell: Cell, surely: bool) -> Cell:
        return converted(cell, system, surely=surely) if isinstance(cell, str) else cell

    rows = [
        [read(cell, is_whole and not other) for cell in row]
        for row, other in zip(grid.rows, others, strict=True)
    ]
    return replace(grid, rows=rows)


def _written_in(system: str, grids: Sequence[Grid]) -> str:
    cells = (
        f"{column_letters(place)}{index}"
        for index, row in enumerate(grids[0].rows if grids[0].is_alternative else _first_with(system, grids), 1)
        for place, cell in enumerate(row)
        if isinstance(cell, str) and is_written_in(cell, system)
    )
    return ", ".join(cell for cell, _count in zip(cells, range(CELLS_NAMED), strict=False))


def _first_with(system: str, grids: Sequence[Grid]):
    """The rows of the first sheet that has such a cell."""
    return next(
        grid.rows
        for grid in grids
        if any(isinstance(cell, str) and is_written_in(cell, system) for row in grid.rows for cell in row)
    )
