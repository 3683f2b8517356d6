"""XLSX: values by calamine; error values, formulas, formats, hidden and merged cells from the sheet's own XML.

The parts were checked before: their sizes, and that none declares a document type.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from app.scoring.imports import grid
from app.scoring.imports.grid import (
    LAST_COLUMN,
    LAST_ROW,
    MAX_SHEETS,
    Area,
    Facts,
    Grid,
    cell_text,
    damaged,
    too_wide,
)
from app.scoring.imports.number_formats import BUILT_IN, displayed

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_YES = ("1", "true")


class _Workbook(NamedTuple):
    """``parts``: sheet name → path of its XML; ``formats``: style number → format code.

    ``recalculates``: the file asks the program that opens it to compute every formula, since the one that wrote it
    did not.
    """

    data: bytes
    parts: dict[str, str]
    formats: list[str]
    recalculates: bool


def read_xlsx(data: bytes) -> list[Grid]:
    """A grid for each worksheet. Raises Unreadable."""
    try:
        sheets = CalamineWorkbook.from_filelike(io.BytesIO(data))
        book = _workbook(data)
        known = [meta for meta in sheets.sheets_metadata if meta.typ is SheetTypeEnum.WorkSheet]
        return [_grid(sheets, meta, book) for meta in known[:MAX_SHEETS]] or [Grid([])]
    except (CalamineError, ElementTree.ParseError, KeyError, ValueError, OSError):
        raise damaged() from None


def _grid(sheets: CalamineWorkbook, meta, book: _Workbook) -> Grid:
    return Grid(
        sheets.get_sheet_by_name(meta.name).to_python(skip_empty_area=False),
        name=meta.name,
        is_hidden=meta.visible is not SheetVisibleEnum.Visible,
        read_facts=partial(_facts, book, meta.name),
    )


def _workbook(data: bytes) -> _Workbook:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        targets = _targets(archive)
        parts = {}
        for sheet in _named(root, "sheet"):
            link = next((value for key, value in sheet.items() if _local(key) == "id"), "")
            parts[sheet.get("name", "")] = targets.get(link, "")
        asked = any(node.get("fullCalcOnLoad") in _YES for node in _named(root, "calcPr"))
        return _Workbook(data, parts, _formats(archive), asked)


def _targets(archive: zipfile.ZipFile) -> dict[str, str]:
    try:
        root = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except KeyError:
        return {}
    return {
        link.get("Id", ""): posixpath.normpath(posixpath.join("/xl", link.get("Target", ""))).lstrip("/")
        for link in root
    }


def _formats(archive: zipfile.ZipFile) -> list[str]:
    try:
        root = ElementTree.fromstring(archive.read("xl/styles.xml"))
    except KeyError:
        return []
    own = {node.get("numFmtId"): node.get("formatCode", "") for node in _named(root, "numFmt")}
    numbers = [style.get("numFmtId", "0") for styles in _named(root, "cellXfs") for style in styles]
    return [own.get(number) or BUILT_IN.get(int(number), "") for number in numbers]


def _facts(book: _Workbook, name: str) -> Facts:
    part, facts = book.parts.get(name, ""), Facts()
    with zipfile.ZipFile(io.BytesIO(book.data)) as archive:
        if part not in archive.namelist():
            return facts
        try:
            with archive.open(part) as stream:
                _Scan(book, facts).run(stream)
        except (ElementTree.ParseError, ValueError):
            raise damaged() from None
    return facts


class _Scan:
    """One pass over a sheet's XML; rows and cells may leave out where they stand."""

    def __init__(self, book: _Workbook, facts: Facts):
        self.book = book
        self.facts = facts
        self.row = self.column = -1
        self.cells = 0
        self.rows: Element | None = None

    def run(self, stream) -> None:
        for event, element in ElementTree.iterparse(stream, events=("start", "end")):
            step = getattr(self, f"_{event}_{_local(element.tag)}", None)
            if step is not None:
                step(element)

    def _start_sheetData(self, element: Element) -> None:
        self.rows = element

    def _start_row(self, row: Element) -> None:
        self.row = int(row.get("r", self.row + 2)) - 1
        self.column = -1
        if self.row <= LAST_ROW and (row.get("hidden") in _YES or row.get("ht") == "0"):
            self.facts.hidden_rows.add(self.row)

    def _end_row(self, _row: Element) -> None:
        if self.rows is not None:
            self.rows.clear()

    def _start_c(self, cell: Element) -> None:
        place = _REFERENCE.fullmatch(cell.get("r", ""))
        self.column = _number(place[1]) if place else self.column + 1
        self.cells += 1
        if self.cells > grid.MAX_CELLS:
            raise too_wide()

    def _end_c(self, cell: Element) -> None:
        place, kind = (self.row, self.column), cell.get("t", "n")
        children = {_local(child.tag): child for child in cell}
        node = children.get("v")
        value = (node.text or "") if node is not None else ""
        if kind == "e":
            self.facts.errors[place] = value or "#N/A"
        elif "f" in children and self._is_uncomputed(kind, value, node is not None):
            self.facts.uncomputed.add(place)
        elif kind == "n" and value:
            self._note_format(place, float(value), cell.get("s", ""))
        cell.clear()

    def _is_uncomputed(self, kind: str, value: str, has_value: bool) -> bool:
        """A program that computes writes the value; an empty text is one. Those that do not leave it out or write 0."""
        if self.book.recalculates:
            return not value or (kind == "n" and float(value) == 0)
        return not value and not (kind == "str" and has_value)

    def _note_format(self, place: tuple[int, int], value: float, style: str) -> None:
        code = self.book.formats[int(style)] if style.isdigit() and int(style) < len(self.book.formats) else ""
        text = displayed(value, code) if code else None
        if text is not None and text != cell_text(value):
            self.facts.shown[place] = text

    def _end_col(self, column: Element) -> None:
        if column.get("hidden") in _YES or column.get("width") == "0":
            last = min(int(column.get("max", "1")), LAST_COLUMN)
            self.facts.hidden_columns.update(range(int(column.get("min", "1")) - 1, last))

    def _end_mergeCell(self, area: Element) -> None:
        found = _REFERENCE.findall(area.get("ref", ""))
        if len(found) == 2:
            (left, top), (right, bottom) = found
            self.facts.merged.append(Area(int(top) - 1, _number(left), int(bottom) - 1, _number(right)))


def _named(root: Element, name: str) -> Iterator[Element]:
    return (node for node in root.iter() if _local(node.tag) == name)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _number(letters: str) -> int:
    """A → 0, AA → 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1
