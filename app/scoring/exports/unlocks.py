"""What every report after an unlock says about it: what was opened, why, and which two people."""

from app.clock import PROVINCE_ZONE
from app.scoring.models import Round, Sheet, UnlockRequest
from app.scoring.queries.unlocks import confirmed_unlocks, subject_of
from app.web.documents import Paragraph


def unlock_lines(round_: Round) -> list[Paragraph]:
    """One line an unlock, in the order of time; none when nothing was unlocked."""
    return [Paragraph(text, align="left", italic=True) for text in unlock_texts(round_)]


def unlock_texts(round_: Round) -> list[str]:
    """The same as text, for below the tables of a workbook."""
    return [_said(request, f"lý do: {request.reason}; ") for request in confirmed_unlocks(round_)]


def own_unlock_texts(sheet: Sheet) -> list[str]:
    """For the unit's own report: without the reason, which may speak of another agency."""
    return [_said(request) for request in confirmed_unlocks(sheet.round, sheet)]


def _said(request: UnlockRequest, reason: str = "") -> str:
    at = request.decided_at.astimezone(PROVINCE_ZONE)
    people = f"{request.requested_by.full_name} (đề nghị), {request.decided_by.full_name} (xác nhận)"
    return (
        f"Đã mở khóa: {subject_of(request)} lúc {at:%H:%M %d/%m/%Y}; "
        f"{reason}hai người thực hiện: {people}."
    )
