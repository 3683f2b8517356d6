"""What a criteria file points at outside itself: survey forms, agencies, groups."""

from collections.abc import Collection, Iterator, Mapping

from app.errors import Sentence
from app.scoring.imports.criterion_row import CriteriaFile, CriterionRow
from app.scoring.imports.finding import Finding
from app.scoring.rules import Method


def check_references(
    file: CriteriaFile,
    *,
    forms: Mapping[str, Collection[str]],
    agencies: Collection[str],
    groups: Collection[str],
) -> list[Finding]:
    """``forms`` maps a form's code to its questions' codes. Missing questions are errors; what may
    still be brought in, forms and agencies, are warnings: survey points can come from a file too.
    """
    findings = []
    for node in file.nodes:
        if node.method is Method.SURVEY:
            findings += _survey_findings(node, forms)
        findings += _agency_findings(node, agencies, groups)
    return findings


def _survey_findings(node: CriterionRow, forms: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    form = node.rule.get("form")
    if form is None:
        return
    if form not in forms:
        message = Sentence(
            "Chưa có phiếu khảo sát %(form)s: hãy nhập phiếu, hoặc nhập điểm khảo sát từ tệp.", {"form": form}
        )
        yield Finding("warning", node.row, "rule", "unknown_form", message)
        return
    for question in node.rule.get("questions", ()):
        if question not in forms[form]:
            message = Sentence(
                "Phiếu %(form)s không có câu hỏi %(question)s.", {"form": form, "question": question}
            )
            yield Finding("error", node.row, "rule", "unknown_question", message)


def _agency_findings(
    node: CriterionRow, agencies: Collection[str], groups: Collection[str]
) -> Iterator[Finding]:
    if node.appraiser_agency and node.appraiser_agency not in agencies:
        message = Sentence("Không có cơ quan nào mang mã %(code)s.", {"code": node.appraiser_agency})
        yield Finding("warning", node.row, "appraiser_agency", "unknown_agency", message)
    for code in node.not_applicable_for:
        if code not in agencies and code not in groups:
            message = Sentence("Không có cơ quan hoặc khối nào mang mã %(code)s.", {"code": code})
            yield Finding("warning", node.row, "not_applicable_for", "unknown_agency", message)
