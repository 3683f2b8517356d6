"""Opening again what is sent or concluded: one manager asks with a reason, another one confirms or refuses.

An appraiser's sent work, an agency's sent sheet and a round's concluded result open in this way only.
"""

from datetime import datetime

from app import audit, four_eyes
from app.accounts import notify, require_manager, working_managers
from app.errors import Conflict, Refused, Sentence
from app.extensions import db
from app.holding import Held, hold_row
from app.models import Account
from app.scoring.models import AppraiserWork, Round, Sheet, UnlockRequest
from app.scoring.operations.appraisals import require_same_round, require_unlockable, unlock_work
from app.scoring.operations.declaring import changes
from app.scoring.operations.granting import require_returnable, return_sheet
from app.scoring.operations.reopening import reopen_round, require_reopenable
from app.scoring.queries.unlocks import page_of, subject_of, waiting_unlock
from app.scoring.states import Matter


@changes(Matter.WORKS)
def request_unlock(
    held_round: Held[Round], held: Held[AppraiserWork], reason: str, *, actor: Account, at: datetime
) -> UnlockRequest:
    """Ask that an appraiser may work again; nothing opens yet. Every other manager is told."""
    require_manager(actor)
    work = held.row
    require_same_round(held_round, work)
    require_unlockable(work)
    return _ask(UnlockRequest(round=held_round.row, work=work), reason, actor, at)


@changes(Matter.REPORT)
def request_return(
    held: Held[Sheet], reason: str, deadline: datetime, *, actor: Account, at: datetime
) -> UnlockRequest:
    """Ask that a sent sheet go back to its agency until ``deadline``."""
    require_manager(actor)
    sheet = held.row
    require_returnable(sheet, reason, deadline, at=at)
    return _ask(UnlockRequest(round=sheet.round, sheet=sheet, deadline=deadline), reason, actor, at)


def request_reopening(held: Held[Round], reason: str, *, actor: Account, at: datetime) -> UnlockRequest:
    """Ask that a concluded result be opened again."""
    require_manager(actor)
    round_ = held.row
    require_reopenable(round_)
    if not reason.strip():
        raise Refused("Phải nêu lý do mở lại.", field="reopen_reason")
    return _ask(UnlockRequest(round=round_), reason, actor, at)


def _ask(request: UnlockRequest, reason: str, actor: Account, at: datetime) -> UnlockRequest:
    if not reason.strip():
        raise Refused("Phải nêu lý do mở khóa.", field="reason")
    others = [manager for manager in working_managers() if manager.id != actor.id]
    _require_confirmer(others, actor, at)
    request.reason, request.requested_by, request.requested_at = reason.strip(), actor, at
    with db.session.no_autoflush:
        if waiting_unlock(request) is not None:
            raise Conflict("Đã có đề nghị mở khóa đang chờ quản lý khác xác nhận.")
    db.session.add(request)
    db.session.flush()
    subject = subject_of(request)
    audit.record("unlock_requested", request, actor=actor, at=at, label=str(subject), reason=reason.strip())
    waits = Sentence("Chờ xác nhận mở khóa: %(subject)s.", {"subject": subject})
    for manager in others:
        notify(manager, waits, at=at, url=page_of(request))
    return request


@changes(Matter.WORKS)
def confirm_unlock(held: Held[UnlockRequest], *, actor: Account, at: datetime) -> None:
    """The second manager, independent of who asked, agrees and the subject opens."""
    require_manager(actor)
    request = held.row
    _require_waiting(request)
    four_eyes.require_second_person(request.requested_by, actor, at=at)
    _open(held, actor, at)
    _decide(request, "confirmed", actor, at)
    audit.record(
        "unlock_confirmed",
        request,
        actor=actor,
        at=at,
        label=str(subject_of(request)),
        reason=request.reason,
        requested_by=request.requested_by.username,
    )


def _open(held: Held[UnlockRequest], actor: Account, at: datetime) -> None:
    request, held_round = held.row, held.parent
    if request.work is not None:
        unlock_work(held_round, hold_row(request.work), request.reason, actor=actor, at=at)
    elif request.sheet is not None:
        return_sheet(hold_row(request.sheet), request.reason, request.deadline, actor=actor, at=at)
    else:
        reopen_round(held_round, request.reason, actor=actor, at=at)


@changes(Matter.WORKS)
def refuse_unlock(held: Held[UnlockRequest], *, actor: Account, at: datetime) -> None:
    """Another manager says no, or the one who asked takes it back; everything stays as it is."""
    require_manager(actor)
    request = held.row
    _require_waiting(request)
    _decide(request, "refused", actor, at)
    audit.record("unlock_refused", request, actor=actor, at=at, label=str(subject_of(request)))


def _decide(request: UnlockRequest, state: str, actor: Account, at: datetime) -> None:
    request.state, request.decided_by, request.decided_at = state, actor, at
    if actor.id != request.requested_by_id:
        said = {"subject": subject_of(request)}
        yes = Sentence("Đã xác nhận mở khóa: %(subject)s.", said)
        no = Sentence("Không xác nhận mở khóa: %(subject)s.", said)
        notify(request.requested_by, yes if state == "confirmed" else no, at=at, url=page_of(request))


def _require_waiting(request: UnlockRequest) -> None:
    if request.state != "pending":
        raise Conflict("Đề nghị này đã được xử lý.")


def _require_confirmer(others: list[Account], actor: Account, at: datetime) -> None:
    """Somebody must be there who may confirm; else it is said what makes one."""
    if not others:
        raise Conflict("Cần một tài khoản quản lý khác để xác nhận; hãy cấp tài khoản quản lý thứ hai trước.")
    if not four_eyes.independent_of(actor, others, at=at):
        raise Conflict(
            "Không tài khoản quản lý nào đủ điều kiện xác nhận: trong thời hạn quy định, các tài khoản đó do tài khoản "
            "này (hoặc cùng một người) tạo, cấp lại mật khẩu, mở khóa hoặc chuyển. Người vận hành máy chủ cấp được tài "
            "khoản quản lý độc lập bằng lệnh %(command)s.",
            command="flask scoring import-accounts",
        )
