"""Cells that cannot be what their author meant: error values, formulas without a result, codes read as numbers."""

import re
from datetime import date, time, timedelta

from app.errors import Sentence
from app.scoring.imports.columns import Column
from app.scoring.imports.finding import Findings
from app.scoring.imports.grid import Cell, cell_text

# #N/A, #REF!, #DIV/0!, #NAME? and their kin in other languages (#N/D, #NV, #VALEUR!), LibreOffice's Err:502, a
# column too narrow for its number.
_ERROR_VALUE = re.compile(
    r"#(?:N/?[ADBV]|REF|VALUE|NAME|NUM|NULL|DIV/0|GETTING_DATA|[^\W\d_][\w/]{1,19}[!?])"
    r"|(?:Err|Lỗi):[0-9]{3}|#{3,}",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"=\s*[A-Za-z$(+\-0-9\"].*", re.DOTALL)
# What a spreadsheet makes of 1.10 or 3-5 in a CSV, and of a long number.
_DATE_TEXT = re.compile(
    r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}(?: .*)?"
    r"|[0-9]{1,2}[-/. ](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|thg|tháng)[a-z]*[-/. ]?[0-9]{0,4}"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|thg|tháng)[a-z]*[-/. ][0-9]{1,4}",
    re.IGNORECASE,
)
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]{1,3}", re.IGNORECASE)
_COMMA_NUMBER = re.compile(r"[0-9]+,[0-9]+")
_ONE_DECIMAL = re.compile(r"[0-9]+\.[1-9]")
# What a program without Unicode leaves of "Nội vụ": "N?i v?". An address such as a?b=c is none.
_LETTERS_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]")
_CODES = ("code", "codes", "label")


def check_error_value(row: int, column: Column, text: str, findings: Findings) -> bool:
    """Whether the cell holds an error value, in a workbook or as the text of a CSV."""
    if not _ERROR_VALUE.fullmatch(text):
        return False
    message = Sentence("Ô này là lỗi %(text)s của bảng tính; hãy sửa công thức hoặc ghi giá trị.", {"text": text})
    findings.error(row, column.name, "error_value", message)
    return True


def add_uncomputed(row: int, column: Column, findings: Findings) -> None:
    message = Sentence(
        "Ô này là công thức chưa được tính; hãy mở tệp bằng Excel, lưu lại, hoặc ghi giá trị."
    )
    findings.error(row, column.name, "uncomputed", message)


def check_formula_text(row: int, column: Column, text: str, findings: Findings) -> bool:
    """A formula written as text where no text of that kind can stand."""
    if column.kind in ("text", "rule") or not _FORMULA.fullmatch(text):
        return False
    add_uncomputed(row, column, findings)
    return True


def check_letters(row: int, column: Column, text: str, findings: Findings) -> None:
    """Question marks where letters were; what they were is nowhere in the file."""
    if _LETTERS_LOST.search(text) and "=" not in text and "://" not in text:
        message = Sentence(
            "Dấu ? ở giữa chữ: các chữ có dấu đã mất khi tệp được lưu; hãy lưu lại từ tệp gốc ở dạng Unicode."
        )
        findings.error(row, column.name, "letters_lost", message)


def check_kind(row: int, column: Column, cell: Cell, shown: str | None, findings: Findings) -> None:
    """What a spreadsheet made of the cell by itself. ``shown``: its display, when another text."""
    if isinstance(cell, date | time | timedelta):
        _check_date(row, column, cell, findings)
    elif column.kind in _CODES and isinstance(cell, int | float) and not isinstance(cell, bool):
        _check_number(row, column, cell_text(cell), shown, findings)
    elif column.kind in _CODES and isinstance(cell, str):
        _check_text(row, column, cell.strip(), findings)


def _check_date(row: int, column: Column, cell: Cell, findings: Findings) -> None:
    if column.kind == "date" and isinstance(cell, date):
        return
    values = {"text": cell_text(cell)}
    if column.kind in ("text", "line"):
        message = Sentence("Ô này là ngày trong bảng tính; đã đọc là %(text)s.", values)
        findings.warning(row, column.name, "date_in_cell", message)
        return
    message = Sentence(
        "Bảng tính đã đổi ô này thành ngày (%(text)s); hãy định dạng cột là văn bản rồi ghi lại.", values
    )
    findings.error(row, column.name, "date_in_cell", message)


def _check_number(row: int, column: Column, text: str, shown: str | None, findings: Findings) -> None:
    values = {"text": text, "shown": shown or f"{text}0"}
    if shown is not None:
        message = Sentence(
            "Ô này là số %(text)s nhưng hiện là %(shown)s; hãy định dạng cột là văn bản rồi ghi lại mã.", values
        )
        findings.error(row, column.name, "number_shown_otherwise", message)
    elif column.kind == "label":
        return
    elif _ONE_DECIMAL.fullmatch(text) or (column.kind == "codes" and "." in text):
        message = Sentence(
            "Ô này là số nên không phân biệt được %(text)s với %(shown)s; hãy định dạng cột là văn bản rồi ghi lại mã.",
            values,
        )
        findings.error(row, column.name, "number_for_code", message)
    else:
        message = Sentence(
            "Ô này là số; đã đọc là mã %(text)s. Số 0 ở đầu hoặc cuối mã, nếu có, đã mất.", values
        )
        findings.warning(row, column.name, "number_for_code", message)


def _check_text(row: int, column: Column, text: str, findings: Findings) -> None:
    """A CSV tells no number from text, but these are no codes that anybody writes."""
    if _DATE_TEXT.fullmatch(text):
        message = Sentence("“%(text)s” giống một ngày mà bảng tính đã đổi từ mã; hãy ghi lại mã.", {"text": text})
        findings.error(row, column.name, "date_in_cell", message)
    elif column.kind == "code" and _COMMA_NUMBER.fullmatch(text):
        message = Sentence(
            "“%(text)s” là số mà bảng tính ghi với dấu phẩy, không phân biệt được với %(text)s0; hãy ghi lại mã.",
            {"text": text},
        )
        findings.error(row, column.name, "number_for_code", message)
    elif _SCIENTIFIC.fullmatch(text):
        message = Sentence(
            "“%(text)s” là số đã bị bảng tính rút gọn; hãy định dạng cột là văn bản rồi ghi lại mã.", {"text": text}
        )
        findings.error(row, column.name, "number_shortened", message)
