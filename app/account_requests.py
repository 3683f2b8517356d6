"""What people ask Sở Nội vụ for: an account (Đ.6.1, 8.2), a new password (Đ.16.5); and how it is decided."""

from datetime import datetime

from sqlalchemy import select

from app.accounts import (
    DATA_ENTRY,
    create_account,
    find_account,
    free_username,
    give_one_time_password,
    is_data_entry,
    notify,
    require_manager,
)
from app.errors import Conflict, NotAllowed, Refused, Sentence
from app.extensions import db
from app.models import Account, AccountRequest, ResetRequest

REQUESTS = "/accountrequestview/list/"  # where an agency sees what became of its requests


def request_account(
    *,
    last_name: str,
    first_name: str,
    email: str,
    position: str,
    can_approve: bool,
    reason: str,
    actor: Account,
    at: datetime,
) -> AccountRequest:
    """An agency asks Sở Nội vụ for one more account (Đ.8.2, step 2)."""
    if not is_data_entry(actor) or actor.agency_id is None:
        raise NotAllowed("Chỉ cơ quan, đơn vị được đăng ký cấp tài khoản.")
    request = AccountRequest(
        agency_id=actor.agency_id,
        last_name=last_name.strip(),
        first_name=first_name.strip(),
        email=email.strip().lower(),
        position=position.strip(),
        can_approve=can_approve,
        reason=reason.strip(),
        requested_by_id=actor.id,
        requested_at=at,
    )
    db.session.add(request)
    return request


def approve_request(request: AccountRequest, *, actor: Account, at: datetime) -> tuple[Account, str]:
    """Create the account asked for; its user name is made from the person's name and the agency's code."""
    require_manager(actor)
    _require_pending(request)
    account, password = create_account(
        username=free_username(request.last_name, request.first_name, request.agency.code),
        last_name=request.last_name,
        first_name=request.first_name,
        email=request.email,
        account_type=DATA_ENTRY,
        agency=request.agency,
        can_approve=request.can_approve,
        actor=actor,
        at=at,
    )
    _decide(request, "approved", "", actor, at)
    request.account_id = account.id
    said = Sentence("Sở Nội vụ đã duyệt cấp tài khoản %(name)s.", {"name": account.username})
    notify(request.requested_by, said, at=at, url=REQUESTS)
    return account, password


def refuse_request(request: AccountRequest, note: str, *, actor: Account, at: datetime) -> None:
    require_manager(actor)
    _require_pending(request)
    if not note.strip():
        raise Refused("Phải nêu lý do từ chối.", field="note")
    _decide(request, "refused", note, actor, at)
    said = Sentence("Sở Nội vụ chưa duyệt đăng ký tài khoản: %(note)s", {"note": note})
    notify(request.requested_by, said, at=at, url=REQUESTS)


def request_reset(*, username: str, contact: str, head_of_agency: str, at: datetime) -> ResetRequest:
    """Ask for a new password without signing in; the answer never tells whether the account exists."""
    if not username.strip() or not contact.strip() or not head_of_agency.strip():
        raise Refused("Hãy điền đủ tên đăng nhập, người đứng đầu cơ quan và cách liên hệ.")
    name = username.strip().lower()[:64]
    waiting = db.session.scalars(
        select(ResetRequest).where(ResetRequest.username == name, ResetRequest.state == "pending")
    ).first()
    if waiting is not None:
        return waiting
    request = ResetRequest(
        username=name,
        contact=contact.strip()[:200],
        head_of_agency=head_of_agency.strip()[:150],
        requested_at=at,
    )
    db.session.add(request)
    return request


def settle_reset(
    request: ResetRequest, *, actor: Account, at: datetime, without_second_factor: bool = False
) -> tuple[Account, str]:
    """Grant a reset: a one-time password for the account named in the request (Đ.16.5)."""
    require_manager(actor)
    _require_pending(request)
    account = find_account(request.username)
    if account is None:
        raise Refused("Không có tài khoản “%(username)s”.", username=request.username)
    password = give_one_time_password(
        account, actor=actor, at=at, without_second_factor=without_second_factor
    )
    _decide(request, "approved", "", actor, at)
    return account, password


def refuse_reset(request: ResetRequest, note: str, *, actor: Account, at: datetime) -> None:
    require_manager(actor)
    _require_pending(request)
    if not note.strip():
        raise Refused("Phải nêu lý do từ chối.", field="note")
    _decide(request, "refused", note, actor, at)


def _require_pending(request: AccountRequest | ResetRequest) -> None:
    if request.state != "pending":
        raise Conflict("Đề nghị này đã được xử lý.")


def _decide(request, state: str, note: str, actor: Account, at: datetime) -> None:
    request.state, request.decision_note = state, note.strip()
    request.decided_by_id, request.decided_at = actor.id, at
