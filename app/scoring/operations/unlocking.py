"""Opening again what an appraiser has sent: one manager asks with a reason, another one confirms or refuses."""

from datetime import datetime

from sqlalchemy import select

from app import audit
from app.accounts import MANAGER, notify, require_manager
from app.errors import Conflict, NotAllowed, Refused
from app.extensions import db
from app.models import Account
from app.scoring.models import AppraiserWork, UnlockRequest
from app.scoring.operations.appraisals import require_unlockable, unlock_work
from app.scoring.queries.unlocks import waiting_unlock


def request_unlock(work: AppraiserWork, reason: str, *, actor: Account, at: datetime) -> UnlockRequest:
    """Ask for the unlock; nothing opens yet. Every other manager is told."""
    require_manager(actor)
    require_unlockable(work)
    if not reason.strip():
        raise Refused("Phải nêu lý do mở khóa.", field="reason")
    if waiting_unlock(work) is not None:
        raise Conflict("Đã có đề nghị mở khóa đang chờ quản lý khác xác nhận.")
    request = UnlockRequest(
        round_id=work.round_id, work=work, reason=reason.strip(), requested_by=actor, requested_at=at
    )
    db.session.add(request)
    who = str(work.appraiser)
    audit.record("unlock_requested", request, actor=actor, at=at, label=who, reason=reason.strip())
    for manager in _other_managers(actor):
        notify(manager, f"Chờ xác nhận mở khóa thẩm định: {who}.", at=at, url=_page(work))
    return request


def confirm_unlock(request: UnlockRequest, *, actor: Account, at: datetime) -> None:
    """The second manager agrees and the work opens; who asked cannot be who confirms."""
    require_manager(actor)
    _require_waiting(request)
    if actor.id == request.requested_by_id:
        raise NotAllowed("Người đề nghị mở khóa không được tự xác nhận; cần một tài khoản quản lý khác.")
    unlock_work(request.work, request.reason, actor=actor, at=at)
    _decide(request, "confirmed", actor, at)
    audit.record(
        "unlock_confirmed",
        request,
        actor=actor,
        at=at,
        label=str(request.work.appraiser),
        reason=request.reason,
        requested_by=request.requested_by.username,
    )


def refuse_unlock(request: UnlockRequest, *, actor: Account, at: datetime) -> None:
    """Another manager says no, or the one who asked takes it back; the work stays as sent."""
    require_manager(actor)
    _require_waiting(request)
    _decide(request, "refused", actor, at)
    audit.record("unlock_refused", request, actor=actor, at=at, label=str(request.work.appraiser))


def _decide(request: UnlockRequest, state: str, actor: Account, at: datetime) -> None:
    request.state, request.decided_by, request.decided_at = state, actor, at
    if actor.id != request.requested_by_id:
        done = "Đã xác nhận" if state == "confirmed" else "Không xác nhận"
        notify(request.requested_by, f"{done} mở khóa thẩm định: {request.work.appraiser}.", at=at)


def _require_waiting(request: UnlockRequest) -> None:
    if request.state != "pending":
        raise Conflict("Đề nghị này đã được xử lý.")


def _other_managers(actor: Account) -> list[Account]:
    query = select(Account).where(Account.active, Account.id != actor.id, Account.roles.any(name=MANAGER))
    return list(db.session.scalars(query.order_by(Account.id)).unique())


def _page(work: AppraiserWork) -> str:
    return f"/differences/{work.round_id}/appraisers#work-{work.id}"
