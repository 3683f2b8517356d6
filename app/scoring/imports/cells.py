"""Checks that the simple tables share: cells that must be there or be unique, yes or no, dates."""

from collections.abc import Hashable
from datetime import date

from app.errors import Refused, Sentence
from app.moments import read_day
from app.scoring.imports.finding import Findings
from app.scoring.imports.table import TableRow
from app.scoring.imports.text import parse_yes_no


def require(row: TableRow, column: str, code: str, sentence: Sentence, findings: Findings) -> str:
    """The cell's text; empty is an error of that code."""
    text = row.cells[column]
    if not text:
        findings.error(row.number, column, code, sentence)
    return text


class Unique:
    """Remembers the row in which a key came first; a second one is an error of the given code."""

    def __init__(self, column: str, code: str, findings: Findings):
        self.column = column
        self.code = code
        self.findings = findings
        self.rows: dict[Hashable, int] = {}

    def is_first(self, row: TableRow, key: Hashable, shown: str) -> bool:
        first = self.rows.setdefault(key, row.number)
        if first == row.number:
            return True
        message = Sentence("“%(shown)s” đã có ở dòng %(first)s.", {"shown": shown, "first": first})
        self.findings.error(row.number, self.column, self.code, message)
        return False


def read_yes_no(row: TableRow, column: str, findings: Findings) -> bool:
    """Empty is no."""
    answer = parse_yes_no(row.cells[column])
    if answer is None:
        message = Sentence("Ô này chỉ nhận “có” hoặc “không”.")
        findings.error(row.number, column, "bad_yes_no", message)
    return bool(answer)


def read_date(row: TableRow, column: str, findings: Findings) -> date | None:
    text = row.cells[column]
    if not text:
        return None
    try:
        return read_day(text)
    except Refused as refusal:
        message = Sentence("“%(text)s”: %(reason)s", {"text": text[:30], "reason": refusal.sentence})
        findings.error(row.number, column, "bad_date", message)
        return None
