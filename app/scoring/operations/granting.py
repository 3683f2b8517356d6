"""What Sở Nội vụ grants a unit and asks of it: its sheet given back, a later deadline (Đ.9, 12.2)."""

from datetime import datetime

from app import audit
from app.accounts import require_manager
from app.clock import written
from app.errors import Conflict, Refused, Sentence
from app.extensions import db
from app.holding import Held
from app.models import Account
from app.scoring.models import Extension, Sheet
from app.scoring.operations.declaring import changes
from app.scoring.operations.sheets import withdraw
from app.scoring.operations.telling import people_of, tell
from app.scoring.queries.sheets import deadline_of
from app.scoring.states import Matter, SheetState, sheet_step


def require_returnable(sheet: Sheet, reason: str, new_deadline: datetime, *, at: datetime) -> None:
    """Sent, not concluded; a reason, and a deadline that is still to come."""
    sheet_step("return", sheet.state)
    if not reason.strip():
        raise Refused("Phải nêu lý do trả lại.", field="reason")
    if new_deadline <= at:
        raise Refused("Thời hạn mới phải ở sau thời điểm hiện tại.", field="deadline")


@changes(Matter.REPORT)
def return_sheet(
    held: Held[Sheet], reason: str, new_deadline: datetime, *, actor: Account, at: datetime
) -> None:
    """Return to the agency with a reason and a new deadline; appraisals stay as history.

    The second of two managers does it (``unlocking.py``).
    """
    require_manager(actor)
    sheet = held.row
    require_returnable(sheet, reason, new_deadline, at=at)
    withdraw(held)
    sheet.return_reason = reason.strip()
    _add_extension(sheet, new_deadline, "", reason, actor, at)
    audit.record("sheet_returned", sheet, actor=actor, at=at, reason=reason, deadline=new_deadline)
    said = {"round": sheet.round.name, "reason": reason.strip()}
    notify_agency(sheet, Sentence("Phiếu “%(round)s” được trả lại: %(reason)s", said), at=at)


@changes(Matter.DEADLINES)
def extend(
    held: Held[Sheet], deadline: datetime, decision_number: str, reason: str, *, actor: Account, at: datetime
) -> Extension:
    """A later deadline for one agency, with the decision's number and reason."""
    require_manager(actor)
    sheet = held.row
    if sheet.state not in (SheetState.DRAFT, SheetState.APPROVED):
        raise Conflict("Phiếu đã gửi nên không cần gia hạn.")
    if deadline <= at or deadline <= deadline_of(sheet):
        raise Refused("Thời hạn gia hạn phải sau hiện tại và sau thời hạn đang áp dụng.", field="deadline")
    if not decision_number.strip() or not reason.strip():
        raise Refused("Phải ghi số văn bản cho phép và lý do gia hạn.", field="decision_number")
    extension = _add_extension(sheet, deadline, decision_number, reason, actor, at)
    audit.record("deadline_extended", sheet, actor=actor, at=at, deadline=deadline, number=decision_number)
    said = {"round": sheet.round.name, "time": written(deadline)}
    notify_agency(sheet, Sentence("“%(round)s”: cơ quan được gia hạn đến %(time)s.", said), at=at)
    return extension


def _add_extension(sheet, deadline, decision_number, reason, actor, at) -> Extension:
    extension = Extension(
        sheet=sheet,
        deadline=deadline,
        decision_number=decision_number.strip(),
        reason=reason.strip(),
        granted_by_id=actor.id,
        granted_at=at,
    )
    db.session.add(extension)
    return extension


def notify_agency(
    sheet: Sheet, sentence: Sentence, *, at: datetime, mail: bool = False, page: str = ""
) -> int:
    """Tell every active data-entry account of the sheet's agency; ``page`` is the sheet's page where it is done."""
    return tell(people_of(sheet), sheet, sentence, at=at, mail=mail, page=page)
