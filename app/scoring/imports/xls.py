"""XLS (Excel 97–2003): values, error values, formats, hidden and merged cells, by xlrd."""

import io
from datetime import time

import xlrd
from xlrd.sheet import Sheet

from app.scoring.imports.grid import (
    LAST_COLUMN,
    LAST_ROW,
    MAX_SHEETS,
    Area,
    Cell,
    Facts,
    Grid,
    Unreadable,
    cell_text,
    damaged,
    locked,
    too_wide,
)
from app.scoring.imports.number_formats import displayed


def read_xls(data: bytes) -> list[Grid]:
    """A grid for each worksheet. Raises Unreadable."""
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
        sheets = [book.sheet_by_index(place) for place in range(min(book.nsheets, MAX_SHEETS))]
        if any(_is_too_wide(sheet) for sheet in sheets):
            raise too_wide()
        return [_grid(book, sheet) for sheet in sheets] or [Grid([])]
    except xlrd.XLRDError as error:
        raise (locked() if "encrypted" in str(error) else damaged()) from None
    except Unreadable:
        raise
    except Exception:  # noqa: BLE001 – xlrd meets anything in a damaged file
        raise damaged() from None


def _is_too_wide(sheet: Sheet) -> bool:
    """Whether anything stands beyond the limits; cells with a format and without content do not count."""
    if sheet.nrows <= LAST_ROW and sheet.ncols <= LAST_COLUMN:
        return False
    return any(
        kind not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)
        for row in range(sheet.nrows)
        for kind in sheet.row_types(row, 0 if row >= LAST_ROW else LAST_COLUMN)
    )


def _grid(book: xlrd.Book, sheet: Sheet) -> Grid:
    facts, rows = Facts(), []
    for row in range(min(sheet.nrows, LAST_ROW)):
        rows.append([_value(book, sheet, row, column, facts) for column in range(min(sheet.ncols, LAST_COLUMN))])
    for row, look in sheet.rowinfo_map.items():
        if look.hidden or look.height == 0:
            facts.hidden_rows.add(row)
    facts.hidden_columns.update(place for place, look in sheet.colinfo_map.items() if look.hidden)
    facts.merged += [
        Area(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells
    ]
    return Grid(rows, name=sheet.name, is_hidden=sheet.visibility != 0, read_facts=lambda: facts)


def _value(book: xlrd.Book, sheet: Sheet, row: int, column: int, facts: Facts) -> Cell:
    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    if kind == xlrd.XL_CELL_ERROR:
        facts.errors[row, column] = xlrd.error_text_from_code.get(value, "#N/A")
        return ""
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_DATE:
        moment = xlrd.xldate_as_datetime(value, book.datemode)
        return moment.time() if value < 1 and moment.time() != time.min else moment
    if kind == xlrd.XL_CELL_NUMBER:
        look = book.format_map.get(book.xf_list[sheet.cell_xf_index(row, column)].format_key)
        text = displayed(value, look.format_str) if look is not None else None
        if text is not None and text != cell_text(value):
            facts.shown[row, column] = text
        return value
    return value if isinstance(value, str) else ""
