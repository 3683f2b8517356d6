"""An account's sessions: begun at sign-in, found again at each request, seen and ended by their owner."""

import hashlib
import secrets
from datetime import datetime, timedelta

from flask import current_app, request
from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, delete, func, select, update
from sqlalchemy.orm import joinedload, with_expression

from app import audit
from app.errors import NotInScope
from app.extensions import READING, db
from app.models import Account, Notification
from app.sign_in.models import AccountSession, RequiredSecondFactor, SecondFactor, ShownOnce

SEEN_EVERY = timedelta(minutes=5)


def begin_session(account: Account, *, through: str, at: datetime) -> str:
    """A new row; returns the key for the cookie. The account's sessions of former days are cleared away."""
    key = secrets.token_urlsafe(24)
    db.session.execute(
        delete(AccountSession).where(
            AccountSession.account_id == account.id, AccountSession.signed_in_at <= at - _longest()
        )
    )
    db.session.add(
        AccountSession(
            account_id=account.id,
            key_hash=_hash(key),
            signed_in_at=at,
            seen_at=at,
            address=(request.remote_addr or "")[:60],
            browser=request.user_agent.string[:300],
            through=through,
        )
    )
    return key


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _longest() -> timedelta:
    return current_app.config["PERMANENT_SESSION_LIFETIME"]


def find_session(account_id: int, key: str) -> AccountSession | None:
    """The session of the key unless it was ended, with its account, roles, agency and unread notices: one statement."""
    account = joinedload(AccountSession.account, innerjoin=True)
    query = (
        select(AccountSession)
        .where(
            AccountSession.account_id == account_id,
            AccountSession.key_hash == _hash(key),
            AccountSession.ended_at.is_(None),
        )
        .options(
            account.joinedload(Account.roles),
            account.joinedload(Account.groups),
            account.joinedload(Account.agency),
            with_expression(AccountSession.unread, _unread(account_id)),
            with_expression(AccountSession.must_enrol, _must_enrol(account_id)),
            with_expression(AccountSession.unconfirmed, _unconfirmed()),
        )
    )
    return db.session.scalars(query).unique().one_or_none()


def _unread(account_id: int) -> ScalarSelect[int]:
    mine = (Notification.account_id == account_id, Notification.read_at.is_(None))
    return select(func.count()).select_from(Notification).where(*mine).scalar_subquery()


def _unconfirmed() -> ScalarSelect[int]:
    own = ShownOnce.session_id == AccountSession.id
    return select(func.min(ShownOnce.id)).where(own).correlate(AccountSession).scalar_subquery()


def _must_enrol(account_id: int) -> ColumnElement[bool]:
    """Whether the account's type must have a second factor now and the account has none."""
    roles = Account.roles.property
    role, held = roles.mapper.class_, roles.secondary
    required = (
        select(RequiredSecondFactor.account_type)
        .join(role, role.name == RequiredSecondFactor.account_type)
        .join(held, held.c.role_id == role.id)
        .where(held.c.user_id == account_id)
    )
    enrolled = select(SecondFactor.account_id).where(
        SecondFactor.account_id == account_id, SecondFactor.confirmed_at.is_not(None)
    )
    return and_(required.exists(), ~enrolled.exists())


def note_seen(live: AccountSession, *, at: datetime) -> None:
    """Write when the session was last used, once in ``SEEN_EVERY``.

    A request that only reads has no transaction that may write: it takes a short one of its own. In one that
    writes, the mark stands or falls with the act.
    """
    if at - live.seen_at < SEEN_EVERY:
        return
    mark = update(AccountSession.__table__).where(AccountSession.id == live.id).values(seen_at=at)
    if request.method in READING:
        with db.engine.execution_options(reading=False).begin() as connection:
            connection.execute(mark)
    else:
        db.session.execute(mark)


def live_sessions(account: Account, *, at: datetime) -> list[AccountSession]:
    """Those that may still be used, the last used first."""
    idle = current_app.config["SESSION_IDLE"] + SEEN_EVERY
    return list(
        db.session.scalars(
            select(AccountSession)
            .where(
                AccountSession.account_id == account.id,
                AccountSession.ended_at.is_(None),
                AccountSession.signed_in_at > at - _longest(),
                AccountSession.seen_at > at - idle,
            )
            .order_by(AccountSession.seen_at.desc(), AccountSession.id.desc())
        )
    )


def require_own_session(session_id: int, *, actor: Account) -> AccountSession:
    own = (AccountSession.id == session_id, AccountSession.account_id == actor.id)
    found = db.session.scalars(select(AccountSession).where(*own)).one_or_none()
    if found is None:
        raise NotInScope()
    return found


def end_session(session_id: int, *, actor: Account, at: datetime, signed_out: bool = False) -> None:
    """The owner ends one of their own; another's does not exist for them. Ending it twice is no fault.

    ``signed_out``: it is the one that asks.
    """
    found = require_own_session(session_id, actor=actor)
    if found.ended_at is None:
        found.ended_at = at
        _delete_lists(AccountSession.id == found.id)
        if signed_out:
            audit.record("signed_out", actor, actor=actor, at=at)
        else:
            audit.record("session_ended", actor, actor=actor, at=at, address=found.address)


def end_other_sessions(account: Account, *, kept: int, at: datetime) -> None:
    """The owner ends every session but the one that asks, ``kept``."""
    end_sessions(account, kept=kept, at=at)
    audit.record("other_sessions_ended", account, actor=account, at=at)


def end_sessions(account: Account, *, at: datetime, kept: int | None = None) -> None:
    """End all sessions of the account; ``kept`` is spared."""
    ending = (AccountSession.account_id == account.id, AccountSession.ended_at.is_(None))
    spared = () if kept is None else (AccountSession.id != kept,)
    _delete_lists(*ending, *spared)
    db.session.execute(update(AccountSession).where(*ending, *spared).values(ended_at=at))


def end_sessions_of(account_ids: Select, *, at: datetime) -> None:
    """End all sessions of the accounts whose ids the query gives."""
    ending = (AccountSession.account_id.in_(account_ids), AccountSession.ended_at.is_(None))
    _delete_lists(*ending)
    db.session.execute(
        update(AccountSession).where(*ending).values(ended_at=at), execution_options={"synchronize_session": False}
    )


def _delete_lists(*ending: ColumnElement[bool]) -> None:
    """A session's lists of secrets go with it."""
    ended = select(AccountSession.id).where(*ending)
    db.session.execute(
        delete(ShownOnce).where(ShownOnce.session_id.in_(ended)),
        execution_options={"synchronize_session": False},
    )
