"""An appraiser's assigned scores as a workbook to fill in without a network: one row a score."""

import io
from collections.abc import Sequence
from decimal import Decimal

import xlsxwriter
from itsdangerous import Signer
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from app.scoring.exports.cells import NOT_APPLICABLE
from app.scoring.imports.appraisal_cells import APPRAISALS, Given, packed_given
from app.scoring.imports.entry_cells import NO, YES
from app.scoring.imports.entry_workbook import HIDDEN, hidden_cells
from app.scoring.models import AppraiserWork
from app.scoring.operations.appraisal_import import given_in
from app.scoring.queries.appraisals import Task
from app.scoring.rules import format_points
from app.text import printable

HEAD = 3
_TITLES = [column.headings[0] for column in APPRAISALS.columns]
_ENTRY = len(APPRAISALS.shown)
_MARKS = _ENTRY + len(APPRAISALS.entry)
_WIDTHS = (30, 8, 46, 9, 9, 40, 34, 10, 10, 46)
_OPEN = {"border": 1, "bg_color": "#FFF8D6", "locked": False, "text_wrap": True}
_LOOKS = {
    "title": {"bold": True, "font_size": 14, "quote_prefix": True},
    "line": {"italic": True},
    "total": {"bold": True, "font_size": 12, "font_color": "#0B4A8F"},
    "head": {"bold": True, "border": 1, "text_wrap": True, "align": "center", "bg_color": "#DDE6F0"},
    "text": {"border": 1, "text_wrap": True},
    "words": {"border": 1, "text_wrap": True, "quote_prefix": True},
    "points": _OPEN | {"align": "right"},
    "not_applicable": _OPEN,
    "reason": _OPEN | {"num_format": "@", "quote_prefix": True},
}


def appraisal_workbook(work: AppraiserWork, found: Sequence[Task], signer: Signer) -> bytes:
    """The tasks with what was given so far, in their order."""
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    base = {"font_name": "Times New Roman", "font_size": 11, "valign": "top"}
    looks = {name: workbook.add_format(base | look) for name, look in _LOOKS.items()}
    sheet = workbook.add_worksheet("Thẩm định")
    _write_head(sheet, looks, work, found)
    for at, task in enumerate(found, HEAD + 1):
        _write_task(sheet, looks, at, task, work, signer)
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    sheet.set_column(_MARKS, _MARKS + len(HIDDEN) - 1, 10, None, {"hidden": True})
    sheet.freeze_panes(HEAD + 1, 3)
    sheet.autofilter(HEAD, 0, HEAD + len(found), _MARKS - 1)
    sheet.protect("", {"format_rows": True, "autofilter": True})
    workbook.close()
    return out.getvalue()


def _write_head(sheet: Worksheet, looks: dict, work: AppraiserWork, found: Sequence[Task]) -> None:
    sheet.write_string(0, 0, printable(f"PHIẾU THẨM ĐỊNH – {work.round.name}"), looks["title"])
    sheet.write_string(1, 0, "Chỉ nhập ô nền vàng. Khác điểm tự chấm thì phải ghi lý do.", looks["line"])
    first, last = HEAD + 2, HEAD + 1 + max(len(found), 1)
    points, refused = (xl_col_to_name(_ENTRY + place) for place in (0, 1))
    formula = (
        f'="Đã chấm: "&(COUNT({points}{first}:{points}{last})'
        f'+COUNTIF({refused}{first}:{refused}{last},"{YES}"))&"/{len(found)}"'
    )
    done = sum(task.scored for task in found)
    sheet.write_formula(2, 0, formula, looks["total"], f"Đã chấm: {done}/{len(found)}")
    for place, title in enumerate(_TITLES):
        sheet.write_string(HEAD, place, title, looks["head"])


def _write_task(
    sheet: Worksheet, looks: dict, at: int, task: Task, work: AppraiserWork, signer: Signer
) -> None:
    score, criterion, given = task.score, task.score.criterion, given_in(task)
    files = "\n".join(f"{file.number} {file.file_name}".strip() for file in score.evidence)
    shown = (
        score.sheet.agency_name,
        criterion.code,
        criterion.name,
        criterion.maximum,
        _own(task),
        "\n".join(filter(None, ("Không có số liệu." if score.without_figures else "", score.explanation))),
        files,
    )
    for place, value in enumerate(shown):
        _write(sheet, at, place, value, looks["words" if isinstance(value, str) else "text"])
    cells = Given(given.points, YES if given.not_applicable else "", given.reason)
    for place, (name, value) in enumerate(cells._asdict().items(), _ENTRY):
        _write(sheet, at, place, value, looks[name])
    rule = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": criterion.maximum}
    rule |= {"error_title": "Điểm chưa đúng"}
    rule |= {"error_message": f"Điểm phải từ 0 đến {format_points(criterion.maximum)}."}
    sheet.data_validation(at, _ENTRY, at, _ENTRY, rule)
    sheet.data_validation(at, _ENTRY + 1, at, _ENTRY + 1, {"validate": "list", "source": [YES, NO]})
    version = task.appraisal.version if task.scored else 0
    marks = hidden_cells(signer, work.id, score.id, version, packed_given(given))
    for place, value in enumerate(marks, _MARKS):
        _write(sheet, at, place, value, looks["words" if isinstance(value, str) else "text"])


def _own(task: Task) -> Decimal | str | None:
    if not task.counted_self:
        return None
    return NOT_APPLICABLE if task.score.na_claimed else task.score.self_points


def _write(sheet: Worksheet, at: int, place: int, value, style) -> None:
    if value is None or value == "":
        sheet.write_blank(at, place, None, style)
    elif isinstance(value, str):
        sheet.write_string(at, place, printable(value)[:32_000], style)
    else:
        sheet.write_number(at, place, value, style)
