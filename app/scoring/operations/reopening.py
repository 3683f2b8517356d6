"""Opening a concluded round again: the frozen record stays, the result is taken back until the next conclusion."""

from datetime import datetime

from sqlalchemy import select

from app import audit
from app.accounts import require_manager
from app.extensions import db
from app.holding import Held
from app.models import Account
from app.scoring.models import Result, Round
from app.scoring.operations.holding import hold_sheets
from app.scoring.operations.publishing import end_publication
from app.scoring.operations.turns import tell_turn
from app.scoring.queries.records import record_of
from app.scoring.states import SheetState, Step, round_step


def require_reopenable(round_: Round) -> Step:
    """Raises ``Conflict`` when the round is not concluded."""
    return round_step("unlock", round_.state)


def reopen_round(held: Held[Round], reason: str, *, actor: Account, at: datetime) -> None:
    """Back to consolidated and off the public page; the second of two managers does it (``unlocking.py``)."""
    require_manager(actor)
    round_ = held.row
    sheets = hold_sheets(held)
    step = require_reopenable(round_)
    record = record_of(round_)
    for result in db.session.scalars(select(Result).where(Result.round_id == round_.id)):
        db.session.delete(result)
    for sheet in sheets:
        sheet.row.state = SheetState.APPRAISED
    end_publication(held, reason, actor=actor, at=at)
    round_.state, round_.concluded_at = step.target, None
    audit.record(
        "round_reopened", round_, actor=actor, at=at, reason=reason, record=record.digest if record else None
    )
    tell_turn("reopened", round_, actor=actor, at=at)
