"""Acts on accounts: creating, changing, locking, unlocking (Đ.3.2, 6, 8, 10.3).

A field of an account is changed by ``change_account`` alone, whichever screen or command asks. What an account may do
changes for its open sessions and tokens by ending them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import audit
from app.accounts.fields import email_of, person_name, require_free, username_of
from app.accounts.names import working_managers
from app.accounts.types import (
    ACCOUNT_TYPES,
    DATA_ENTRY,
    MANAGER,
    is_manager,
    require_manager,
    role_named,
    type_of,
)
from app.errors import Refused, Sentence
from app.extensions import db
from app.models import Account, Agency
from app.notices import notify
from app.passwords import OneTime, new_one_time
from app.sign_in.sessions import end_sessions
from app.sign_in.tries import clear_tries

RIGHTS = ("account_type", "agency", "can_approve", "active")
CHANGEABLE = ("last_name", "first_name", "email", *RIGHTS)


def create_account(
    *,
    username: str,
    last_name: str,
    first_name: str,
    email: str,
    account_type: str,
    actor: Account | None,
    at: datetime,
    agency: Agency | None = None,
    can_approve: bool = False,
    password: OneTime | None = None,
) -> tuple[Account, str]:
    """A new account and its one-time password, which is kept nowhere in clear.

    ``password``: made before the transaction began to write (``passwords.new_one_times``); else it is made here.
    """
    if actor is not None:
        require_manager(actor)
    username, email = username_of(username), email_of(email)
    _require_agency(account_type, agency)
    require_free(username, email)
    password = password or new_one_time()
    account = Account(
        username=username,
        last_name=person_name(last_name, "last_name"),
        first_name=person_name(first_name, "first_name"),
        email=email,
        active=True,
        agency=agency,
        can_approve=can_approve and account_type == DATA_ENTRY,
        must_change_password=True,
        password_given_at=at,
        password=password.hash,
        roles=[role_named(account_type)],
    )
    db.session.add(account)
    db.session.flush()
    audit.record("account_created", account, actor=actor, at=at, account_type=account_type)
    _tell_of_new_manager(account, actor, at)
    return account, password.clear


def change_account(account: Account, values: Mapping[str, Any], *, actor: Account, at: datetime) -> None:
    """Change the fields named in ``values`` (of ``CHANGEABLE``); the others stay as they are.

    Nobody takes their own rights away, and one manager who can sign in always remains. A change of ``RIGHTS`` ends
    the account's sessions and tokens.
    """
    require_manager(actor)
    new = _cleaned(values)
    before = {name: _value(account, name) for name in new}
    changed = {name for name in new if new[name] != before[name]}
    _require_may_change(account, new, changed, actor)
    with db.session.no_autoflush:
        if "email" in changed:
            require_free(account.username, new["email"], but=account)
        for name in changed - {"account_type"}:
            setattr(account, name, new[name])
        if "agency" in changed:  # the trail reads columns before the flush fills them from relationships
            account.agency_id = new["agency"].id if new["agency"] is not None else None
        if "account_type" in changed:
            account.roles = [role_named(new["account_type"])]
    if changed & set(RIGHTS):
        end_sessions(account, at=at)
    if "account_type" in changed:
        types = [before["account_type"], new["account_type"]]
        audit.record("account_type_changed", account, actor=actor, at=at, account_type=types)
        _tell_of_new_manager(account, actor, at)


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are kept, or a refusal that names the field."""
    if unknown := values.keys() - set(CHANGEABLE):
        raise TypeError(f"not changeable: {sorted(unknown)}")
    new = dict(values)
    for name in new.keys() & {"last_name", "first_name"}:
        new[name] = person_name(new[name], name)
    for name in new.keys() & {"can_approve", "active"}:
        new[name] = bool(new[name])
    if "email" in new:
        new["email"] = email_of(new["email"])
    return new


def _value(account: Account, name: str) -> Any:
    if name == "account_type":
        return type_of(account)
    value = getattr(account, name)
    return bool(value) if name in ("can_approve", "active") else value


def _require_may_change(account: Account, new: Mapping[str, Any], changed: set[str], actor: Account) -> None:
    then = {name: new.get(name, _value(account, name)) for name in RIGHTS}
    if account.id == actor.id and changed & {"account_type", "active"}:
        raise Refused("Không thể tự đổi loại hoặc tự ngừng tài khoản của mình.", field="account_type")
    if is_manager(account) and (then["account_type"] != MANAGER or not then["active"]):
        require_other_manager(account)
    _require_agency(then["account_type"], then["agency"])
    if then["can_approve"] and then["account_type"] != DATA_ENTRY:
        raise Refused("Quyền duyệt chỉ có ở tài khoản nhập liệu.", field="can_approve")


def _require_agency(account_type: str, agency: Agency | None) -> None:
    if account_type not in ACCOUNT_TYPES:
        raise Refused("Không có loại tài khoản này.", field="account_type")
    if account_type == DATA_ENTRY and agency is None:
        raise Refused("Tài khoản nhập liệu phải thuộc một cơ quan, đơn vị.", field="agency")


def require_other_manager(account: Account) -> None:
    """Refuse unless another manager can still sign in; all managers are held until the commit.

    Of two managers who end each other's accounts at once, one is refused.
    """
    everyone = select(Account.id).where(Account.roles.any(name=MANAGER)).order_by(Account.id)
    with db.session.no_autoflush:
        db.session.execute(everyone.with_for_update(key_share=True))
        others = [manager for manager in working_managers() if manager.id != account.id]
    if not others:
        raise Refused("Đây là tài khoản quản lý cuối cùng còn sử dụng được.", field="active")


def _tell_of_new_manager(account: Account, actor: Account | None, at: datetime) -> None:
    """Every other manager hears of a new one: whoever makes managers could make a second pair of eyes."""
    if not is_manager(account):
        return
    who = actor.username if actor is not None else Sentence("người vận hành máy chủ")
    told = Sentence("“%(who)s” cấp quyền quản lý cho tài khoản “%(name)s”.", {"who": who, "name": account.username})
    for manager in working_managers():
        if manager.id not in (account.id, actor.id if actor is not None else None):
            notify(manager, told, at=at, url=f"/accountview/show/{account.id}", mail=True)


def lock_account(
    account: Account, reason: str, *, actor: Account | None, at: datetime, by_sending: bool = False
) -> None:
    """No sign-in, and live sessions end (Đ.10.3)."""
    end_sessions(account, at=at)
    account.locked_at, account.lock_reason, account.locked_by_sending = at, reason, by_sending
    audit.record("account_locked", account, actor=actor, at=at, reason=reason)


def unlock_account(account: Account, reason: str, *, actor: Account, at: datetime) -> None:
    require_manager(actor)
    if not reason.strip():
        raise Refused("Phải nêu lý do mở khóa.", field="reason")
    _unlock(account, reason, actor, at)


def unlock_for_new_work(account: Account, *, actor: Account | None, at: datetime) -> None:
    """Open an account that sending locked: a new round needs its appraiser. A lock by hand stays."""
    if account.locked_by_sending:
        _unlock(account, "có kỳ thẩm định mới", actor, at)


def _unlock(account: Account, reason: str, actor: Account | None, at: datetime) -> None:
    account.locked_at = account.lock_reason = None
    clear_tries(account.username)
    account.locked_by_sending = False
    audit.record("account_unlocked", account, actor=actor, at=at, reason=reason)
