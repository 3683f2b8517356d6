"""The rows under the heading: hidden and short ones, merged cells, and each cell's check."""

from collections.abc import Iterator, Sequence

from app.errors import Sentence
from app.scoring.imports.cell_checks import (
    add_uncomputed,
    check_error_value,
    check_formula_text,
    check_kind,
    check_letters,
)
from app.scoring.imports.columns import Columns, Reading, TableRow
from app.scoring.imports.finding import Findings
from app.scoring.imports.grid import Area, Cell, Grid, Place, cell_text
from app.scoring.imports.headings import Header
from app.scoring.imports.text import cleaned
from app.text import entered

MAX_ROWS = 20_000
FEWEST_NUMBERED = 4
"""Columns whose row of numbers 1, 2, 3 … can be nothing else."""


class Body:
    """Reads the rows of one sheet; ``rows`` stops one past the limit, which tells that it was passed."""

    def __init__(self, grid: Grid, header: Header, columns: Columns, reading: Reading, findings: Findings):
        self.grid = grid
        self.header = header
        self.columns = [column for column in columns if column.name in header.places]
        self.names = [column.name for column in columns]
        self.reading = reading
        self.findings = findings
        self.hidden: list[tuple[int, None]] = []
        self.repeated: list[tuple[int, None]] = []
        self.short: list[tuple[int, None]] = []
        self.decomposed: list[tuple[int, str]] = []
        self.filled: list[tuple[int, str]] = []
        self.anchors = self._anchors()

    def rows(self) -> list[TableRow]:
        rows: list[TableRow] = []
        for index, cells in self._rows():
            rows.append(self._row(index, cells))
            if len(rows) > MAX_ROWS:
                break
        self._say()
        return rows

    def _rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Those with anything in a known column, but hidden ones that were not asked for."""
        facts, first = self.grid.facts, self.header.index + 1
        last = max([len(self.grid.rows) - 1, *(row for row, _column in (*facts.errors, *facts.uncomputed))])
        for index in range(first, last + 1):
            cells = self.grid.rows[index] if index < len(self.grid.rows) else ()
            if index == first and self._numbers_columns(cells):
                message = Sentence("Dòng đánh số các cột; không đọc.")
                self.findings.warning(index + 1, None, "column_numbers", message)
                continue
            if self._repeats_heading(cells):
                self.repeated.append((index + 1, None))
                continue
            if not any(self._has_content(index, place, cells) for place in self.header.places.values()):
                continue
            if index in facts.hidden_rows:
                self.hidden.append((index + 1, None))
                if not self.reading.hidden_rows:
                    continue
            yield index, cells

    def _numbers_columns(self, cells: Sequence[Cell]) -> bool:
        """Whether it is the row ``(1) (2) (3)`` or ``A B 1 2`` that tables of documents have under their heading."""
        texts = [cleaned(cell_text(cell)).strip("()[] ") for cell in cells]
        texts = [text for text in texts if text]
        letters = [text for text in texts if text.isalpha()]
        wanted = [*"ABC"[: len(letters)], *map(str, range(1, len(texts) - len(letters) + 1))]
        headed = sum(cleaned(cell_text(cell)) != "" for cell in self.grid.rows[self.header.index])
        return len(texts) >= max(FEWEST_NUMBERED, headed) and texts == wanted

    def _repeats_heading(self, cells: Sequence[Cell]) -> bool:
        """Whether it is the heading once more, as on each page of a printed table."""
        heading, places = self.grid.rows[self.header.index], self.header.places.values()
        return len(places) > 1 and all(place < len(cells) and cells[place] == heading[place] for place in places)

    def _has_content(self, index: int, place: int, cells: Sequence[Cell]) -> bool:
        if (index, place) in self.grid.facts.errors or (index, place) in self.grid.facts.uncomputed:
            return True
        return place < len(cells) and cleaned(cell_text(cells[place])) != ""

    def _row(self, index: int, cells: Sequence[Cell]) -> TableRow:
        if self.grid.is_alternative:
            self._check_width(index, cells)
        texts, numeric = dict.fromkeys(self.names, ""), set()
        for column in self.columns:
            place = self.header.places[column.name]
            cell = self._as_percentage((index, place), column, self._cell(index, place, cells, column))
            texts[column.name] = self._text(index, (index, place), column, cell)
            if isinstance(cell, int | float):
                numeric.add(column.name)
        return TableRow(index + 1, texts, frozenset(numeric))

    def _as_percentage(self, place: Place, column, cell: Cell) -> Cell:
        """The number that a spreadsheet keeps of 95%, 0.95, as it was typed: no other number is meant by it."""
        shown = self.grid.facts.shown.get(self.anchors.get(place, place), "")
        return shown if column.kind == "number" and shown.endswith("%") else cell

    def _cell(self, index: int, place: int, cells: Sequence[Cell], column) -> Cell:
        cell = cells[place] if place < len(cells) else ""
        anchor = self.anchors.get((index, place))
        if cell != "" or anchor is None:
            return cell
        above = self.grid.rows[anchor[0]][anchor[1]] if anchor[1] < len(self.grid.rows[anchor[0]]) else ""
        if above != "" and column.kind == "number":
            message = Sentence("Ô gộp với dòng %(row)s; điểm và số liệu phải ghi từng dòng.", {"row": anchor[0] + 1})
            self.findings.error(index + 1, column.name, "merged_cells", message)
        elif above != "":
            self.filled.append((index + 1, column.name))
        return above

    def _text(self, index: int, place: Place, column, cell: Cell) -> str:
        facts, row, findings = self.grid.facts, index + 1, self.findings
        origin = self.anchors.get(place, place)
        if place in facts.uncomputed:
            add_uncomputed(row, column, findings)
            return ""
        text = cleaned(facts.errors.get(origin) or cell_text(cell))
        if column.kind == "exact":
            return text
        if check_error_value(row, column, text, findings) or check_formula_text(row, column, text, findings):
            return ""
        check_kind(row, column, cell, facts.shown.get(origin), findings)
        check_letters(row, column, text, findings)
        composed = entered(text)
        if composed != text:
            self.decomposed.append((row, column.name))
        return " ".join(composed.split()) if column.kind == "line" else composed

    def _anchors(self) -> dict[Place, Place]:
        """Cell under a merged area → the area's first cell. One that joins several known columns is refused."""
        known, anchors = set(self.header.places.values()), {}
        for area in self.grid.facts.merged:
            joined = [place for place in range(area.left, area.right + 1) if place in known]
            if area.top <= self.header.index or not joined or not self._content_of(area):
                continue
            if len(joined) > 1 or joined[0] != area.left:
                self._refuse(area, joined[0])
                continue
            for row in range(area.top + 1, min(area.bottom + 1, len(self.grid.rows))):
                anchors[row, area.left] = (area.top, area.left)
        return anchors

    def _content_of(self, area: Area) -> bool:
        rows = self.grid.rows
        if area.top >= len(rows) or area.left >= len(rows[area.top]):
            return False
        return cleaned(cell_text(rows[area.top][area.left])) != ""

    def _refuse(self, area: Area, place: int) -> None:
        name = next(name for name, at in self.header.places.items() if at == place)
        message = Sentence("Ô gộp qua nhiều cột; hãy bỏ gộp rồi ghi vào từng ô.")
        self.findings.error(area.top + 1, name, "merged_cells", message)

    def _check_width(self, index: int, cells: Sequence[Cell]) -> None:
        if any(str(cell).strip() for cell in cells[self.header.width :]):
            message = Sentence(
                "Dòng có nhiều ô hơn dòng tiêu đề; nội dung có dấu phân cách phải để trong ngoặc kép."
            )
            self.findings.error(index + 1, None, "too_many_cells", message)
        elif len(cells) <= max(self.header.places.values()):
            self.short.append((index + 1, None))

    def _say(self) -> None:
        findings = self.findings
        taken = Sentence("Dòng đang ẩn trong tệp; đã đọc vì được yêu cầu.")
        left = Sentence("Dòng đang ẩn trong tệp nên không đọc; muốn đọc thì chọn “Đọc cả các dòng đang ẩn”.")
        if self.reading.hidden_rows:
            findings.repeated_warning(self.hidden, "hidden_row_read", taken)
        else:
            findings.repeated_warning(self.hidden, "hidden_row", left)
        findings.repeated_warning(self.repeated, "repeated_heading", Sentence("Dòng lặp lại tiêu đề; không đọc."))
        short = Sentence("Dòng có ít ô hơn dòng tiêu đề; các ô thiếu được coi là trống.")
        findings.repeated_warning(self.short, "too_few_cells", short)
        filled = Sentence("Ô gộp; đã lấy nội dung của ô đầu tiên trong vùng gộp.")
        findings.repeated_warning(self.filled, "merged_cells", filled)
        message = Sentence("Chữ dùng dấu tổ hợp (Unicode NFD) hoặc chữ thay thế; đã chuyển sang dạng dựng sẵn (NFC).")
        findings.repeated_warning(self.decomposed, "not_nfc", message)
