"""In every request of every test: what a freeze reads is written only while what it belongs to is held.

The types say so of the operations (``app/holding.py``); this says so of whatever else might write: a register, a
grid cell, a line of a view.
"""

from collections.abc import Iterator

from flask import has_request_context
from sqlalchemy import event
from sqlalchemy.orm import Session

from app import holding
from app.scoring.models import (
    Appraisal,
    AppraiserWork,
    Assignment,
    CriteriaSet,
    Criterion,
    Evidence,
    Extension,
    FailedCondition,
    GradeBand,
    LeaderComment,
    Round,
    RoundSet,
    Score,
    Sheet,
    SignedScan,
    Snapshot,
    SurveyCampaign,
    UnlockRequest,
)

# Class → which held rows let one of its rows be written: the row itself, or a class and the column that names it.
OWN = (Round, Sheet, AppraiserWork, CriteriaSet, Evidence)
PARENTS = {
    Score: {Sheet: "sheet_id"},
    Snapshot: {Sheet: "sheet_id"},
    SignedScan: {Sheet: "sheet_id"},
    Extension: {Sheet: "sheet_id"},
    FailedCondition: {Sheet: "sheet_id"},
    LeaderComment: {Sheet: "sheet_id"},
    Assignment: {Round: "round_id"},
    AppraiserWork: {Round: "round_id"},
    GradeBand: {Round: "round_id"},
    RoundSet: {Round: "round_id"},
    SurveyCampaign: {Round: "round_id"},
    UnlockRequest: {Round: "round_id", Sheet: "sheet_id", AppraiserWork: "work_id"},
    Criterion: {CriteriaSet: "criteria_set_id"},
}
MADE_FREELY = (Round, CriteriaSet, Evidence)


@event.listens_for(Session, "before_flush")
def _look(session: Session, _context, _instances) -> None:
    if has_request_context():
        unheld = [row for row in _written(session) if not _is_held(row, session)]
        assert not unheld, f"written without being held: {unheld}"


def _written(session: Session) -> Iterator[object]:
    kinds = (*OWN, *PARENTS, Appraisal)
    for row in (*session.new, *session.deleted, *session.dirty):
        if not isinstance(row, kinds) or (row in session.new and isinstance(row, MADE_FREELY)):
            continue
        if row in session.deleted or session.is_modified(row):
            yield row


def _is_held(row: object, session: Session) -> bool:
    held = holding._held_here()
    if row in held:
        return True
    if isinstance(row, Appraisal):
        return any(isinstance(work, AppraiserWork) and work.appraiser_id == row.appraiser_id for work in held)
    parents = {Round: "round_id"} if isinstance(row, Sheet) and row in session.new else PARENTS.get(type(row), {})
    wanted = {(kind, _number(row, column, kind)) for kind, column in parents.items()}
    made = {parent for parent in session.new if isinstance(parent, MADE_FREELY)}
    return any((type(parent), parent.id) in wanted or _lists(parent, row) for parent in held | made)


def _lists(parent: object, row: object) -> bool:
    """A new grade band is only in its round's list before the flush."""
    return isinstance(parent, Round) and row in parent.__dict__.get("bands", ())


def _number(row: object, column: str, kind: type) -> int | None:
    """The parent's id; before the first flush only the related row may tell."""
    number = getattr(row, column)
    related = getattr(row, column.removesuffix("_id"), None) if number is None else None
    return getattr(related, "id", None) if related is not None else number
