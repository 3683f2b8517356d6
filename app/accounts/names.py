"""Finding accounts: by name, by address of mail, by type."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select

from app.accounts.types import ADMINISTRATOR, MANAGER
from app.extensions import db
from app.holding import hold_rows
from app.models import Account
from app.text import fold


def find_account(username: str) -> Account | None:
    return db.session.scalars(
        select(Account).where(func.lower(Account.username) == username.strip().lower())
    ).one_or_none()


def account_of_email(address: str) -> Account | None:
    """The one account of that address; None when none has it, and when two have it: neither is preferred."""
    wanted = func.lower(Account.email) == address.strip().lower()
    return _only(db.session.scalars(select(Account).where(wanted).limit(2)).all())


def account_named(name: str) -> Account | None:
    """The one account whose user name or address of mail this is; None when two could be meant."""
    return _only(_named(name))


def _named(name: str) -> list[Account]:
    wanted = name.strip().lower()
    either = or_(func.lower(Account.username) == wanted, func.lower(Account.email) == wanted)
    return list(db.session.scalars(select(Account).where(either).limit(2)))


def _only(found: Sequence[Account]) -> Account | None:
    return found[0] if len(found) == 1 else None


def working_managers() -> list[Account]:
    """Managers who can sign in, in a fixed order."""
    return _working(MANAGER)


def working_administrators() -> list[Account]:
    return _working(ADMINISTRATOR)


def _working(account_type: str) -> list[Account]:
    query = select(Account).where(
        Account.active.is_(True), Account.locked_at.is_(None), Account.roles.any(name=account_type)
    )
    return list(db.session.scalars(query.order_by(Account.id)).unique())


def held_accounts(ids: Collection[int]) -> list[Account]:
    """These accounts as they are now, held until the commit, in one order for everybody."""
    return [held.row for held in hold_rows(Account, ids)]


def free_username(last_name: str, first_name: str, agency_code: str) -> str:
    """``Nguyễn Văn An`` of ``SO-TP`` → ``an.nguyen.so-tp``, with a number when it is taken."""
    parts = [*first_name.split()[-1:], *last_name.split()[:1]]
    stem = ".".join([*(fold(part) for part in parts), agency_code.lower()])[:56]
    candidate, number = stem, 1
    while _named(candidate):
        number += 1
        candidate = f"{stem}{number}"
    return candidate
