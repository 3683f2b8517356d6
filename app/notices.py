"""Notifications of an account: telling it something, what its home page lists, and the act of having read."""

from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import func, select, update

from app.errors import NotInScope, Sentence
from app.extensions import db
from app.models import Account, Notification, OutgoingMail


def has_mailbox(account: Account) -> bool:
    """Whether letters reach the account: addresses that end in ``.invalid`` stand for none."""
    return bool(account.email) and not account.email.endswith(".invalid")


def notify(account: Account, sentence: Sentence, *, at: datetime, url: str, mail: bool = False) -> None:
    """A line on the account's home page that leads to ``url`` (a path) and, with ``mail``, a letter in Vietnamese."""
    text = str(sentence)
    _add(Notification, account_id=account.id, text=text, sentence=sentence, url=url, created_at=at)
    if mail and has_mailbox(account):
        body = f"{text}\n\n{current_app.config['BASE_URL']}{url}\n"
        _add(OutgoingMail, recipient=account.email, subject=text[:120], body=body, created_at=at)


def _add(model: type, **values: Any) -> None:
    """A row for somebody else: who writes it may not read it, so nothing of it is asked back."""
    db.session.execute(model.__table__.insert().inline(), values)


def notifications_of(account: Account, limit: int = 100, *, unread: bool = False) -> list[Notification]:
    """Newest first."""
    query = (
        select(Notification)
        .where(Notification.account_id == account.id)
        .order_by(Notification.created_at.desc(), Notification.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query.where(Notification.read_at.is_(None)) if unread else query))


def unread_count(account: Account) -> int:
    return db.session.scalar(
        select(func.count())
        .select_from(Notification)
        .where(Notification.account_id == account.id, Notification.read_at.is_(None))
    )


def read_one(account: Account, notification_id: int, *, at: datetime) -> Notification:
    """Mark the account's own notification as read; someone else's is not in its scope."""
    notification = db.session.get(Notification, notification_id)
    if notification is None or notification.account_id != account.id:
        raise NotInScope()
    notification.read_at = notification.read_at or at
    return notification


def read_all(account: Account, *, at: datetime) -> None:
    db.session.execute(
        update(Notification)
        .where(Notification.account_id == account.id, Notification.read_at.is_(None))
        .values(read_at=at)
    )
