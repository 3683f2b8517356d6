"""What an appraiser has given to scores that stop being theirs: it goes with the assignment, never counts alone."""

from datetime import datetime

from sqlalchemy import Row, exists, select

from app import audit
from app.errors import Conflict
from app.extensions import db
from app.holding import Held, hold_one
from app.models import Account
from app.scoring.models import Appraisal, AppraiserWork, Assignment, Criterion, Round, Score, Sheet
from app.scoring.operations.consolidation import finish_sheets
from app.scoring.operations.declaring import changes
from app.scoring.queries.assigned import Coverage
from app.scoring.rules import plain
from app.scoring.states import Matter, RoundState, WorkState


@changes(Matter.ASSIGNMENTS)
def release(held: Held[Assignment], appraiser: Account, *, actor: Account, at: datetime) -> None:
    """During appraisal: remove what ``appraiser`` gave to scores theirs through this assignment alone.

    ``Conflict`` once they have sent. The assignment itself is the caller's to delete or to give away.
    """
    assignment, round_ = held.row, held.parent.row
    if round_.state != RoundState.APPRAISING:
        return
    work = _held_work(round_, appraiser)
    coverage = Coverage(round_)
    lost = coverage.items_lost(assignment, appraiser)
    coverage.drop(assignment)
    if work is None or not lost:
        return
    if work.state == WorkState.SENT:
        raise Conflict("“%(name)s” đã gửi kết quả thẩm định; hãy mở khóa trước.", name=appraiser.full_name)
    _remove_appraisals(work, {item.score_id for item in lost}, actor=actor, at=at)
    if not coverage.items_of(appraiser.id) and not _has_given(work):
        db.session.delete(work)
    finish_sheets(held.parent, at=at, coverage=coverage)


def _held_work(round_: Round, appraiser: Account) -> AppraiserWork | None:
    """The appraiser's work, held until the commit: nothing is saved or sent meanwhile."""
    query = select(AppraiserWork).where(
        AppraiserWork.round_id == round_.id, AppraiserWork.appraiser_id == appraiser.id
    )
    held = hold_one(query)
    return None if held is None else held.row


def _given(work: AppraiserWork):
    return (
        select(Appraisal.id, Sheet.agency_name, Criterion.code, Appraisal.points, Appraisal.score_id)
        .join(Score, Score.id == Appraisal.score_id)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .where(Sheet.round_id == work.round_id, Appraisal.appraiser_id == work.appraiser_id)
        .order_by(Sheet.id, Criterion.position)
    )


def _has_given(work: AppraiserWork) -> bool:
    return bool(db.session.scalar(select(exists(_given(work).order_by(None)))))


def _remove_appraisals(work: AppraiserWork, score_ids: set[int], *, actor: Account, at: datetime) -> None:
    rows = [row for row in db.session.execute(_given(work)) if row.score_id in score_ids]
    if not rows:
        return
    for appraisal in db.session.scalars(select(Appraisal).where(Appraisal.id.in_([row.id for row in rows]))):
        db.session.delete(appraisal)
    audit.record(
        "appraisals_removed",
        work,
        actor=actor,
        at=at,
        label=str(work.appraiser),
        count=len(rows),
        points=[_said(row) for row in rows],
    )


def _said(row: Row) -> str:
    points = "không áp dụng" if row.points is None else plain(row.points)
    return f"{row.agency_name}, {row.code}: {points}"
