"""The audit trail: its chains hold, and the great acts stand on it in the transaction of the act itself."""

from collections.abc import Iterator

from sqlalchemy import String, cast, exists, select

from app import audit
from app.models import AuditEvent
from app.scoring.checks.rules import named, rule
from app.scoring.models import AppraiserWork, Round, Sheet, Snapshot
from app.scoring.states import RoundState, WorkState


@rule("Chuỗi nhật ký phải liền mạch")
def chains_unbroken() -> Iterator[str]:
    for chain, place, event_id in audit.broken_links():
        yield f"chuỗi {chain}, mắt xích {place}, sự kiện {event_id or 'bị mất'}"


def _told(action: str, thing, object_type: str, number):
    return (
        exists()
        .where(
            AuditEvent.action == action,
            AuditEvent.object_type == object_type,
            AuditEvent.object_id == cast(number, String),
        )
        .correlate(thing)
    )


@rule("Mỗi lần duyệt báo cáo phải có trong nhật ký")
def approvals_on_the_trail() -> Iterator[str]:
    told = _told("sheet_approved", Snapshot, "Sheet", Snapshot.sheet_id)
    return named("bản đóng băng", select(Snapshot.id, Snapshot.code).where(~told))


@rule("Mỗi lần gửi báo cáo phải có trong nhật ký")
def sendings_on_the_trail() -> Iterator[str]:
    told = _told("sheet_sent", Sheet, "Sheet", Sheet.id)
    query = select(Sheet.id, Sheet.receipt_number).where(Sheet.submitted_at.is_not(None))
    return named("phiếu", query.where(~told))


@rule("Mỗi lần gửi kết quả thẩm định phải có trong nhật ký")
def appraisals_on_the_trail() -> Iterator[str]:
    told = _told("appraisal_sent", AppraiserWork, "AppraiserWork", AppraiserWork.id)
    query = select(AppraiserWork.id, AppraiserWork.receipt_number).where(
        AppraiserWork.state == WorkState.SENT, ~AppraiserWork.receipt_number.startswith("TEP-")
    )
    return named("phần thẩm định", query.where(~told))


@rule("Mỗi lần kết luận kỳ phải có trong nhật ký")
def conclusions_on_the_trail() -> Iterator[str]:
    told = _told("round_concluded", Round, "Round", Round.id)
    query = select(Round.id, Round.name).where(Round.state == RoundState.CONCLUDED)
    return named("kỳ", query.where(~told))
