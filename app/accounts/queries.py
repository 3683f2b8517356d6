"""What waits on the accounts desk, and single rows of it by id."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.errors import NotInScope
from app.extensions import db
from app.models import Account, AccountRequest, ManagerReset, ResetRequest
from app.sign_in.models import SecondFactor

PAGE = 20
LATEST = 5  # requests of one account that the desk shows; the register has all


class Page(NamedTuple):
    """``total`` counts all pages' things."""

    items: list[Any]
    number: int
    pages: int
    total: int


class ResetGroup(NamedTuple):
    """The latest requests that wait for one account, newest first, of ``count``; no account has a name nobody has."""

    name: str
    account: Account | None
    requests: list[ResetRequest]
    count: int


def pending_requests(page: int = 1) -> Page:
    """Oldest first."""
    query = (
        select(AccountRequest)
        .where(AccountRequest.state == "pending")
        .options(joinedload(AccountRequest.agency), joinedload(AccountRequest.requested_by))
    )
    return _page(query, page, AccountRequest.requested_at, AccountRequest.id)


def locked_accounts(page: int = 1) -> Page:
    query = select(Account).where(Account.locked_at.is_not(None)).options(joinedload(Account.agency))
    return _page(query, page, Account.locked_at.desc(), Account.id)


def _page(query: Select, page: int, *order) -> Page:
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery()))
    number, pages = _bounded(page, total)
    rows = db.session.scalars(query.order_by(*order).offset((number - 1) * PAGE).limit(PAGE))
    return Page(list(rows), number, pages, total)


def _bounded(page: int, total: int) -> tuple[int, int]:
    pages = max(1, -(-total // PAGE))
    return min(max(page, 1), pages), pages


def pending_resets(page: int = 1) -> Page:
    """One ``ResetGroup`` for each account, or name that no account has; who has waited longest first."""
    waiting = select(ResetRequest.id, ResetRequest.username).where(ResetRequest.state == "pending")
    rows = db.session.execute(waiting.order_by(ResetRequest.requested_at, ResetRequest.id)).all()
    owners = _owners({name for _id, name in rows})
    groups: dict[Any, list[tuple[int, str]]] = {}
    for row_id, name in rows:
        groups.setdefault(owners.get(name, name), []).append((row_id, name))
    number, pages = _bounded(page, len(groups))
    shown = dict(list(groups.items())[(number - 1) * PAGE : number * PAGE])
    return Page(_reset_groups(shown), number, pages, len(groups))


def _owners(names: Collection[str]) -> dict[str, int]:
    """Name or address of mail → the account's id; without those that could mean two accounts."""
    name, address = func.lower(Account.username), func.lower(Account.email)
    query = select(Account.id, name, address).where(or_(name.in_(names), address.in_(names)))
    found: dict[str, set[int]] = {}
    for account_id, *theirs in db.session.execute(query):
        for each in theirs:
            found.setdefault(each, set()).add(account_id)
    return {each: ids.copy().pop() for each, ids in found.items() if len(ids) == 1}


def _reset_groups(groups: dict[Any, Sequence[tuple[int, str]]]) -> list[ResetGroup]:
    accounts = select(Account).where(Account.id.in_([key for key in groups if isinstance(key, int)]))
    known = {a.id: a for a in db.session.scalars(accounts.options(joinedload(Account.agency)))}
    latest = {key: [row_id for row_id, _name in rows[: -LATEST - 1 : -1]] for key, rows in groups.items()}
    wanted = [row_id for ids in latest.values() for row_id in ids]
    loaded = {r.id: r for r in db.session.scalars(select(ResetRequest).where(ResetRequest.id.in_(wanted)))}
    return [
        ResetGroup(rows[-1][1], known.get(key), [loaded[row_id] for row_id in latest[key]], len(rows))
        for key, rows in groups.items()
    ]


def pending_manager_resets() -> list[ManagerReset]:
    """Oldest first; there are few managers, and one may wait for each."""
    query = select(ManagerReset).where(ManagerReset.state == "pending").order_by(ManagerReset.id)
    people = (joinedload(ManagerReset.account), joinedload(ManagerReset.requested_by))
    return list(db.session.scalars(query.options(*people)).unique())


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


def get_manager_reset(manager_reset_id: int) -> ManagerReset:
    """Held until the commit: of two who decide it at once, the second finds it decided."""
    query = select(ManagerReset).where(ManagerReset.id == manager_reset_id).with_for_update()
    return _found(db.session.scalars(query).one_or_none())


def _found(row):
    if row is None:
        raise NotInScope()
    return row
