"""Account types, and the acts on accounts (Đ.3.2, 6, 8, 10.3, 16.5).

The four types are FAB roles; what each role may open is the table in ``security.py``. Passwords given out are
for one sign-in: the account must change them before it can do anything else.
"""

from collections.abc import Collection
from datetime import datetime

from flask import current_app
from sqlalchemy import func, select
from werkzeug.security import generate_password_hash

from app import audit
from app.codes import one_time_password
from app.errors import NotAllowed, Refused, Sentence
from app.extensions import db
from app.models import Account, Agency, Notification, OutgoingMail
from app.sign_in.bindings import free_person
from app.sign_in.second_factor import remove_second_factor
from app.sign_in.sessions import end_sessions
from app.sign_in.tries import clear_tries
from app.text import fold

DATA_ENTRY = "Nhập liệu"
APPRAISER = "Thẩm định"
MANAGER = "Quản lý"
ADMINISTRATOR = "Quản trị kỹ thuật"
ACCOUNT_TYPES = (DATA_ENTRY, APPRAISER, MANAGER, ADMINISTRATOR)


def is_data_entry(account: Account) -> bool:
    return DATA_ENTRY in account.role_names


def is_appraiser(account: Account) -> bool:
    return APPRAISER in account.role_names


def is_manager(account: Account) -> bool:
    return MANAGER in account.role_names


def is_administrator(account: Account) -> bool:
    return ADMINISTRATOR in account.role_names


def is_leader(account: Account) -> bool:
    """Carries the right *approve* (Đ.9.2)."""
    return is_data_entry(account) and bool(account.can_approve)


def require_manager(account: Account) -> None:
    if not is_manager(account):
        raise NotAllowed("Chỉ tài khoản quản lý được thực hiện việc này.")


def role_named(name: str):
    """FAB's role row of an account type; the rows are made by ``ensure_roles``."""
    role_model = Account.roles.property.mapper.class_
    return db.session.scalars(select(role_model).where(role_model.name == name)).one()


def ensure_roles() -> None:
    """FAB's role rows for the account types; what they may do is in ``security.GRANTS``."""
    role_model = Account.roles.property.mapper.class_
    there = set(db.session.scalars(select(role_model.name)))
    db.session.add_all([role_model(name=name) for name in ACCOUNT_TYPES if name not in there])
    db.session.flush()


def find_account(username: str) -> Account | None:
    return db.session.scalars(
        select(Account).where(func.lower(Account.username) == username.strip().lower())
    ).one_or_none()


def account_of_email(address: str) -> Account | None:
    wanted = func.lower(Account.email) == address.strip().lower()
    return db.session.scalars(select(Account).where(wanted).order_by(Account.id)).first()


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
) -> tuple[Account, str]:
    """A new account and its one-time password, which is kept nowhere in clear."""
    username, email = username.strip().lower(), email.strip().lower()
    if account_type == DATA_ENTRY and agency is None:
        raise Refused("Tài khoản nhập liệu phải thuộc một cơ quan, đơn vị.", field="agency")
    if find_account(username):
        raise Refused("Tên đăng nhập “%(username)s” đã có.", field="username", username=username)
    if db.session.scalar(select(func.count()).select_from(Account).where(func.lower(Account.email) == email)):
        raise Refused("Thư điện tử “%(email)s” đã có tài khoản khác dùng.", field="email", email=email)
    password = one_time_password()
    account = Account(
        username=username,
        last_name=last_name.strip(),
        first_name=first_name.strip(),
        email=email,
        active=True,
        agency=agency,
        can_approve=can_approve and account_type == DATA_ENTRY,
        must_change_password=True,
        password_given_at=at,
        password=generate_password_hash(password),
        roles=[role_named(account_type)],
    )
    db.session.add(account)
    db.session.flush()
    audit.record("account_created", account, actor=actor, at=at, account_type=account_type)
    return account, password


