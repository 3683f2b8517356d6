"""What a table is read into: known columns, rows of text, and what the person confirmed about the file."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from app.scoring.imports.finding import Finding, has_errors

LONGEST_CELL = 32_767
"""What Excel puts into one cell."""

Kind = Literal["text", "line", "code", "codes", "label", "number", "date", "rule", "exact"]


class Column(NamedTuple):
    """``name`` is the English heading; ``headings`` are the others it may carry; ``longest`` a cell in letters.

    ``kind`` tells which cells of a spreadsheet cannot be what their author meant: a number in a column of codes (of
    labels such as paper numbers when it is displayed otherwise), a date in any column but one of dates. A ``line`` is a
    text whose line breaks are there for the width of the column alone: they become blanks. ``exact`` is
    taken as it is. ``is_read`` is False for a column of our own exports that is there for people alone.
    """

    name: str
    headings: tuple[str, ...] = ()
    required: bool = False
    longest: int = LONGEST_CELL
    kind: Kind = "text"
    is_read: bool = True


Columns = tuple[Column, ...]


class Reading(NamedTuple):
    """What the person chose about the file: the sheet to read, rows that are hidden, and the legacy letters."""

    sheet: str = ""
    hidden_rows: bool = False
    letters: str = ""


AS_IT_IS = Reading()


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
