"""Chênh lệch: leaves where the appraisal is not what the agency gave itself, and how each was settled."""

from decimal import Decimal

from app.scoring.exports.cells import LEGEND, concluded_cell, final_cell, reasons_text
from app.scoring.exports.unlocks import unlock_texts
from app.scoring.models import Round
from app.scoring.queries.outcomes import Outcome, round_differences
from app.web.workbook import Column, Row, Tab, write_workbook

COLUMNS = (
    Column("Cơ quan, đơn vị", widest=30),
    Column("Mã"),
    Column("Tiêu chí"),
    Column("Điểm tối đa", "points"),
    Column("Tự chấm", "points"),
    Column("Thẩm định", "points"),
    Column("Chênh lệch", "points"),
    Column("Lý do của người thẩm định"),
    Column("Giải trình của cơ quan"),
    Column("Kết luận", "points"),
    Column("Lý do kết luận"),
    Column("Số biên bản", widest=20),
)


def differences_workbook(round_: Round) -> bytes:
    """Every difference of the round as XLSX, one table."""
    tab = Tab(
        name="Chênh lệch",
        titles=("CHÊNH LỆCH GIỮA TỰ CHẤM VÀ THẨM ĐỊNH", round_.name),
        columns=COLUMNS,
        rows=[_row(outcome) for outcome in round_differences(round_)],
        notes=(LEGEND, *unlock_texts(round_)),
        landscape=True,
        frozen=2,
    )
    return write_workbook([tab], title=f"Chênh lệch – {round_.name}", footer=round_.name)


def _row(outcome: Outcome) -> Row:
    score = outcome.score
    return Row(
        [
            score.sheet.agency_name,
            score.criterion.code,
            score.criterion.name,
            score.criterion.maximum,
            final_cell(outcome.self_final),
            final_cell(outcome.appraised),
            _difference(outcome),
            reasons_text(outcome),
            score.answer or score.explanation,
            concluded_cell(outcome),
            score.conclusion_reason,
            score.minutes_number,
        ]
    )


def _difference(outcome: Outcome) -> Decimal | None:
    """Appraised less self; none where one side has no points."""
    own, given = outcome.self_final.points, outcome.appraised.points
    return None if own is None or given is None else given - own
