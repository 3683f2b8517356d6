"""Kết quả từng tiêu chí of one agency after the conclusion: own, appraised, concluded and final points, and why."""

from datetime import datetime
from decimal import Decimal

from app.clock import local_date
from app.letterhead import spelt_out
from app.scoring.exports.cells import LEGEND, concluded_cell, final_cell, index_text, round_subject
from app.scoring.exports.detail import OUTCOME_COLUMNS
from app.scoring.exports.issuer import Issuer
from app.scoring.exports.unlocks import own_unlock_texts
from app.scoring.queries.own_outcome import OutcomeRow, OwnOutcome
from app.scoring.rules import format_points
from app.web.documents import AdministrativeDocument, Paragraph, Table
from app.web.documents import Column as DocumentColumn
from app.web.documents import Row as DocumentRow
from app.web.workbook import Row, Tab, write_workbook

_DOCUMENT_COLUMNS = (
    DocumentColumn("Mã", 14, align="center"),
    DocumentColumn("Tiêu chí", 58, indented=True),
    DocumentColumn("Điểm tối đa", 15, kind="points"),
    DocumentColumn("Số liệu, cách tính", 40),
    DocumentColumn("Tự chấm", 15, kind="points"),
    DocumentColumn("Thẩm định", 16, kind="points"),
    DocumentColumn("Kết luận", 15, kind="points"),
    DocumentColumn("Điểm cuối cùng", 16, kind="points"),
    DocumentColumn("Lý do thẩm định, kết luận", 62),
)


def outcome_workbook(found: OwnOutcome) -> bytes:
    """Every row as XLSX, one table."""
    sheet = found.sheet
    tab = Tab(
        name=sheet.agency.short_name or sheet.agency_name,
        titles=(
            f"KẾT QUẢ TỪNG TIÊU CHÍ – {sheet.agency_name}",
            round_subject(sheet.round),
            _result(found),
        ),
        columns=OUTCOME_COLUMNS,
        rows=[_row(row, found) for row in found.rows],
        notes=_notes(found),
        landscape=True,
        frozen=2,
    )
    title = f"Kết quả từng tiêu chí – {sheet.agency_name}"
    return write_workbook([tab], title=title, footer=sheet.round.name)


def outcome_document(found: OwnOutcome, issuer: Issuer, *, at: datetime) -> AdministrativeDocument:
    """The same as an administrative document, drawn from the frozen result; nobody signs it."""
    sheet = found.sheet
    return AdministrativeDocument(
        issuer_parent=issuer.committee,
        issuer=issuer.home_affairs,
        place=issuer.place,
        symbol=f"TB-{issuer.home_affairs_symbol}",
        date=local_date(sheet.round.concluded_at or at),
        title="Kết quả thẩm định, chấm điểm",
        subtitle=f"{round_subject(sheet.round)}\ncủa {spelt_out(sheet.agency_name)}",
        body=[
            Paragraph(_result(found), align="left", bold=True),
            Table(_DOCUMENT_COLUMNS, [_document_row(row, found) for row in found.rows]),
            *(Paragraph(text, align="left", italic=True) for text in _notes(found)),
        ],
        landscape=True,
    )


def _result(found: OwnOutcome) -> str:
    points, maximum = format_points(found.total.points), format_points(found.total.maximum)
    index = index_text(found.total.index, found.sheet.round)
    return f"Kết quả: {points}/{maximum} điểm" + (f", đạt {index}%." if index else ".")


def _notes(found: OwnOutcome) -> list[str]:
    frozen = [f"Mã đối chiếu (SHA-256) của kết quả đã chốt: {found.digest}"] if found.digest else []
    return [LEGEND, *own_unlock_texts(found.sheet), *frozen]


def _points(row: OutcomeRow, found: OwnOutcome) -> list[Decimal | str | None]:
    """Own, appraised, concluded, final; a field has its final points alone."""
    outcome = row.outcome
    if outcome is None:
        field = found.fields.get(row.criterion.code) if row.criterion.parent_id is None else None
        return [None, None, None, field and field.points]
    return [
        final_cell(outcome.self_final),
        final_cell(outcome.appraised),
        concluded_cell(outcome),
        final_cell(outcome.final),
    ]


def _maximum(row: OutcomeRow) -> Decimal | None:
    """None for the heading of bonuses and penalties, which add to no maximum; as in the self-assessment report."""
    return row.criterion.maximum if row.outcome is not None or row.criterion.maximum else None


def _row(row: OutcomeRow, found: OwnOutcome) -> Row:
    node, outcome = row.criterion, row.outcome
    head = [node.code, node.name, _maximum(row), row.basis, *_points(row, found)]
    if outcome is None:
        return Row([*head, None, None, None], bold=True)
    score = outcome.score
    return Row([*head, "\n".join(row.reasons), score.conclusion_reason, score.minutes_number])


def _document_row(row: OutcomeRow, found: OwnOutcome) -> DocumentRow:
    node = row.criterion
    cells = (node.code, node.name, _maximum(row), row.basis, *_points(row, found), _why(row))
    return DocumentRow(cells, level=node.level - 1, bold=row.outcome is None, heads=row.outcome is None)


def _why(row: OutcomeRow) -> str:
    if row.outcome is None:
        return ""
    score = row.outcome.score
    minutes = f" (Biên bản số {score.minutes_number})" if score.minutes_number else ""
    concluded = f"Kết luận: {score.conclusion_reason}{minutes}" if score.conclusion_reason else ""
    return "\n".join(filter(None, (*row.reasons, concluded)))
