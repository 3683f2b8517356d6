"""Paper forms counted by hand: one row an answer, the rows of one agency and paper number are one form."""

from typing import NamedTuple

from app.errors import Sentence
from app.scoring.imports.cells import Unique, require
from app.scoring.imports.finding import Findings, Imported
from app.scoring.imports.table import AS_IT_IS, Column, Reading, TableRow, read_table
from app.scoring.models import SurveyForm, SurveyQuestion

COLUMNS = (
    Column("agency_code", ("Mã cơ quan", "Cơ quan"), required=True, kind="code"),
    Column("paper_number", ("Số tờ phiếu", "Số phiếu"), required=True, longest=40, kind="label"),
    Column("question_code", ("Mã câu hỏi", "Câu hỏi"), required=True, kind="code"),
    Column("answer", ("Trả lời", "Phương án"), required=True, kind="rule"),
)


class Paper(NamedTuple):
    """``answers``: question id → option index or words; ``row`` is the paper's first."""

    agency_code: str
    number: str
    answers: dict[int, int | str]
    row: int


def parse_papers(
    data: bytes, file_name: str, form: SurveyForm, reading: Reading = AS_IT_IS
) -> Imported[Paper]:
    """A choice is written as its number (1 is the first option) or in the option's own words."""
    table = read_table(data, file_name, COLUMNS, reading)
    findings = Findings(table.findings)
    questions = {question.code: question for question in form.questions}
    cells = Unique("question_code", "duplicate_answer", findings)
    papers: dict[tuple[str, str], Paper] = {}
    for row in table.rows:
        agency = require(row, "agency_code", "missing_agency", Sentence("Thiếu mã cơ quan."), findings)
        number = require(row, "paper_number", "missing_paper", Sentence("Thiếu số tờ phiếu."), findings)
        question = _question(row, questions, findings)
        answer = _answer(row, question, findings) if question is not None else None
        if not (agency and number and question):
            continue
        shown = f"{agency} – {number} – {question.code}"
        if cells.is_first(row, (agency, number, question.code), shown):
            paper = papers.setdefault((agency, number), Paper(agency, number, {}, row.number))
            if answer is not None:
                paper.answers[question.id] = answer
    _require_complete(papers, form, findings)
    return Imported(list(papers.values()), findings.in_order())


def _question(row: TableRow, questions: dict[str, SurveyQuestion], findings: Findings) -> SurveyQuestion | None:
    code = require(row, "question_code", "missing_code", Sentence("Thiếu mã câu hỏi."), findings)
    if code and code not in questions:
        message = Sentence("Phiếu này không có câu hỏi %(code)s.", {"code": code[:40]})
        findings.error(row.number, "question_code", "unknown_question", message)
    return questions.get(code)


def _answer(row: TableRow, question: SurveyQuestion, findings: Findings) -> int | str | None:
    text = row.cells["answer"]
    if question.kind == "text":
        return text or None
    number = text.removesuffix(".0")
    if number.isascii() and number.isdigit() and 1 <= int(number[:4]) <= len(question.options):
        return int(number[:4]) - 1
    if text in question.options:
        return question.options.index(text)
    message = Sentence("Trả lời phải là số thứ tự phương án, từ 1 đến %(most)s.", {"most": len(question.options)})
    findings.error(row.number, "answer", "unknown_option", message)
    return None


def _require_complete(papers: dict, form: SurveyForm, findings: Findings) -> None:
    owed = [question for question in form.questions if question.kind != "text"]
    for paper in papers.values():
        missing = [question.code for question in owed if question.id not in paper.answers]
        if missing:
            values = {"number": paper.number, "codes": ", ".join(missing)[:200]}
            message = Sentence("Tờ phiếu %(number)s thiếu trả lời câu %(codes)s.", values)
            findings.error(paper.row, "question_code", "incomplete_paper", message)
