"""Which heading stands for which column: as it is written, with brackets or signs around it, or misspelt."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import NamedTuple

from app.errors import Sentence
from app.scoring.imports.columns import Column, Columns
from app.scoring.imports.finding import Findings
from app.scoring.imports.grid import LAST_COLUMN, Cell, Grid, cell_text, column_letters
from app.scoring.imports.text import cleaned, folded
from app.text import entered

HEADER_WITHIN_ROWS = 30
LIKE = 0.88
"""How much of two headings must be equal for one to be taken as a misspelling of the other."""
SHORTEST_MISSPELT = 4
LISTED = 20

_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]?")
_NO_LETTER = re.compile(r"[\W_]+")


class Doubled(NamedTuple):
    """Two headings of one column."""

    name: str
    first: str
    second: str


@dataclass
class Header:
    """``places``: column name → place in the row; ``index`` counts rows from 0.

    ``loose``: (heading, column) that were recognised without their brackets; ``misspelt``: (heading, column).
    """

    index: int = 0
    places: dict[str, int] = field(default_factory=dict)
    width: int = 0
    unused: list[str] = field(default_factory=list)
    loose: list[tuple[str, Column]] = field(default_factory=list)
    misspelt: list[tuple[str, Column]] = field(default_factory=list)
    doubled: list[Doubled] = field(default_factory=list)


def find_header(grid: Grid, columns: Columns) -> Header:
    """The row with the most known headings among the first ones."""
    best = Header()
    names = _Names(columns)
    for index, cells in enumerate(grid.rows[:HEADER_WITHIN_ROWS]):
        header = names.header(index, cells)
        if len(header.places) > len(best.places):
            best = header
    return best


class _Names:
    """Every heading of every column, as it is written and squeezed to its letters and digits."""

    def __init__(self, columns: Columns):
        pairs = [(heading, column) for column in columns for heading in (column.name, *column.headings)]
        self.exact = {folded(heading): column for heading, column in pairs}
        self.squeezed = {_squeezed(heading): column for heading, column in pairs}
        self.long = [text for text in self.squeezed if len(text) >= SHORTEST_MISSPELT]

    def header(self, index: int, cells: Sequence[Cell]) -> Header:
        header, written = Header(index, width=len(cells)), {}
        # What is written exactly comes first: “Tổng số” is that column, “Tổng số (x)” then is another one.
        texts = [" ".join(cleaned(entered(cell_text(cell))).split()) for cell in cells[:LAST_COLUMN]]
        exact = {place: self.exact.get(folded(text)) for place, text in enumerate(texts)}
        for place in sorted(range(len(texts)), key=lambda place: exact[place] is None):
            if texts[place]:
                self._place(header, written, place, texts[place], exact[place])
        return header

    def _place(self, header: Header, written: dict[str, str], place: int, text: str, exact: Column | None) -> None:
        column = exact or self._without_signs(text)
        if column is None:
            like = self._misspelt(text)
            if like is None or like.name in header.places:
                header.unused.append(text)
            else:
                header.misspelt.append((text, like))
        elif not column.is_read:
            return
        elif column.name in header.places:
            header.doubled.append(Doubled(column.name, written[column.name], text))
        else:
            header.places[column.name], written[column.name] = place, text
            if exact is None and _BRACKETS.search(text):
                header.loose.append((text, column))

    def _without_signs(self, text: str) -> Column | None:
        return self.squeezed.get(_squeezed(text)) or self.squeezed.get(_squeezed(_BRACKETS.sub(" ", text)))

    def _misspelt(self, text: str) -> Column | None:
        """One that differs in a letter or two; a number tells columns apart."""
        found = get_close_matches(_squeezed(_BRACKETS.sub(" ", text)), self.long, 1, LIKE)
        if not found or re.findall(r"\d+", text) != re.findall(r"\d+", found[0]):
            return None
        return self.squeezed[found[0]]


def _squeezed(text: str) -> str:
    return _NO_LETTER.sub("", folded(text))


def check_header(header: Header, columns: Columns, findings: Findings) -> None:
    """Errors for what is missing, doubled or misspelt, and the list of the columns that are not used."""
    row = header.index + 1
    if not header.places:
        message = Sentence(
            "Không thấy dòng tiêu đề trong %(rows)s dòng đầu. Các cột phải có: %(names)s.",
            {"rows": HEADER_WITHIN_ROWS, "names": ", ".join(_shown(c) for c in columns if c.required)},
        )
        findings.error(None, None, "no_header", message)
        return
    for text, column in header.misspelt:
        values = {"text": text[:60], "heading": _shown(column)}
        message = Sentence("Tiêu đề “%(text)s” gần giống “%(heading)s”; hãy sửa lại cho đúng tên cột.", values)
        findings.error(row, column.name, "misspelt_heading", message)
    for column in columns:
        if column.required and column.name not in header.places:
            message = Sentence("Thiếu cột “%(heading)s” (%(name)s).", {"heading": _shown(column), "name": column.name})
            findings.error(row, column.name, "missing_column", message)
    for name, first, second in header.doubled:
        values = {"first": first[:60], "second": second[:60]}
        message = Sentence("Hai tiêu đề “%(first)s” và “%(second)s” cùng chỉ một cột; hãy bỏ một cột.", values)
        findings.error(row, name, "doubled_heading", message)
    for text, column in header.loose:
        values = {"text": text[:60], "heading": _shown(column)}
        message = Sentence("Cột “%(text)s” được đọc là cột “%(heading)s”.", values)
        findings.warning(row, column.name, "heading_in_brackets", message)


def note_unused(header: Header, grid: Grid, findings: Findings) -> None:
    """Names the columns that are not read; one without a heading by its letter when it holds anything."""
    unused = [f"“{text[:60]}”" for text in header.unused]
    rows, last = grid.rows, header.width if grid.is_alternative else LAST_COLUMN  # longer CSV rows are errors
    headed = {place for place, cell in enumerate(rows[header.index]) if str(cell).strip()}
    filled = {place for cells in rows[header.index + 1 :] for place, cell in enumerate(cells[:last]) if cell != ""}
    unused += [column_letters(place) for place in sorted(filled - headed)]
    if unused:
        names = ", ".join(unused[:LISTED]) + (" …" if len(unused) > LISTED else "")
        message = Sentence("Không đọc các cột: %(names)s.", {"names": names})
        findings.warning(header.index + 1, None, "unused_columns", message)


def _shown(column: Column) -> str:
    return column.headings[0] if column.headings else column.name
