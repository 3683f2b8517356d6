"""Sheets are appraised when everybody has sent, and the round consolidates by itself (Đ.11.1)."""

from datetime import datetime

from sqlalchemy import func, select

from app import audit
from app.extensions import db
from app.holding import Held
from app.row_access import system_access
from app.scoring.models import Round, Sheet
from app.scoring.operations.holding import hold_sheets
from app.scoring.operations.turns import tell_turn
from app.scoring.queries.appraisals import round_works
from app.scoring.queries.assigned import Coverage
from app.scoring.states import RoundState, SheetState, WorkState, round_step, sheet_step


@system_access("every appraiser of the round has sent")
def finish_sheets(held: Held[Round], *, at: datetime, coverage: Coverage | None = None) -> None:
    """A sheet is appraised when every leaf has appraisers and all have sent; the round when all its sheets are."""
    round_, sheets = held.row, [held_sheet.row for held_sheet in hold_sheets(held)]
    waiting = {work.appraiser_id for work in round_works(round_) if work.state != WorkState.SENT}
    coverage = coverage or Coverage(round_)
    open_sheets = {item.sheet_id for item in coverage.items if _is_open(coverage.appraisers(item), waiting)}
    for sheet in sheets:
        if sheet.state == SheetState.APPRAISING and sheet.id not in open_sheets:
            sheet.state = sheet_step("finish", sheet.state).target
    db.session.flush()
    consolidate_if_done(held, at=at)


def _is_open(appraisers: set[int], waiting: set[int]) -> bool:
    return not appraisers or bool(appraisers & waiting)


def consolidate_if_done(held: Held[Round], *, at: datetime) -> bool:
    """Aggregate by itself when every sheet is appraised (Đ.11.1)."""
    round_ = held.row
    if round_.state != RoundState.APPRAISING:
        return False
    waiting = db.session.scalar(
        select(func.count())
        .select_from(Sheet)
        .where(Sheet.round_id == round_.id, Sheet.state != SheetState.APPRAISED)
    )
    if waiting:
        return False
    round_.state = round_step("consolidate", round_.state).target
    audit.record("round_consolidated", round_, actor=None, at=at)
    tell_turn("consolidated", round_, actor=None, at=at)
    return True
