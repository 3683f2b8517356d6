"""The manager's rule: which account types must have a second factor."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select

from app import audit
from app.accounts import ACCOUNT_TYPES, require_manager
from app.errors import Refused
from app.extensions import db
from app.models import Account
from app.sign_in.models import RequiredSecondFactor, SecondFactor
from app.sign_in.second_factor import required_types
from app.sign_in.sessions import end_sessions_of


class TypeLine(NamedTuple):
    """One account type: how many accounts may sign in, and how many of them have a second factor."""

    account_type: str
    required: bool
    accounts: int
    enrolled: int


def type_lines() -> list[TypeLine]:
    """In the order of ``ACCOUNT_TYPES``; one statement for the counts."""
    role = Account.roles.property.mapper.class_
    counts = {
        name: (everyone, enrolled)
        for name, everyone, enrolled in db.session.execute(
            select(role.name, func.count(Account.id), func.count(SecondFactor.confirmed_at))
            .select_from(Account)
            .join(Account.roles)
            .outerjoin(SecondFactor, SecondFactor.account_id == Account.id)
            .where(Account.active.is_(True))
            .group_by(role.name)
        )
    }
    required = required_types()
    return [TypeLine(name, name in required, *counts.get(name, (0, 0))) for name in ACCOUNT_TYPES]


def require_second_factor(account_types: Collection[str], *, actor: Account, at: datetime) -> None:
    """These types from now on, no others.

    Accounts of a type whose rule changes and that have no second factor are signed out, the actor's own, too.
    """
    require_manager(actor)
    wanted = {name for name in account_types if name in ACCOUNT_TYPES}
    if len(wanted) != len(set(account_types)):
        raise Refused("Không có loại tài khoản này.", field="account_types")
    before = required_types()
    if wanted == before:
        return
    for rule in db.session.scalars(select(RequiredSecondFactor)):
        if rule.account_type not in wanted:
            db.session.delete(rule)
    db.session.add_all(RequiredSecondFactor(account_type=name) for name in sorted(wanted - before))
    end_sessions_of(_without_factor(wanted ^ before), at=at)
    audit.record(
        "second_factor_required", actor=actor, at=at, account_types=[_listed(before), _listed(wanted)]
    )


def _without_factor(account_types: Collection[str]) -> Select:
    """Ids of the accounts of these types that have no second factor."""
    role = Account.roles.property.mapper.class_
    enrolled = select(SecondFactor.account_id).where(SecondFactor.confirmed_at.is_not(None))
    of_types = Account.roles.any(role.name.in_(account_types))
    return select(Account.id).where(of_types, Account.id.not_in(enrolled))


def _listed(names: Collection[str]) -> str:
    return ", ".join(name for name in ACCOUNT_TYPES if name in names)
