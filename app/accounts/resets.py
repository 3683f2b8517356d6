"""One-time passwords for accounts that are there (Đ.16.5): by one manager, for a manager's account by two.

Whoever gives a password could sign in with it. So a manager's account is reset by two other managers who are
independent of each other (``app.four_eyes``), and its owner and every manager hear of each reset. Where there are no
two such managers, an operator does it on the server (``flask scoring give-password``), with name and reason.
"""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from app import audit, four_eyes
from app.accounts.names import working_managers
from app.accounts.types import MANAGER, is_manager, require_manager
from app.errors import Conflict, NotAllowed, Refused, Sentence
from app.extensions import db
from app.models import Account, AuditEvent, ManagerReset, ResetRequest
from app.notices import notify
from app.passwords import OneTime, new_one_time
from app.sign_in.bindings import free_person
from app.sign_in.second_factor import remove_second_factor
from app.sign_in.sessions import end_sessions
from app.sign_in.tries import clear_tries

DESK = "/accounts-desk/"
OWN_SESSIONS = "/sessions/"


def give_one_time_password(
    account: Account,
    *,
    actor: Account | None,
    at: datetime,
    without_second_factor: bool = False,
    password: OneTime | None = None,
    granted: ResetRequest | None = None,
    operator: str = "",
    reason: str = "",
) -> str:
    """Replace the password, end the account's sessions, free it of whoever entered by single sign-on.

    ``without_second_factor``: the telephone is lost as well; this is the only way to remove another's second
    factor (Đ.16.5). ``granted``: the request that was verified; others for the account are closed, too.
    ``operator``: who does it on the server, where there is no ``actor``.
    """
    if actor is not None:
        require_manager(actor)
        if is_reset_by_two(account, at=at):
            raise Conflict(
                "Mật khẩu của tài khoản quản lý do hai tài khoản quản lý khác cùng cấp lại: một người đề nghị, một "
                "người xác nhận."
            )
    people = [actor] if actor is not None else []
    details = {"operator": operator, "reason": reason} if operator else {}
    return _replace(account, people, at, without_second_factor, password, granted, **details)


def is_reset_by_two(account: Account, *, at: datetime) -> bool:
    """Whether the account is a manager's, or was within ``FOUR_EYES_DAYS``: a change of type is no way around."""
    if is_manager(account):
        return True
    since = at - timedelta(days=current_app.config["FOUR_EYES_DAYS"])
    changes = select(AuditEvent.changes).where(
        AuditEvent.object_type == Account.__name__,
        AuditEvent.object_id == str(account.id),
        AuditEvent.action == "account_type_changed",
        AuditEvent.at >= since,
    )
    return any(MANAGER in change["account_type"] for change in db.session.scalars(changes))


def request_manager_reset(
    account: Account,
    reason: str,
    *,
    actor: Account,
    at: datetime,
    without_second_factor: bool = False,
    request: ResetRequest | None = None,
) -> ManagerReset:
    """Ask that a manager get a new password; nothing changes yet. The owner and every other manager are told."""
    _require_askable(account, reason, actor, at)
    asked = ManagerReset(
        account=account,
        reason=reason.strip(),
        without_second_factor=without_second_factor,
        reset_request=request,
        requested_by=actor,
        requested_at=at,
    )
    db.session.add(asked)
    db.session.flush()
    audit.record("manager_reset_requested", asked, actor=actor, at=at, reason=asked.reason)
    words = Sentence(
        "“%(who)s” đề nghị cấp lại mật khẩu của tài khoản quản lý “%(name)s”: %(reason)s",
        {"who": actor.username, "name": account.username, "reason": asked.reason},
    )
    for manager in [account, *_others(account, actor)]:
        notify(manager, words, at=at, url=DESK, mail=True)
    return asked


def _require_askable(account: Account, reason: str, actor: Account, at: datetime) -> None:
    require_manager(actor)
    if not is_reset_by_two(account, at=at):
        raise Conflict("Tài khoản này không phải tài khoản quản lý.")
    if account.id == actor.id:
        raise NotAllowed("Không thể tự đề nghị cấp lại mật khẩu của mình; hãy dùng trang Đổi mật khẩu.")
    if not reason.strip():
        raise Refused("Phải nêu lý do cấp lại mật khẩu.", field="reason")
    if waiting_reset(account) is not None:
        raise Conflict("Đã có đề nghị cấp lại mật khẩu của tài khoản này đang chờ xác nhận.")
    if not four_eyes.independent_of(actor, _others(account, actor), at=at):
        raise Conflict(
            "Chưa có tài khoản quản lý thứ ba đủ điều kiện xác nhận. Người vận hành máy chủ cấp lại bằng lệnh "
            "%(command)s, ghi rõ người thực hiện và lý do.",
            command="flask scoring give-password",
        )


