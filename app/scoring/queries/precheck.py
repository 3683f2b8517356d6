"""The pre-send check: what forbids the approval of a sheet, and what a leader should look at before it (Đ.9)."""

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.errors import Sentence
from app.scoring.models import Snapshot
from app.scoring.queries.doubts import doubts_of
from app.scoring.queries.sheets import Page, Row, figures_of, wrong_figures
from app.scoring.rules import Method


class Problem(NamedTuple):
    """``error`` forbids approval, ``warning`` only tells. Problems of one ``heading`` are shown together.

    Without a ``score_id`` it is about the whole sheet.
    """

    severity: str
    heading: Sentence
    sentence: Sentence
    score_id: int | None = None
    code: str = ""
    name: str = ""

    @property
    def is_complete(self) -> bool:
        """The sentence begins with its heading, which is not said before it once more."""
        return self.sentence.template.startswith(self.heading.template)

    @property
    def text(self) -> str:
        """Kind and particulars in Vietnamese, for what is kept."""
        return str(self.sentence) if self.is_complete else f"{self.heading}: {self.sentence}"


class ProblemGroup(NamedTuple):
    severity: str
    heading: Sentence
    problems: list[Problem]


def precheck(page: Page) -> list[Problem]:
    """Errors and warnings of the sheet, each in the order of its rows; two statements."""
    return [*row_problems(page), *(_doubt(heading, words, row) for heading, words, row in doubts_of(page))]


def row_problems(page: Page) -> list[Problem]:
    """What the rows lack, as far as the page itself tells."""
    return [
        Problem(severity, heading, words, row.score.id, row.criterion.code, row.criterion.name)
        for row in page.rows
        if row.self_scored
        for severity, heading, words in _row_problems(row)
    ]


def grouped(problems: Sequence[Problem]) -> list[ProblemGroup]:
    """Problems of one kind together, errors first."""
    found: dict[tuple[str, str], ProblemGroup] = {}
    for problem in sorted(problems, key=lambda problem: problem.severity != "error"):
        key = problem.severity, problem.heading.template
        found.setdefault(key, ProblemGroup(problem.severity, problem.heading, [])).problems.append(problem)
    return list(found.values())


def warnings_of(snapshot: Snapshot | None) -> list[dict]:
    """Code and text of the warnings that the approval rested on; none in reports older than their being kept."""
    return [] if snapshot is None else json.loads(snapshot.content).get("warnings", [])


def _doubt(heading: Sentence, words: Sentence, row: Row | None) -> Problem:
    if row is None:
        return Problem("warning", heading, words)
    return Problem("warning", heading, words, row.score.id, row.criterion.code, row.criterion.name)


def _row_problems(row: Row) -> Iterator[tuple[str, Sentence, Sentence]]:
    """(severity, heading, sentence)."""
    score, explained = row.score, bool(row.score.explanation.strip())
    if not row.done:
        yield "error", *_undone(row)
    elif wrong_figures(row.criterion, figures_of(score)) is not None:
        yield "error", *_alone(Sentence("Số liệu đã lưu không hợp lệ; hãy nhập lại"))
    if score.na_claimed and not explained:
        yield "error", *_alone(Sentence("Đề nghị không áp dụng nhưng chưa nêu lý do"))
    forbidden = row.forbidden
    if forbidden is not None:
        yield "error", Sentence("Điểm tự chấm không phải điểm tính từ số liệu"), forbidden
    elif row.suggestion.nothing_to_do and score.self_points is not None and not explained:
        yield "error", *_alone(Sentence("Số liệu không phát sinh (tổng số bằng 0) nhưng chưa giải trình"))
    elif row.differs and not explained:
        yield "error", *_alone(Sentence("Điểm tự chấm khác điểm gợi ý nhưng chưa giải trình"))
    if row.criterion.evidence_required and score.self_points and not score.evidence:
        severity = "warning" if row.criterion.method == Method.PENALTY else "error"
        yield severity, *_alone(Sentence("Chưa có tài liệu kiểm chứng"))


def _undone(row: Row) -> tuple[Sentence, Sentence]:
    if row.suggestion.nothing_to_do and row.score.self_points is None:
        if not row.allows_deviation:
            return _alone(Sentence("Tổng số bằng 0: hãy đề nghị không áp dụng"))
        return _alone(Sentence("Tổng số bằng 0: hãy đề nghị không áp dụng hoặc giải trình"))
    missing = row.missing
    return _alone(Sentence("Chưa tự chấm")) if missing is None else (Sentence("Chưa nhập số liệu"), missing)


def _alone(words: Sentence) -> tuple[Sentence, Sentence]:
    """A sentence that is its own heading."""
    return words, words
