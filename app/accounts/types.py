"""The four account types (Đ.3.2), which are FAB roles; what each may open is the table in ``security.py``."""

from sqlalchemy import select

from app import row_access
from app.errors import NotAllowed
from app.extensions import db
from app.models import DATA_ENTRY, Account

APPRAISER = "Thẩm định"
MANAGER = "Quản lý"
ADMINISTRATOR = "Quản trị kỹ thuật"
ACCOUNT_TYPES = (DATA_ENTRY, APPRAISER, MANAGER, ADMINISTRATOR)
KINDS = {
    DATA_ENTRY: row_access.ENTRY,
    APPRAISER: row_access.APPRAISER,
    MANAGER: row_access.MANAGER,
    ADMINISTRATOR: row_access.ADMINISTRATOR,
}
"""Account type → how the database is told of it."""


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


def type_of(account: Account) -> str:
    """The account's one type; empty when it has none."""
    return next(iter(account.role_names), "")


def asker_of(account: Account) -> row_access.Asker:
    """What the database is told of the account, so that it shows the account's rows and no others."""
    kinds = ",".join(sorted(KINDS[name] for name in account.role_names if name in KINDS))
    return row_access.Asker(kinds, str(account.id), str(account.agency_id or ""))


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
