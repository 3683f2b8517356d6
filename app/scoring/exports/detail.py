"""Chi tiết: every leaf of an agency from its own points to the final ones; the unit's report as XLSX."""

from app.scoring.exports.cells import (
    LEGEND,
    NOT_APPLICABLE,
    concluded_cell,
    final_cell,
    ground_cell,
    index_text,
    is_told,
    reasons_text,
    round_notes,
    round_subject,
)
from app.scoring.exports.content import Content, ContentRow, report_content
from app.scoring.exports.issuer import Issuer
from app.scoring.exports.report import DRAFT, not_applicable_told, report_title
from app.scoring.exports.unlocks import own_unlock_texts
from app.scoring.models import Criterion, Round, Sheet
from app.scoring.queries.outcomes import Outcome, round_outcomes
from app.scoring.queries.outlines import round_outlines
from app.scoring.queries.standings import Line, Standings, round_standings
from app.scoring.rules import format_points
from app.web.workbook import Column, Row, Tab, write_workbook

OUTCOME_COLUMNS = (
    Column("Mã"),
    Column("Tiêu chí", widest=60),
    Column("Điểm tối đa", "points"),
    Column("Số liệu, cách tính"),
    Column("Tự chấm", "points"),
    Column("Thẩm định", "points"),
    Column("Kết luận", "points"),
    Column("Điểm cuối cùng", "points"),
    Column("Lý do của người thẩm định"),
    Column("Lý do kết luận"),
    Column("Số biên bản", widest=20),
)
_REPORT_COLUMNS = (
    Column("Mã"),
    Column("Tiêu chí", widest=60),
    Column("Điểm tối đa", "points"),
    Column("Số liệu, cách tính"),
    Column("Điểm tự chấm", "points"),
    Column("Giải trình"),
    Column("Tài liệu kiểm chứng"),
)


def detail_workbook(round_: Round) -> bytes:
    """A tab an agency, groups and ranks in the order of the ranking."""
    standings, outlines, outcomes = round_standings(round_), round_outlines(round_), round_outcomes(round_)
    notes = round_notes(standings)
    tabs = [
        _tab(standings, line, outlines[line.sheet.criteria_set_id], outcomes.get(line.sheet.id, []), notes)
        for line in standings.lines
    ]
    return write_workbook(tabs, title=f"Chi tiết – {round_.name}", footer=round_.name)


def _tab(
    standings: Standings, line: Line, outline: list[Criterion], outcomes: list[Outcome], notes: list[str]
) -> Tab:
    sheet, round_ = line.sheet, standings.round
    by_leaf = {outcome.score.criterion_id: outcome for outcome in outcomes}
    total = f"{format_points(line.total.points)}/{format_points(line.total.maximum)} điểm"
    index = index_text(line.index, round_)
    return Tab(
        name=sheet.agency.short_name or sheet.agency_name,
        titles=(
            sheet.agency_name,
            round_subject(round_),
            f"Kết quả: {total}" + (f" = {index}%" if index else ""),
        ),
        columns=OUTCOME_COLUMNS,
        rows=[_row(node, by_leaf.get(node.id), line) for node in outline],
        notes=notes,
        landscape=True,
        frozen=2,
    )


def _row(node: Criterion, outcome: Outcome | None, line: Line) -> Row:
    """A node above the leaves has a name and a maximum; a field also its points so far."""
    head = [node.code, node.name, node.maximum]
    if outcome is None:
        field = line.fields.get(node.code) if node.parent_id is None else None
        return Row([*head, None, None, None, None, field and field.points, None, None, None], bold=True)
    score = outcome.score
    return Row(
        [
            *head,
            ground_cell(score),
            final_cell(outcome.self_final),
            final_cell(outcome.appraised),
            concluded_cell(outcome),
            final_cell(outcome.final),
            reasons_text(outcome),
            score.conclusion_reason,
            score.minutes_number,
        ]
    )


def sheet_workbook(sheet: Sheet, issuer: Issuer) -> bytes:
    """The unit's own report: the approved content with its verification code, or a draft marked as one."""
    content = report_content(sheet)
    code = content.snapshot.code if content.snapshot else None
    tab = Tab(
        name=sheet.agency.short_name or content.agency_name,
        titles=_report_titles(content),
        columns=_REPORT_COLUMNS,
        rows=[_report_row(node, content.rows.get(node.code)) for node in content.outline],
        notes=(LEGEND, *own_unlock_texts(sheet), *_proof(content, issuer)),
        landscape=True,
        frozen=2,
    )
    footer = f"Mã xác thực: {code}" if code else DRAFT
    return write_workbook([tab], title=f"Kết quả tự chấm điểm – {content.agency_name}", footer=footer)


def _report_titles(content: Content) -> list[str]:
    points, maximum = format_points(content.points), format_points(content.maximum)
    index = index_text(content.total.index, content.sheet.round)
    reached = f" = {index}%" if index else ""
    return [
        report_title(content),
        *([] if is_told(content.round_name, report_title(content)) else [content.round_name]),
        f"Tổng điểm tự chấm: {points}/{maximum} điểm{reached}",
        *([DRAFT] if content.snapshot is None else [f"Người phê duyệt: {content.approved_by}"]),
    ]


def _report_row(node: Criterion, row: ContentRow | None) -> Row:
    if row is None:
        return Row([node.code, node.name, node.maximum or None, None, None, None, None], bold=True)
    points = NOT_APPLICABLE if row.not_applicable else row.points
    explained = "\n".join(filter(None, (not_applicable_told(row), row.explanation)))
    return Row([row.code, row.name, row.maximum, row.ground, points, explained, "\n".join(row.evidence)])


def _proof(content: Content, issuer: Issuer) -> list[str]:
    snapshot = content.snapshot
    if snapshot is None:
        return []
    return [
        f"Mã xác thực: {snapshot.code}",
        f"Địa chỉ kiểm tra: {issuer.verification_url(snapshot.code)}",
        f"Mã băm SHA-256: {snapshot.digest}",
    ]
