"""The table of survey forms: one row a question."""

import re
from typing import NamedTuple

from app.errors import Sentence
from app.scoring.imports.cells import Unique, require
from app.scoring.imports.finding import Findings, Imported
from app.scoring.imports.table import AS_IT_IS, Column, Reading, TableRow, read_table
from app.scoring.imports.text import folded

COLUMNS = (
    Column("form_code", ("Mã phiếu",), required=True, longest=30, kind="code"),
    Column("title", ("Tên phiếu",), required=True, longest=300, kind="line"),
    Column("audience", ("Đối tượng",), required=True),
    Column("question_code", ("Mã câu hỏi",), required=True, longest=40, kind="code"),
    Column("text", ("Câu hỏi", "Nội dung"), required=True),
    Column("type", ("Loại câu hỏi", "Loại"), required=True),
    Column("options", ("Phương án trả lời", "Phương án"), kind="rule"),
)

# A line break inside the cell separates as the bar does.
_OPTION_ENDS = re.compile(r"[|\n]")
# Folded words → value.
AUDIENCES = {
    "official": "official",
    "cong chuc": "official",
    "cong chuc, vien chuc": "official",
    "citizen": "citizen",
    "nguoi dan": "citizen",
    "nguoi dan, doanh nghiep": "citizen",
    "agency": "agency",
    "co quan": "agency",
    "co quan, don vi": "agency",
}
QUESTION_TYPES = {
    "choice": "choice",
    "lua chon": "choice",
    "scale4": "scale4",
    "thang 4 muc": "scale4",
    "text": "text",
    "tu luan": "text",
}


class QuestionRow(NamedTuple):
    """``type``: choice, scale4 (best first, four options) or text; empty when unreadable."""

    code: str
    text: str
    type: str
    options: tuple[str, ...]
    row: int


class SurveyForm(NamedTuple):
    """``audience``: official, citizen or agency; ``row`` is the form's first."""

    code: str
    title: str
    audience: str
    questions: tuple[QuestionRow, ...]
    row: int


def parse_surveys(data: bytes, filename: str, reading: Reading = AS_IT_IS) -> Imported[SurveyForm]:
    """Title and audience come from a form's first row; later rows may leave them empty, not change them."""
    table = read_table(data, filename, COLUMNS, reading)
    findings = Findings(table.findings)
    codes = Unique("question_code", "duplicate_question", findings)
    forms: dict[str, SurveyForm] = {}
    for row in table.rows:
        form_code = require(row, "form_code", "missing_form", Sentence("Thiếu mã phiếu."), findings)
        question = _question(row, findings)
        if not form_code:
            continue
        form = _form(row, forms.get(form_code), findings)
        if question.code and codes.is_first(row, (form_code, question.code), question.code):
            form = form._replace(questions=(*form.questions, question))
        forms[form_code] = form
    return Imported(list(forms.values()), findings.in_order())


def _form(row: TableRow, known: SurveyForm | None, findings: Findings) -> SurveyForm:
    if known is not None:
        _check_same_form(row, known, findings)
        return known
    title = require(row, "title", "missing_title", Sentence("Thiếu tên phiếu."), findings)
    audience = AUDIENCES.get(folded(row.cells["audience"]))
    if audience is None:
        message = Sentence(
            "Đối tượng phải là công chức (official), người dân (citizen) hoặc cơ quan (agency)."
        )
        findings.error(row.number, "audience", "unknown_audience", message)
    return SurveyForm(row.cells["form_code"], title, audience or "", (), row.number)


def _check_same_form(row: TableRow, known: SurveyForm, findings: Findings) -> None:
    message = Sentence("Khác với dòng đầu của phiếu (dòng %(first)s).", {"first": known.row})
    if row.cells["title"] not in ("", known.title):
        findings.error(row.number, "title", "form_differs", message)
    if row.cells["audience"] and AUDIENCES.get(folded(row.cells["audience"]), "") != known.audience:
        findings.error(row.number, "audience", "form_differs", message)


def _question(row: TableRow, findings: Findings) -> QuestionRow:
    code = require(row, "question_code", "missing_code", Sentence("Thiếu mã câu hỏi."), findings)
    text = require(row, "text", "missing_text", Sentence("Thiếu nội dung câu hỏi."), findings)
    kind = QUESTION_TYPES.get(folded(row.cells["type"]))
    if kind is None:
        message = Sentence("Loại câu hỏi phải là choice, scale4 hoặc text.")
        findings.error(row.number, "type", "unknown_type", message)
    options = tuple(filter(None, (option.strip() for option in _OPTION_ENDS.split(row.cells["options"]))))
    _check_options(row, kind, options, findings)
    return QuestionRow(code, text, kind or "", options, row.number)


def _check_options(row: TableRow, kind: str | None, options: tuple[str, ...], findings: Findings) -> None:
    if kind == "choice" and len(options) < 2:
        message = Sentence("Câu hỏi lựa chọn phải có ít nhất hai phương án, cách nhau bằng dấu |.")
    elif kind == "scale4" and len(options) != 4:
        message = Sentence("Câu hỏi thang 4 mức phải có đúng bốn phương án, cách nhau bằng dấu |.")
    elif kind == "text" and options:
        message = Sentence("Câu hỏi tự luận không có phương án trả lời.")
    elif any("=>" in option for option in options):
        message = Sentence("Phương án trả lời không có dấu “=>”: điểm của từng mức ghi ở bộ tiêu chí.")
    elif len({option.casefold() for option in options}) < len(options):
        message = Sentence("Có hai phương án trả lời giống nhau.")
    else:
        return
    findings.error(row.number, "options", "bad_options", message)
