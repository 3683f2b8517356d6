"""What people ask Sở Nội vụ for: an account (Đ.6.1, 8.2), a new password (Đ.16.5); and how it is decided."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.accounts import (
    DATA_ENTRY,
    account_named,
    create_account,
    free_username,
    give_one_time_password,
    is_data_entry,
    notify,
    require_manager,
)
from app.accounts.fields import email_of, person_name
from app.errors import Conflict, NotAllowed, Refused, Sentence
from app.extensions import db
from app.field_rules import one_line
from app.models import Account, AccountRequest, ResetRequest
from app.passwords import OneTime
from app.row_access import system_access
from app.sign_in.known_devices import is_known

REQUESTS = "/accountrequestview/list/"  # where an agency sees what became of its requests
OWN_REQUESTS = 3  # resets asked for within a day for one name by one known device, or from one network
ALL_REQUESTS = 20  # by everybody without a known device


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
        last_name=person_name(last_name, "last_name"),
        first_name=person_name(first_name, "first_name"),
        email=email_of(email),
        position=one_line(position, "position", required=False),
        can_approve=can_approve,
        reason=reason.strip(),
        requested_by_id=actor.id,
        requested_at=at,
    )
    db.session.add(request)
    return request


def approve_request(
    request: AccountRequest, *, actor: Account, at: datetime, password: OneTime | None = None
) -> tuple[Account, str]:
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
        password=password,
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


@system_access("a new password is asked for without signing in")
def request_reset(
    *, username: str, contact: str, head_of_agency: str, at: datetime, source: str = ""
) -> ResetRequest:
    """Ask for a new password without signing in; the answer never tells whether the account exists.

    Each request is kept: nobody's stands in the way of another's. Only a ``source`` that has asked for the same name
    often enough, or all networks together without a known device of the owner, are told that no more is kept today.
    """
    if not username.strip() or not contact.strip() or not head_of_agency.strip():
        raise Refused("Hãy điền đủ tên đăng nhập, người đứng đầu cơ quan và cách liên hệ.")
    request = ResetRequest(
        username=one_line(username, "username").lower()[:64],
        contact=one_line(contact, "contact")[:200],
        head_of_agency=one_line(head_of_agency, "head_of_agency")[:150],
        source=source,
        requested_at=at,
    )
    _require_quota(request, at)
    db.session.add(request)
    db.session.flush()
    return request


def _require_quota(request: ResetRequest, at: datetime) -> None:
    """The name as it was typed is counted, whether an account has it or not."""
    today = (ResetRequest.username == request.username, ResetRequest.requested_at > at - timedelta(days=1))
    count = select(func.count()).select_from(ResetRequest)
    own = db.session.scalar(count.where(*today, ResetRequest.source == request.source))
    strangers = ~ResetRequest.source.startswith("device:")
    if own >= OWN_REQUESTS or (
        not is_known(request.source) and db.session.scalar(count.where(*today, strangers)) >= ALL_REQUESTS
    ):
        raise Refused(
            "Đề nghị này KHÔNG được ghi nhận: trong 24 giờ qua đã nhận đủ số đề nghị cho tên đăng nhập này. Các đề "
            "nghị trước vẫn được giữ; cần thay đổi nội dung thì liên hệ trực tiếp Sở Nội vụ."
        )


def settle_reset(
    request: ResetRequest,
    *,
    actor: Account,
    at: datetime,
    without_second_factor: bool = False,
    password: OneTime | None = None,
) -> tuple[Account, str]:
    """Grant a reset: a one-time password for the account named in the request (Đ.16.5).

    The account's other requests are closed with it: they were not the ones that were verified.
    """
    require_manager(actor)
    _require_pending(request)
    account = account_of_reset(request)
    given = give_one_time_password(
        account,
        actor=actor,
        at=at,
        without_second_factor=without_second_factor,
        password=password,
        granted=request,
    )
    return account, given


def account_of_reset(request: ResetRequest) -> Account:
    account = account_named(request.username)
    if account is None:
        raise Refused("Không có tài khoản “%(username)s”.", username=request.username)
    return account


def refuse_resets(request: ResetRequest, note: str, *, actor: Account, at: datetime) -> int:
    """Refuse this request and all others that wait for the same name; how many."""
    require_manager(actor)
    _require_pending(request)
    if not note.strip():
        raise Refused("Phải nêu lý do từ chối.", field="note")
    account = account_named(request.username)
    names = {request.username} if account is None else {account.username.lower(), account.email.lower()}
    waiting = select(ResetRequest).where(ResetRequest.state == "pending", ResetRequest.username.in_(names))
    found = db.session.scalars(waiting).all()
    for each in found:
        _decide(each, "refused", note, actor, at)
    return len(found)


def _require_pending(request: AccountRequest | ResetRequest) -> None:
    if request.state != "pending":
        raise Conflict("Đề nghị này đã được xử lý.")


def _decide(request, state: str, note: str, actor: Account, at: datetime) -> None:
    request.state, request.decision_note = state, note.strip()
    request.decided_by_id, request.decided_at = actor.id, at
