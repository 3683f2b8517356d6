"""Decimal comma and decimal point in one file: each alone is fine, together one of them is a slip."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.errors import Sentence
from app.scoring.imports.finding import Findings
from app.scoring.imports.table import TableRow

# Numbers that the rule reads as numbers: points of an option, bounds, unit points. Labels are prose.
_RULE_NUMBERS = re.compile(
    r"=>\s*\d+([.,])\d+"
    r"|(?:>=|<=|[<>=≥≤])\s*\d+([.,])\d+\s*%"
    r"|^\s*\d+([.,])\d+\s*/"
)
_WHOLE_NUMBER = re.compile(r"\d+([.,])\d+")


class _Use(NamedTuple):
    row: int
    column: str
    sign: str


def check_decimal_signs(rows: Sequence[TableRow], findings: Findings) -> None:
    """Warns at each cell that uses the rarer sign (when equal, the one that came second)."""
    uses = [use for row in rows for use in _uses(row)]
    commas = sum(use.sign == "," for use in uses)
    points = len(uses) - commas
    if not commas or not points:
        return
    rarer = _other(uses[0].sign) if commas == points else "," if commas < points else "."
    cells = list(dict.fromkeys((use.row, use.column) for use in uses if use.sign == rarer))
    message = Sentence("Tệp dùng lẫn dấu phẩy và dấu chấm thập phân; ô này khác với phần lớn các ô còn lại.")
    findings.repeated_warning(cells, "decimal_mixed", message)


def _other(sign: str) -> str:
    return "." if sign == "," else ","


def _uses(row: TableRow) -> Iterator[_Use]:
    """A number cell of a workbook has no sign of its own: the spreadsheet draws it."""
    if "max_score" not in row.numeric:
        found = _WHOLE_NUMBER.fullmatch(row.cells["max_score"])
        if found:
            yield _Use(row.number, "max_score", found[1])
    for sign in rule_signs(row.cells["rule"]):
        yield _Use(row.number, "rule", sign)


def rule_signs(rule: str) -> Iterator[str]:
    """The decimal sign of each number that the rule reads as one."""
    for found in _RULE_NUMBERS.finditer(rule):
        yield found[1] or found[2] or found[3]