def change_account(account: Account, account_type: str, *, actor: Account, at: datetime) -> None:
    """Give the account its type and check its other fields, which are already on it but not written.

    Nobody takes their own rights away, and one manager who can sign in always remains.
    """
    require_manager(actor)
    before = next(iter(account.role_names), "")
    if account.id == actor.id and (account_type != before or not account.active):
        raise Refused("Không thể tự đổi loại hoặc tự ngừng tài khoản của mình.", field="account_type")
    if is_manager(account) and (account_type != MANAGER or not account.active):
        require_other_manager(account)
    if account_type == DATA_ENTRY and account.agency is None:
        raise Refused("Tài khoản nhập liệu phải thuộc một cơ quan, đơn vị.", field="agency")
    if account.can_approve and account_type != DATA_ENTRY:
        raise Refused("Quyền duyệt chỉ có ở tài khoản nhập liệu.", field="can_approve")
    if account_type != before:
        account.roles = [role_named(account_type)]
        audit.record("account_type_changed", account, actor=actor, at=at, account_type=[before, account_type])


def require_other_manager(account: Account) -> None:
    """Refuse unless another manager can still sign in."""
    others = db.session.scalars(
        select(Account.id).where(
            Account.id != account.id,
            Account.active.is_(True),
            Account.locked_at.is_(None),
            Account.roles.any(name=MANAGER),
        )
    ).first()
    if others is None:
        raise Refused("Đây là tài khoản quản lý cuối cùng còn sử dụng được.", field="active")


def give_one_time_password(
    account: Account, *, actor: Account | None, at: datetime, without_second_factor: bool = False
) -> str:
    """Replace the password, end the account's sessions, free it of whoever entered by single sign-on.

    ``without_second_factor``: the telephone is lost as well; this is the only way to remove another's second
    factor (Đ.16.5).
    """
    if actor is not None:
        require_manager(actor)
    password = one_time_password()
    account.password = generate_password_hash(password)
    account.must_change_password, account.password_given_at = True, at
    end_sessions(account, at=at)
    clear_tries(account.username)
    free_person(account, actor=actor, at=at)
    audit.record("password_reset", account, actor=actor, at=at)
    if without_second_factor:
        remove_second_factor(account, actor=actor, at=at)
    return password


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


def held_accounts(ids: Collection[int]) -> list[Account]:
    """These accounts as they are now, held until the commit, in one order for everybody."""
    query = select(Account).where(Account.id.in_(ids)).order_by(Account.id)
    return list(
        db.session.scalars(query.with_for_update(of=Account), execution_options={"populate_existing": True})
    )


def unlock_for_new_work(account: Account, *, actor: Account | None, at: datetime) -> None:
    """Open an account that sending locked: a new round needs its appraiser. A lock by hand stays."""
    if account.locked_by_sending:
        _unlock(account, "có kỳ thẩm định mới", actor, at)


def _unlock(account: Account, reason: str, actor: Account | None, at: datetime) -> None:
    account.locked_at = account.lock_reason = None
    clear_tries(account.username)
    account.locked_by_sending = False
    audit.record("account_unlocked", account, actor=actor, at=at, reason=reason)


def free_username(last_name: str, first_name: str, agency_code: str) -> str:
    """``Nguyễn Văn An`` of ``SO-TP`` → ``an.nguyen.so-tp``, with a number when it is taken."""
    parts = [*first_name.split()[-1:], *last_name.split()[:1]]
    stem = ".".join([*(fold(part) for part in parts), agency_code.lower()])[:56]
    candidate, number = stem, 1
    while find_account(candidate):
        number += 1
        candidate = f"{stem}{number}"
    return candidate


def has_mailbox(account: Account) -> bool:
    """Whether letters reach the account: addresses that end in ``.invalid`` stand for none."""
    return bool(account.email) and not account.email.endswith(".invalid")


def notify(account: Account, sentence: Sentence, *, at: datetime, url: str, mail: bool = False) -> None:
    """A line on the account's home page that leads to ``url`` (a path) and, with ``mail``, a letter in Vietnamese."""
    text = str(sentence)
    db.session.add(
        Notification(account_id=account.id, text=text, sentence=sentence, url=url, created_at=at)
    )
    if mail and has_mailbox(account):
        body = f"{text}\n\n{current_app.config['BASE_URL']}{url}\n"
        db.session.add(OutgoingMail(recipient=account.email, subject=text[:120], body=body, created_at=at))
