"""What the unit's entry screens need beside the sheet's page: why it is closed, last year's values, live totals."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.errors import Sentence
from app.extensions import db
from app.figures import write_figure
from app.row_access import system_access
from app.scoring.imports.entry_cells import Cells
from app.scoring.models import Criterion, Evidence, LeaderComment, Round, Score, ScoreEvidence, Sheet
from app.scoring.queries.doneness import done_clause
from app.scoring.queries.sheets import Row, can_enter, deadline_of, figures_of
from app.scoring.queries.standings import leaf_of, sent_points
from app.scoring.rules import (
    GROUNDS,
    Final,
    Standing,
    Total,
    field_totals,
    final_points,
    format_points,
    lacking,
    total,
)
from app.scoring.states import SHEET_NAMES, RoundState, SheetState


@dataclass(frozen=True)
class Tally:
    """Self totals and progress of a sheet; ``fields`` maps a field's code to (total, done, to do).

    ``comments`` of the leader that are open.
    """

    total: Total
    done: int
    to_do: int
    fields: dict[str, tuple[Total, int, int]]
    comments: int = 0


def closed_reason(sheet: Sheet, at: datetime) -> Sentence | None:
    """Why nobody can fill in the sheet now, or None when its own agency can."""
    if can_enter(sheet, at):
        return None
    if sheet.state == SheetState.APPROVED:
        return Sentence("Báo cáo đã được duyệt nên nội dung đã khóa; lãnh đạo có thể mở lại trước khi gửi.")
    if sheet.state != SheetState.DRAFT:
        name = SHEET_NAMES[SheetState(sheet.state)]
        return Sentence("Phiếu ở trạng thái “%(state)s” nên chỉ còn xem được.", {"state": name})
    if at > deadline_of(sheet):
        return Sentence("Đã hết thời hạn nhập liệu; phiếu chỉ còn xem được.")
    return Sentence("Kỳ chấm điểm không mở để nhập liệu; phiếu chỉ còn xem được.")


def tally(sheet: Sheet) -> Tally:
    """The small answer after a row was saved: totals and progress in one statement."""
    columns = (Criterion.code, Criterion.field_code, Criterion.maximum, Criterion.method, Criterion.caps)
    query = (
        select(
            *columns,
            (Score.na_by_rule | Score.na_claimed).label("off"),
            ((Criterion.assessed_by == "self") & ~Score.na_by_rule).label("own"),
            done_clause().label("done"),
            Score.self_points,
            _open_comments(sheet.id).label("comments"),
        )
        .join(Criterion, Criterion.id == Score.criterion_id)
        .where(Score.sheet_id == sheet.id)
        .order_by(Criterion.position)
    )
    rows = db.session.execute(query).all()
    standings = [Standing(leaf_of(row), not row.off, None if row.off else row.self_points) for row in rows]
    counted = [(row.field_code, bool(row.done)) for row in rows if row.own]
    fields = {
        code: (found, sum(done for field, done in counted if field == code), _count(counted, code))
        for code, found in field_totals(standings).items()
    }
    comments = rows[0].comments if rows else 0
    return Tally(total(standings), sum(done for _field, done in counted), len(counted), fields, comments)


def _open_comments(sheet_id: int) -> ScalarSelect[int]:
    is_open = LeaderComment.sheet_id == sheet_id, LeaderComment.settled_at.is_(None)
    return select(func.count()).select_from(LeaderComment).where(*is_open).scalar_subquery()


def _count(counted: list[tuple[str, bool]], code: str) -> int:
    return sum(field == code for field, _done in counted)


def previous_scores(sheet: Sheet) -> dict[str, Score]:
    """Criterion code → the agency's score in the programme's round of a year before, or else in the last before this.

    With its criterion, evidence, sheet and round; two statements.
    """
    period = sheet.round.period
    year_before = f"{int(period[:4]) - 1}{period[4:]}"
    before = (
        select(Sheet.id)
        .join(Round, Round.id == Sheet.round_id)
        .where(
            Sheet.agency_id == sheet.agency_id,
            Round.programme == sheet.round.programme,
            Round.period_end < sheet.round.period_end,
            Round.state != RoundState.PREPARING,
        )
        .order_by((Round.period == year_before).desc(), Round.period_end.desc(), Round.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(Criterion.code, Score)
        .join(Score.criterion)
        .join(Score.sheet)
        .where(Score.sheet_id == before, ~Score.na_by_rule)
        .options(
            contains_eager(Score.criterion),
            contains_eager(Score.sheet).joinedload(Sheet.round),
            selectinload(Score.evidence).joinedload(Evidence.file),
        )
    )
    return {key: value for key, value in db.session.execute(query)}


def before_values(criterion: Criterion, before: Score) -> dict[str, Any]:
    """What taking last year's row over types: figures as this year's row reads them, points where there were none."""
    figures = {
        one.letter: write_figure(value, one.kind)
        for one in criterion.asked
        if (value := getattr(before, f"figure_{one.letter}")) is not None
    }
    founded = GROUNDS[criterion.ground] and not lacking(criterion.ground, before)
    typed = "" if founded or before.self_points is None else format_points(before.self_points)
    words = {"explanation": before.explanation, "na": before.na_claimed}
    return {"option": before.option, "points": typed, **figures, **words}


def previous_evidence(score: Score) -> list[Evidence]:
    """What proved the same criterion in the agency's earlier rounds of the programme, newest first."""
    query = (
        select(Evidence)
        .join(ScoreEvidence, ScoreEvidence.evidence_id == Evidence.id)
        .join(Score, Score.id == ScoreEvidence.score_id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .join(Round, Round.id == Sheet.round_id)
        .where(
            Sheet.agency_id == score.sheet.agency_id,
            Sheet.id != score.sheet_id,
            Round.programme == score.sheet.round.programme,
            Criterion.code == score.criterion.code,
        )
        .options(joinedload(Evidence.file))
        .order_by(Evidence.id.desc())
        .limit(20)
    )
    return list(db.session.scalars(query).unique())


def kept_cells(row: Row) -> Cells:
    """What the row's form shows; its points are empty where they are those that the figures give."""
    score, figures = row.score, figures_of(row.score)
    typed = row.differs or row.suggestion.points is None
    return Cells(
        figures.option,
        figures.a,
        figures.b,
        figures.n,
        score.self_points if typed else None,
        score.na_claimed,
        score.explanation,
    )


def asked_scores(sheet: Sheet) -> list[Score]:
    """Scores of the sheet that the agency was asked to explain, in the set's order."""
    query = (
        select(Score)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .where(Score.sheet_id == sheet.id, Score.asked_at.is_not(None))
        .options(joinedload(Score.criterion))
        .order_by(Criterion.position)
    )
    return list(db.session.scalars(query))


@system_access("means of the appraisals of an agency's own rows")
def appraised(sheet: Sheet) -> dict[int, Final]:
    """Score id → what its appraisers gave on average, shown to the agency once the round is consolidated."""
    if sheet.round.state not in (RoundState.CONSOLIDATED, RoundState.CONCLUDED):
        return {}
    sent = sent_points(sheet.round, sheet.id)
    return {score_id: final_points(None, False, points) for score_id, points in sent.items()}
