"""When an agency was last reminded to send its sheet, by whom and how."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.scoring.models import Reminder, Round, Sheet


def last_reminders(round_: Round, sheet_ids: Collection[int] | None = None) -> dict[int, Reminder]:
    """Sheet id → its latest reminder, of the round's sheets or of these; one statement."""
    latest = select(func.max(Reminder.id)).join(Sheet, Sheet.id == Reminder.sheet_id)
    latest = latest.where(Sheet.round_id == round_.id).group_by(Reminder.sheet_id)
    if sheet_ids is not None:
        latest = latest.where(Reminder.sheet_id.in_(sheet_ids))
    query = select(Reminder).where(Reminder.id.in_(latest)).options(joinedload(Reminder.by))
    return {reminder.sheet_id: reminder for reminder in db.session.scalars(query).unique()}
