"""What waits on the accounts desk, and single rows of it by id."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.errors import NotInScope
from app.extensions import db
from app.models import Account, AccountRequest, ResetRequest
from app.sign_in.models import SecondFactor


def pending_requests() -> list[AccountRequest]:
    """Oldest first."""
    return list(
        db.session.scalars(
            select(AccountRequest)
            .where(AccountRequest.state == "pending")
            .options(joinedload(AccountRequest.agency), joinedload(AccountRequest.requested_by))
            .order_by(AccountRequest.requested_at, AccountRequest.id)
        )
    )


def pending_resets() -> list[tuple[ResetRequest, Account | None]]:
    """Oldest first, each with the account that it names, if there is one."""
    return [
        tuple(row)
        for row in db.session.execute(
            select(ResetRequest, Account)
            .outerjoin(Account, func.lower(Account.username) == ResetRequest.username)
            .where(ResetRequest.state == "pending")
            .options(joinedload(Account.agency))
            .order_by(ResetRequest.requested_at, ResetRequest.id)
        )
    ]


def locked_accounts() -> list[Account]:
    return list(
        db.session.scalars(
            select(Account)
            .where(Account.locked_at.is_not(None))
            .options(joinedload(Account.agency))
            .order_by(Account.locked_at.desc(), Account.id)
        )
    )


def with_second_factor(ids: Collection[int]) -> set[int]:
    """Those of the accounts whose second factor is in force."""
    query = select(SecondFactor.account_id).where(
        SecondFactor.account_id.in_(ids), SecondFactor.confirmed_at.is_not(None)
    )
    return set(db.session.scalars(query))


def get_account(account_id: int) -> Account:
    return _found(db.session.get(Account, account_id))


def get_request(request_id: int) -> AccountRequest:
    return _found(db.session.get(AccountRequest, request_id))


def get_reset(reset_id: int) -> ResetRequest:
    return _found(db.session.get(ResetRequest, reset_id))


def _found(row):
    if row is None:
        raise NotInScope()
    return row
