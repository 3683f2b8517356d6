"""What a criteria file points at outside itself: survey forms, agencies, groups."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from app.errors import Sentence
from app.scoring.imports.criterion_row import CriteriaFile, CriterionRow
from app.scoring.imports.finding import Finding
from app.scoring.rules import Method

_NO_ANSWER = re.compile(
    r"không biết|không rõ|không nắm|không có ý kiến|không trả lời|không đánh giá|khó trả lời"
)


class Answers(NamedTuple):
    """What can be answered to a question: its kind, and its options in order."""

    kind: str
    options: Sequence[str]


def check_references(
    file: CriteriaFile,
    *,
    forms: Mapping[str, Collection[str]],
    agencies: Collection[str],
    groups: Collection[str],
) -> list[Finding]:
    """``forms`` maps a form's code to its questions' codes, or to the ``Answers`` of each. Missing questions and
    weights are errors; what may still be brought in, forms and agencies, are warnings: survey points can come from a
    file too.
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
    if isinstance(forms[form], Mapping):
        yield from _weight_findings(node, forms[form])


def _weight_findings(node: CriterionRow, questions: Mapping[str, Answers]) -> Iterator[Finding]:
    """Every level of every question has a weight; one that says “không biết” may be left out.

    More weights than any question has levels were meant otherwise: ``66,7`` between commas is two.
    """
    asked = set(node.rule.get("questions") or ())
    weights = node.rule.get("weights") or ()
    counted = {
        code: answers
        for code, answers in questions.items()
        if (code in asked if asked else answers.kind == "scale")
    }
    too_many = len(weights) > max((len(answers.options) for answers in counted.values()), default=len(weights))
    for code, answers in counted.items():
        left_out = answers.options[len(weights) :]
        missing = [option for option in left_out if not _NO_ANSWER.search(option.casefold())]
        values = {"form": node.rule["form"], "question": code, "weights": len(weights)}
        if missing:
            message = Sentence(
                "Câu %(question)s của phiếu %(form)s có %(levels)s mức nhưng chỉ có %(weights)s trọng số; thiếu của: "
                "%(missing)s. Mức không tính điểm thì ghi dấu “-”.",
                values | {"levels": len(answers.options), "missing": "; ".join(missing)[:200]},
            )
            yield Finding("error", node.row, "rule", "weights_missing", message)
        elif left_out:
            message = Sentence(
                "Câu %(question)s của phiếu %(form)s: không tính câu trả lời “%(left)s”.",
                values | {"left": "; ".join(left_out)[:200]},
            )
            yield Finding("warning", node.row, "rule", "answers_not_counted", message)
        elif len(weights) > len(answers.options):
            message = Sentence(
                "Câu %(question)s của phiếu %(form)s chỉ có %(levels)s mức nhưng có %(weights)s trọng số.",
                values | {"levels": len(answers.options)},
            )
            yield Finding("error" if too_many else "warning", node.row, "rule", "weights_unused", message)


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
