"""The table of scores: points of agencies on criteria, for any stage."""

from decimal import Decimal
from typing import NamedTuple

from app.errors import Refused, Sentence
from app.points import may_group
from app.scoring.imports.cells import Unique, read_yes_no, require
from app.scoring.imports.finding import Findings, Imported
from app.scoring.imports.table import AS_IT_IS, Column, Reading, TableRow, read_table
from app.scoring.rules import to_points

COLUMNS = (
    Column("agency_code", ("Mã cơ quan", "Cơ quan"), required=True, kind="code"),
    Column("criterion_code", ("Mã tiêu chí", "Tiêu chí"), required=True, kind="code"),
    Column("points", ("Điểm",), required=True, kind="number"),
    Column("not_applicable", ("Không áp dụng",)),
    Column("reason", ("Lý do",)),
    # Of the table of survey points that we hand out.
    Column("agency_name", ("Tên cơ quan, đơn vị",), is_read=False),
    Column("criterion_name", ("Nội dung",), is_read=False),
    Column("maximum", ("Điểm tối đa",), is_read=False),
)


class ScoreRow(NamedTuple):
    """``points`` is None exactly when the criterion does not apply (or the file has an error there).

    ``typed`` is the text of points such as 1.500, to be read once more when it is known how many there are.
    """

    agency_code: str
    criterion_code: str
    points: Decimal | None
    not_applicable: bool
    reason: str
    row: int
    typed: str = ""


def parse_scores(data: bytes, filename: str, reading: Reading = AS_IT_IS) -> Imported[ScoreRow]:
    table = read_table(data, filename, COLUMNS, reading)
    findings = Findings(table.findings)
    pairs = Unique("criterion_code", "duplicate_score", findings)
    scores = []
    for row in table.rows:
        score = _score(row, findings)
        pair = (score.agency_code, score.criterion_code)
        if all(pair) and pairs.is_first(row, pair, " – ".join(pair)):
            scores.append(score)
    return Imported(scores, findings.in_order(), table.present)


def _score(row: TableRow, findings: Findings) -> ScoreRow:
    agency = require(row, "agency_code", "missing_agency", Sentence("Thiếu mã cơ quan."), findings)
    criterion = require(row, "criterion_code", "missing_criterion", Sentence("Thiếu mã tiêu chí."), findings)
    not_applicable = read_yes_no(row, "not_applicable", findings)
    points = None if not_applicable else _points(row, findings)
    if not_applicable and row.cells["points"]:
        message = Sentence("Tiêu chí không áp dụng nên bỏ qua điểm đã ghi.")
        findings.warning(row.number, "points", "points_ignored", message)
    text = row.cells["points"]
    typed = text if points is not None and "points" not in row.numeric and may_group(text) else ""
    return ScoreRow(agency, criterion, points, not_applicable, row.cells["reason"], row.number, typed)


def _points(row: TableRow, findings: Findings) -> Decimal | None:
    text = require(row, "points", "missing_points", Sentence("Thiếu điểm."), findings)
    if not text:
        return None
    try:
        points = to_points(text)
    except Refused as refusal:
        findings.error(row.number, "points", "bad_points", refusal.sentence)
        return None
    if points < 0:
        message = Sentence("Điểm không được âm; điểm trừ cũng ghi bằng số dương.")
        findings.error(row.number, "points", "bad_points", message)
    return points
