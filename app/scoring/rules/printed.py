"""What paper says of a row: its figures and their working, its evidence as a document, the period in words. Pure."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from app.figures import write_figure

from .asking import asked_figures

UNKNOWN = "—"
"""Stands for figures and working in reports that were approved before these were kept."""

NO_FIGURES = "Không có số liệu"

DOCUMENT_KINDS = {
    "NQ": "Nghị quyết", "QĐ": "Quyết định", "CT": "Chỉ thị", "QC": "Quy chế", "QYĐ": "Quy định", "TC": "Thông cáo",
    "TB": "Thông báo", "HD": "Hướng dẫn", "CTR": "Chương trình", "KH": "Kế hoạch", "PA": "Phương án", "ĐA": "Đề án",
    "DA": "Dự án", "BC": "Báo cáo", "BB": "Biên bản", "TTR": "Tờ trình", "HĐ": "Hợp đồng", "CĐ": "Công điện",
    "BGN": "Bản ghi nhớ", "BTT": "Bản thỏa thuận", "GUQ": "Giấy ủy quyền", "GM": "Giấy mời", "GGT": "Giấy giới thiệu",
    "GNP": "Giấy nghỉ phép", "PG": "Phiếu gửi", "PC": "Phiếu chuyển", "PB": "Phiếu báo",
}  # fmt: skip
"""Decree 30/2020/NĐ-CP, annex III: the abbreviation in a document's number → the kind of document."""

_KIND = re.compile(r"^\s*\d[\w.]*/(?:\d{4}/)?(?P<kind>\w+)")
_PERIOD = re.compile(r"(?P<year>\d{4})(?:-(?P<kind>[HQ]?)(?P<part>\d+))?")
_HALVES = {"1": "đầu", "2": "cuối"}
_QUARTERS = {"1": "I", "2": "II", "3": "III", "4": "IV"}


def figures_told(criterion: Any, score: Any) -> list[str]:
    """ "Việc đã xong: 42", in the criterion's order; nothing for a figure that was not entered."""
    found = [(asked, getattr(score, f"figure_{asked.letter}")) for asked in asked_figures(criterion)]
    return [f"{asked.name}: {write_figure(value, asked.kind)}" for asked, value in found if value is not None]


def ground_text(figures: Sequence[str] | None, working: str | None) -> str:
    """Figures and working in one cell; ``UNKNOWN`` where figures are None."""
    if figures is None:
        return UNKNOWN
    return "\n".join(filter(None, ("; ".join(figures), working)))


def document_title(number: str, issued_on: date | None, file_name: str) -> str:
    """ "Kế hoạch số 21/KH-TP ngày 07/02/2026"; the file's name only where neither number nor date is known."""
    number = number.strip()
    day = f"ngày {issued_on:%d/%m/%Y}" if issued_on else ""
    if not number:
        return f"{file_name} ({day})" if day else file_name
    found = _KIND.match(number)
    kind = DOCUMENT_KINDS.get(found["kind"].upper(), "Văn bản") if found else "Văn bản"
    return f"{kind} số {number} {day}".strip()


def period_told(period: str) -> str:
    """ "2026" → "năm 2026", "2026-H1" → "6 tháng đầu năm 2026", "2026-Q3" → "quý III năm 2026"."""
    found = _PERIOD.fullmatch(period)
    if found is None:
        return period
    year, kind, part = f"năm {found['year']}", found["kind"], found["part"]
    if kind == "H":
        return f"6 tháng {_HALVES[part]} {year}"
    if kind == "Q":
        return f"quý {_QUARTERS[part]} {year}"
    return f"tháng {int(part)} {year}" if part else year
