"""Small tables made by hand, as bytes."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl

CRITERIA_HEADINGS = ("code", "parent_code", "name", "max_score", "scoring_method", "rule", "assessed_by")


def csv_table(headings: Sequence[str], *rows: Sequence[str], delimiter: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode()


def xlsx_table(*sheets: Sequence[Sequence[Any]]) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for rows in sheets:
        sheet = workbook.create_sheet()
        for row in rows:
            sheet.append(list(row))
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def criteria(*rows: Sequence[str], headings: Sequence[str] = CRITERIA_HEADINGS) -> bytes:
    return csv_table(headings, *rows)


def places(findings: Iterable[Any]) -> list[tuple[str, int | None, str | None, str]]:
    """What a test compares: (severity, row, column, code)."""
    return [(found.severity, found.row, found.column, found.code) for found in findings]
