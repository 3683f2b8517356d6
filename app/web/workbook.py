"""Excel files that print well: a table a tab, from plain rows. Text never becomes a formula or a link."""

import io
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.clock import PROVINCE_ZONE
from app.text import is_like_formula, printable
from app.web.workbook_charts import ChartTab, write_chart_tab

Cell = str | Decimal | int | date | None
Kind = Literal["text", "points", "index"]

FONT = "Times New Roman"
A4 = 9
LONGEST_FOOTER = 255  # characters, Excel's limit; a longer one would be left out
LONGEST_TEXT = 32_767
NARROWEST, WIDEST = 6, 48
HEADING_LINE = 15.5  # points of height
_OPTIONS = {
    "in_memory": True,
    "constant_memory": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FORBIDDEN_IN_TAB = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_TAB = 31


class Column(NamedTuple):
    """``widest`` in characters is where text begins to wrap; ``places`` are those of an index."""

    title: str
    kind: Kind = "text"
    places: int = 2
    widest: int = WIDEST


class Row(NamedTuple):
    """Cells in the order of the columns."""

    cells: Sequence[Cell]
    bold: bool = False


@dataclass(frozen=True)
class Tab:
    """One worksheet: lines above the table (the first is the title), the table, lines below it.

    ``frozen`` columns stay in sight when the sheet is scrolled to the right.
    """

    name: str
    titles: Sequence[str]
    columns: Sequence[Column]
    rows: Sequence[Row | Sequence[Cell]]
    notes: Sequence[str] = ()
    landscape: bool = False
    frozen: int = 0


def write_workbook(tabs: Sequence[Tab | ChartTab], *, title: str, footer: str = "") -> bytes:
    """The tabs as one XLSX file; ``footer`` is printed at the left of each page, its number at the right."""
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, _OPTIONS)
    workbook.set_properties({"title": printable(title)[:255]})
    styles = _Styles(workbook)
    names = tab_names([tab.name for tab in tabs])
    for tab, name in zip(tabs, names, strict=True):
        sheet = workbook.add_worksheet(name)
        if isinstance(tab, ChartTab):
            write_chart_tab(workbook, sheet, tab, names[tab.of], _head(tabs[tab.of]), styles)
            _set_up_page(sheet, footer, landscape=True)
        else:
            _write_tab(sheet, tab, styles, footer)
    workbook.close()
    return out.getvalue()


def tab_names(wanted: Sequence[str]) -> list[str]:
    """Names that Excel accepts: 31 characters at most, no ``[]:*?/\\``, all different whatever their case."""
    found: list[str] = []
    taken = {"history"}  # Excel keeps this name for itself.
    for name in wanted:
        base = _FORBIDDEN_IN_TAB.sub(" ", printable(name)).strip(" '") or "Bảng"
        candidate, number = base[:_LONGEST_TAB].strip(" '"), 2
        while candidate.casefold() in taken:
            mark = f" ({number})"
            candidate, number = base[: _LONGEST_TAB - len(mark)].strip(" '") + mark, number + 1
        taken.add(candidate.casefold())
        found.append(candidate)
    return found


class _Styles:
    """The workbook's formats, each made once."""

    def __init__(self, workbook: xlsxwriter.Workbook):
        self._workbook = workbook
        self._made: dict[tuple, Format] = {}

    def get(self, **properties) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            base = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
            self._made[key] = self._workbook.add_format(base | properties)
        return self._made[key]

    def cell(self, cell: Cell, column: Column, bold: bool) -> Format:
        properties = {"border": 1, "text_wrap": True, "align": "left"}
        if isinstance(cell, date) or (isinstance(cell, str) and column.kind != "text"):
            properties["align"] = "center"
        elif not isinstance(cell, str) and cell is not None:
            properties["align"] = "right"
        if number_format := _number_format(cell, column):
            properties["num_format"] = number_format
        if isinstance(cell, str) and is_like_formula(cell):
            properties["quote_prefix"] = True  # Typing Enter in the cell must not make it a formula either.
        return self.get(**properties, **({"bold": True} if bold else {}))


def _number_format(cell: Cell, column: Column) -> str | None:
    """As on screens: points without trailing zeros, an index with all its places."""
    if isinstance(cell, date):
        return "dd/mm/yyyy hh:mm" if isinstance(cell, datetime) else "dd/mm/yyyy"
    if isinstance(cell, str) or cell is None:
        return None
    if column.kind == "index":
        return "0." + "0" * column.places if column.places else "0"
    return "#,##0" if cell == int(cell) else "#,##0.0##"


def _head(tab: Tab) -> int:
    """The row of the table's headings, from 0."""
    return len(tab.titles) + 1 if tab.titles else 0


