"""ODS (LibreOffice, OpenOffice): one pass over content.xml, which holds values, formulas and what is displayed.

The parts were checked before: their sizes, and that none declares a document type.
"""

import io
import re
import zipfile
from datetime import date, datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from app.scoring.imports import grid
from app.scoring.imports.grid import (
    LAST_COLUMN,
    LAST_ROW,
    MAX_SHEETS,
    Area,
    Cell,
    Facts,
    Grid,
    cell_text,
    damaged,
    locked,
    too_wide,
)
from app.scoring.imports.number_formats import displayed

_NUMBERS = ("float", "percentage", "currency")
_HIDDEN = ("collapse", "filter")


def read_ods(data: bytes) -> list[Grid]:
    """A grid for each sheet. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise locked()
            with archive.open("content.xml") as stream:
                return _Scan().run(stream) or [Grid([])]
    except (ElementTree.ParseError, KeyError, ValueError, OverflowError):
        raise damaged() from None


class _Scan:
    """Rows and cells may stand for many equal ones; the empty ones to the end of the sheet are dropped."""

    def __init__(self):
        self.grids: list[Grid] = []
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.depth = 0
        self.closed_groups = 0
        self.count = 0

    def run(self, stream) -> list[Grid]:
        for event, element in ElementTree.iterparse(stream, events=("start", "end")):
            step = getattr(self, f"_{event}_{_local(element.tag).replace('-', '_')}", None)
            if step is not None:
                step(element)
            if len(self.grids) > MAX_SHEETS:
                break
        return self.grids[:MAX_SHEETS]

    def _start_style(self, style: Element) -> None:
        self.style = _attribute(style, "name")

    def _start_table_properties(self, look: Element) -> None:
        if _attribute(look, "display") == "false":
            self.hidden_styles.add(self.style)

    def _start_table(self, table: Element) -> None:
        self.depth += 1
        if self.depth > 1:
            return
        self.facts, self.rows, self.row, self.column_at = Facts(), [], 0, 0
        facts = self.facts
        is_hidden = _attribute(table, "style-name") in self.hidden_styles
        self.grids.append(
            Grid(self.rows, name=_attribute(table, "name"), is_hidden=is_hidden, read_facts=lambda: facts)
        )

    def _end_table(self, table: Element) -> None:
        self.depth -= 1
        if not self.depth:
            table.clear()

    def _start_table_row_group(self, group: Element) -> None:
        self.closed_groups += _attribute(group, "display") == "false"

    def _end_table_row_group(self, group: Element) -> None:
        self.closed_groups -= _attribute(group, "display") == "false"

    def _start_table_column(self, column: Element) -> None:
        count = _count(column, "number-columns-repeated")
        if self.depth == 1 and _attribute(column, "visibility") in _HIDDEN:
            last = min(self.column_at + count, LAST_COLUMN)
            self.facts.hidden_columns.update(range(self.column_at, last))
        self.column_at += count

    def _start_table_row(self, _row: Element) -> None:
        if self.depth == 1:
            self.cells: list[Cell] = []
            self.column = 0

    def _end_table_row(self, row: Element) -> None:
        if self.depth != 1:
            return
        count = _count(row, "number-rows-repeated")
        if self.closed_groups or _attribute(row, "visibility") in _HIDDEN:
            self.facts.hidden_rows.update(range(self.row, min(self.row + count, LAST_ROW)))
        if self.cells:
            if self.row + count > LAST_ROW:
                raise too_wide()
            self.rows.extend([] for _missing in range(self.row - len(self.rows)))
            self.rows.extend([self.cells] * count)
            self._repeat_facts(count)
        self.row += count
        row.clear()

    def _repeat_facts(self, count: int) -> None:
        """Equal rows are written once: what is known of a cell holds for each of them."""
        for row in range(self.row + 1, self.row + count):
            for column in range(len(self.cells)):
                here, first = (row, column), (self.row, column)
                for known in (self.facts.errors, self.facts.shown):
                    if first in known:
                        known[here] = known[first]
                if first in self.facts.uncomputed:
                    self.facts.uncomputed.add(here)

    def _end_covered_table_cell(self, cell: Element) -> None:
        if self.depth == 1:
            self.column += _count(cell, "number-columns-repeated")

    def _end_table_cell(self, cell: Element) -> None:
        if self.depth != 1:
            return
        count = _count(cell, "number-columns-repeated")
        self.count += 1
        if self.count > grid.MAX_CELLS:
            raise too_wide()
        value = self._value(cell)
        place = (self.row, self.column)
        if value != "" or place in self.facts.errors or place in self.facts.uncomputed:
            if self.column + count > LAST_COLUMN:
                raise too_wide()
            self.cells += [""] * (self.column - len(self.cells)) + [value] * count
        across, down = _count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned")
        if across > 1 or down > 1:
            area = Area(self.row, self.column, self.row + down - 1, self.column + across - 1)
            self.facts.merged.append(area)
        self.column += count

    def _value(self, cell: Element) -> Cell:
        kind, text, place = _attribute(cell, "value-type"), _text(cell), (self.row, self.column)
        if "error" in (value for key, value in cell.items() if _local(key) == "value-type"):
            self.facts.errors[place] = text or "#N/A"
            return ""
        if not kind and not text and _attribute(cell, "formula"):
            self.facts.uncomputed.add(place)
            return ""
        if kind in _NUMBERS:
            value = float(_attribute(cell, "value"))
            if kind == "percentage":
                self.facts.shown[place] = displayed(value, "0%")
            elif text and text.replace(",", ".") != cell_text(value) and re.search(r"\d", text):
                self.facts.shown[place] = text
            return value
        if kind == "date":
            return _moment(_attribute(cell, "date-value"))
        if kind == "boolean":
            return _attribute(cell, "boolean-value") == "true"
        return text or _attribute(cell, "string-value")


def _moment(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _text(cell: Element) -> str:
    """The paragraphs of the cell, without those of its comment."""
    return "\n".join(_paragraph(child) for child in cell if _local(child.tag) == "p")


def _paragraph(node: Element) -> str:
    text = node.text or ""
    for child in node:
        name = _local(child.tag)
        if name == "s":
            text += " " * min(_count(child, "c"), 1000)
        elif name in ("tab", "line-break"):
            text += "\t" if name == "tab" else "\n"
        elif name not in ("annotation", "note"):
            text += _paragraph(child)
        text += child.tail or ""
    return text


def _attribute(element: Element, name: str) -> str:
    """By its local name; of two (office: and calcext:) the first, which is the standard's."""
    return next((value for key, value in element.items() if _local(key) == name), "")


def _count(element: Element, name: str) -> int:
    return max(1, int(_attribute(element, name) or 1))


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
