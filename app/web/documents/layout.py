"""The form both writers share (Decree 30/2020/NĐ-CP, annex I): millimetres, fixed words, figures."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from app.text import printable
from app.web.documents.model import AdministrativeDocument, Cell, Column, Paragraph, Table, Verification

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
RECIPIENTS = "Nơi nhận:"
OPEN_NUMBER = "\u00a0" * 10
MOST_LETTERS_KEPT = 900
PAGE_SHORT, PAGE_LONG = 210, 297
MARGIN_TOP, MARGIN_BOTTOM, MARGIN_LEFT, MARGIN_RIGHT = 20, 20, 30, 15


def paper(document: AdministrativeDocument) -> tuple[int, int]:
    """Width and height of the page in millimetres: A4 upright or across."""
    return (PAGE_LONG, PAGE_SHORT) if document.landscape else (PAGE_SHORT, PAGE_LONG)


def text_width(document: AdministrativeDocument) -> int:
    """Millimetres between the margins: 165 upright, 252 across."""
    return paper(document)[0] - MARGIN_LEFT - MARGIN_RIGHT


def column_widths(table: Table, width: float) -> list[float]:
    """The columns' widths in millimetres, in proportion, filling ``width``."""
    asked = sum(column.width_mm for column in table.columns)
    return [round(column.width_mm * width / asked, 2) for column in table.columns]


def alignment(column: Column) -> str:
    return column.align or ("left" if column.kind == "text" else "right")


def number_line(document: AdministrativeDocument) -> str:
    return f"Số: {document.number or OPEN_NUMBER + '/' + (document.symbol or '')}"


def notes_after_last_table(document: AdministrativeDocument) -> int | None:
    """How many paragraphs stand between the last table and the signature, which share a page with its last row.

    None where there is no such table, where other things follow it, or where that would be too much for one page.
    """
    places = [place for place, item in enumerate(document.body) if isinstance(item, Table)]
    if not places or not document.body[places[-1]].rows:
        return None
    table, after = document.body[places[-1]], document.body[places[-1] + 1 :]
    if not all(isinstance(item, Paragraph) for item in after):
        return None
    last = [cell_text(cell, column) for cell, column in zip(table.rows[-1].cells, table.columns, strict=True)]
    letters = sum(len(item.text) for item in after) + max(map(len, last))
    return len(after) if letters <= MOST_LETTERS_KEPT else None


def place_and_date(document: AdministrativeDocument) -> str:
    return f"{document.place}, {long_date(document.date)}"


def long_date(day: date) -> str:
    """Days below 10 and January and February carry a leading zero, so that no digit can be added before."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def recipient_lines(document: AdministrativeDocument) -> list[str]:
    """ "- Như trên;" … "- Lưu: VT." """
    *others, last = [recipient.rstrip(" ;.") for recipient in document.recipients]
    return [f"- {recipient};" for recipient in others] + [f"- {last}."]


def verification_lines(verification: Verification) -> list[tuple[str, str]]:
    return [
        ("Mã xác thực", verification.code),
        ("Địa chỉ kiểm tra", verification.url),
        ("Thời điểm lập", f"{verification.issued_at:%H:%M:%S} {verification.issued_at:%d/%m/%Y}"),
        ("Mã băm SHA-256", verification.digest),
    ]


def cell_text(cell: Cell, column: Column) -> str:
    """A cell the Vietnamese way: decimal comma, thousands point, dd/mm/yyyy, nothing for None."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%H:%M %d/%m/%Y}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, str):
        return printable(cell)
    return figure_text(Decimal(cell), places=2 if column.kind == "percent2" else None)


def figure_text(figure: Decimal, places: int | None = None) -> str:
    """1234.500 → "1.234,5"; with ``places`` rounded half up and padded: 81.333 → "81,33"."""
    if places is not None:
        text = f"{figure.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,f}"
    else:
        text = f"{figure:,f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.translate(str.maketrans(",.", ".,"))


def breakable(text: str) -> str:
    """``text`` with invisible places to break in words too long for a narrow column (addresses, codes)."""
    return re.sub(r"\S{31,}", lambda word: "\u200b".join(re.findall(".{1,12}", word[0])), text)