def _write_tab(sheet: Worksheet, tab: Tab, styles: _Styles, footer: str) -> None:
    rows = [row if isinstance(row, Row) else Row(row) for row in tab.rows]
    head = _head(tab)
    _write_lines(sheet, tab, styles, head + len(rows) + 2)
    _write_table(sheet, tab.columns, rows, styles, head)
    widths = _set_widths(sheet, tab.columns, rows)
    sheet.set_row(head, HEADING_LINE * _heading_lines(tab.columns, widths))
    sheet.freeze_panes(head + 1, tab.frozen)
    sheet.autofilter(head, 0, head + len(rows), len(tab.columns) - 1)
    _set_up_print(sheet, tab, head, footer)


def _write_lines(sheet: Worksheet, tab: Tab, styles: _Styles, below: int) -> None:
    """Titles from the first row on, notes from the row ``below`` on."""
    for at, line in enumerate(tab.titles):
        look = {"bold": True, "font_size": 14} if at == 0 else {"italic": True}
        sheet.write_string(at, 0, _text(line), styles.get(**look, quote_prefix=True))
    for at, line in enumerate(tab.notes, below):
        sheet.write_string(at, 0, _text(line), styles.get(italic=True, quote_prefix=True))


def _write_table(
    sheet: Worksheet, columns: Sequence[Column], rows: Sequence[Row], styles: _Styles, head: int
) -> None:
    looks = {"bold": True, "border": 1, "text_wrap": True, "align": "center", "bg_color": "#DDE6F0"}
    head_style = styles.get(**looks, quote_prefix=True)
    for place, column in enumerate(columns):
        sheet.write_string(head, place, _text(column.title), head_style)
    for at, row in enumerate(rows, head + 1):
        for place, (cell, column) in enumerate(zip(row.cells, columns, strict=True)):
            _write_cell(sheet, at, place, cell, styles.cell(cell, column, row.bold))


def _write_cell(sheet: Worksheet, at: int, place: int, cell: Cell, style: Format) -> None:
    if cell is None or cell == "":
        sheet.write_blank(at, place, None, style)
    elif isinstance(cell, str):
        sheet.write_string(at, place, _text(cell), style)
    elif isinstance(cell, date):
        sheet.write_datetime(at, place, _local(cell), style)
    else:
        sheet.write_number(at, place, cell, style)


def _text(text: str) -> str:
    text = printable(text)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def _local(moment: date) -> date:
    """Excel knows no time zones: moments stand in the province's."""
    if isinstance(moment, datetime) and moment.tzinfo:
        return moment.astimezone(PROVINCE_ZONE).replace(tzinfo=None)
    return moment


def _set_widths(sheet: Worksheet, columns: Sequence[Column], rows: Sequence[Row]) -> list[int]:
    """Each column fits its longest line and its heading's longest word with the filter's arrow."""
    widths = []
    for place, column in enumerate(columns):
        longest = max((_length(row.cells[place], column) for row in rows), default=0)
        heading = max((len(word) for word in column.title.split()), default=0) + 3
        width = max(NARROWEST, min(longest + 2, column.widest), min(heading, column.widest))
        sheet.set_column(place, place, width)
        widths.append(width)
    return widths


def _heading_lines(columns: Sequence[Column], widths: Sequence[int]) -> int:
    """How many lines the tallest heading takes: not every program makes the row that high by itself."""
    lines = (
        textwrap.wrap(column.title, max(width - 3, 4), break_long_words=False)
        for column, width in zip(columns, widths, strict=True)
    )
    return max(map(len, lines), default=1)


def _length(cell: Cell, column: Column) -> int:
    if isinstance(cell, str):
        return max(map(len, cell.split("\n")))
    if cell is None:
        return 0
    if isinstance(cell, date):
        return 16 if isinstance(cell, datetime) else 10
    return len(f"{cell:,f}") if isinstance(cell, Decimal) else len(f"{cell:,}")


def _set_up_print(sheet: Worksheet, tab: Tab, head: int, footer: str) -> None:
    _set_up_page(sheet, footer, landscape=tab.landscape)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)


def _set_up_page(sheet: Worksheet, footer: str, *, landscape: bool) -> None:
    sheet.set_paper(A4)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.7)
    before, after = f'&L&"{FONT},Regular"&9', f'&R&"{FONT},Regular"&9Trang &P/&N'
    left, room = _text(footer).replace("&", "&&"), LONGEST_FOOTER - len(before) - len(after)
    if len(left) > room:
        left = left[: room - 1].rstrip("&") + "…"
    sheet.set_footer(before + left + after)