def _others(account: Account, actor: Account) -> list[Account]:
    return [manager for manager in working_managers() if manager.id not in (account.id, actor.id)]


def confirm_manager_reset(
    asked: ManagerReset, *, actor: Account, at: datetime, password: OneTime | None = None
) -> str:
    """The second manager agrees: returns the one-time password."""
    require_manager(actor)
    _require_waiting(asked)
    if actor.id == asked.account_id:
        raise NotAllowed("Không thể tự xác nhận việc cấp lại mật khẩu của mình.")
    four_eyes.require_second_person(asked.requested_by, actor, at=at)
    asked.state, asked.decided_by, asked.decided_at = "confirmed", actor, at
    people = [asked.requested_by, actor]
    return _replace(
        asked.account, people, at, asked.without_second_factor, password, asked.reset_request,
        reason=asked.reason, requested_by=asked.requested_by.username, asked_by_id=asked.requested_by_id,
    )  # fmt: skip


def refuse_manager_reset(asked: ManagerReset, *, actor: Account, at: datetime) -> None:
    """Another manager says no, or the one who asked takes it back; the password stays."""
    require_manager(actor)
    _require_waiting(asked)
    asked.state, asked.decided_by, asked.decided_at = "refused", actor, at
    audit.record("manager_reset_refused", asked, actor=actor, at=at)
    if actor.id != asked.requested_by_id:
        words = Sentence(
            "Không xác nhận cấp lại mật khẩu của tài khoản quản lý “%(name)s”.", {"name": asked.account.username}
        )
        notify(asked.requested_by, words, at=at, url=DESK)


def waiting_reset(account: Account) -> ManagerReset | None:
    query = select(ManagerReset).where(
        ManagerReset.account_id == account.id, ManagerReset.state == "pending"
    )
    return db.session.scalars(query).first()


def _require_waiting(asked: ManagerReset) -> None:
    if asked.state != "pending":
        raise Conflict("Đề nghị này đã được xử lý.")


def _replace(
    account: Account,
    people: list[Account],
    at: datetime,
    without_second_factor: bool,
    password: OneTime | None,
    granted: ResetRequest | None,
    **details,
) -> str:
    """``people``: who decides it, the last one now; empty on the command line. ``granted``: the request behind it."""
    actor = people[-1] if people else None
    password = password or new_one_time()
    account.password = password.hash
    account.must_change_password, account.password_given_at = True, at
    end_sessions(account, at=at)
    clear_tries(account.username)
    free_person(account, actor=actor, at=at)
    audit.record("password_reset", account, actor=actor, at=at, **details)
    if without_second_factor:
        remove_second_factor(account, actor=actor, at=at)
    if actor is not None:
        _close_requests(account, granted, actor, at)
    who = ", ".join(person.username for person in people) or details.get("operator", "")
    _tell(account, who, at)
    return password.clear


def _close_requests(account: Account, granted: ResetRequest | None, actor: Account, at: datetime) -> None:
    """The request that was verified is granted; the account's others have not been, and are answered by this."""
    names = (account.username.lower(), (account.email or "").lower())
    pending = select(ResetRequest).where(ResetRequest.state == "pending", ResetRequest.username.in_(names))
    for request in db.session.scalars(pending):
        verified = granted is not None and request.id == granted.id
        request.state = "approved" if verified else "refused"
        request.decision_note = "" if verified else "Đã cấp lại mật khẩu của tài khoản này theo đề nghị khác."
        request.decided_by_id, request.decided_at = actor.id, at


def _tell(account: Account, who: str, at: datetime) -> None:
    """The owner and every manager hear of it, by mail too."""
    by = who or Sentence("người vận hành máy chủ")
    words = Sentence(
        "Tài khoản “%(name)s” được cấp lại mật khẩu; người thực hiện: %(who)s.",
        {"name": account.username, "who": by},
    )
    notify(account, words, at=at, url=OWN_SESSIONS, mail=True)
    for manager in working_managers():
        if manager.id != account.id:
            notify(manager, words, at=at, url=f"/accountview/show/{account.id}", mail=True)
