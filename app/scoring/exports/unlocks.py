"""What every report after an unlock says about it: what was opened, why, and which two people."""

from app.clock import PROVINCE_ZONE
from app.scoring.models import Round, UnlockRequest
from app.scoring.queries.unlocks import confirmed_unlocks, subject_of
from app.web.documents import Paragraph


def unlock_lines(round_: Round) -> list[Paragraph]:
    """One line an unlock, in the order of time; none when nothing was unlocked."""
    return [Paragraph(_said(request), align="left", italic=True) for request in confirmed_unlocks(round_)]


def _said(request: UnlockRequest) -> str:
    at = request.decided_at.astimezone(PROVINCE_ZONE)
    people = f"{request.requested_by.full_name} (đề nghị), {request.decided_by.full_name} (xác nhận)"
    return (
        f"Đã mở khóa: {subject_of(request)} lúc {at:%H:%M %d/%m/%Y}; "
        f"lý do: {request.reason}; hai người thực hiện: {people}."
    )
