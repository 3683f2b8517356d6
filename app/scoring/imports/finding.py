"""What is wrong in a file that came in: where, how badly, and in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, NamedTuple, TypeVar

from app.errors import Sentence

Severity = Literal["error", "warning"]
Row = TypeVar("Row")

# A whole file in the wrong form would bury every other finding under thousands of equal ones.
REPEATS_SHOWN = 20
UNREAD = frozenset({"error_value", "uncomputed", "merged_cells", "date_in_cell"})
"""Codes of the errors of a cell whose value is not known."""


class Finding(NamedTuple):
    """One mistake. ``row`` is the row as Excel shows it; ``column`` is the column's English name."""

    severity: Severity
    row: int | None
    column: str | None
    code: str
    sentence: Sentence

    @property
    def message(self) -> str:
        return str(self.sentence)

    def as_dict(self) -> dict[str, str | int | None]:
        return {
            "severity": self.severity,
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "message": self.message,
        }


@dataclass(frozen=True)
class Imported(Generic[Row]):
    """The typed rows of one file, everything found wrong in it in the order of the rows, and the columns it has."""

    rows: list[Row]
    findings: list[Finding]
    present: frozenset[str] = frozenset()

    @property
    def has_errors(self) -> bool:
        return has_errors(self.findings)


class Findings(list[Finding]):
    """A list under construction; ``error`` and ``warning`` append.

    A cell that could not be read is reported once: what follows from its being empty is left out.
    """

    def __init__(self, found: Iterable[Finding] = ()):
        super().__init__(found)
        self._unread = {(f.row, f.column) for f in self if f.code in UNREAD and f.severity == "error"}

    def error(self, row: int | None, column: str | None, code: str, sentence: Sentence) -> None:
        if (row, column) in self._unread:
            return
        if code in UNREAD:
            self._unread.add((row, column))
        self.append(Finding("error", row, column, code, sentence))

    def warning(self, row: int | None, column: str | None, code: str, sentence: Sentence) -> None:
        self.append(Finding("warning", row, column, code, sentence))

    def repeated_warning(self, cells: Sequence[tuple[int, str | None]], code: str, sentence: Sentence) -> None:
        """The same warning for many (row, column) cells: the first ones each, the rest as a number."""
        for row, column in cells[:REPEATS_SHOWN]:
            self.warning(row, column, code, sentence)
        rest = cells[REPEATS_SHOWN:]
        if rest:
            more = Sentence("Còn %(count)s ô khác có cùng lỗi này.", {"count": len(rest)})
            self.warning(rest[0][0], rest[0][1], code, more)

    def in_order(self) -> list[Finding]:
        """By row, findings about the whole file first; findings of one row stay in the order found."""
        return sorted(self, key=lambda finding: finding.row or 0)


def has_errors(findings: Iterable[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)
