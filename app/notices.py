"""Notifications of an account: telling it something, what its home page lists, and the act of having read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import func, select, update

from app.errors import NotInScope, Sentence
from app.extensions import db
from app.models import Account, Notification, OutgoingMail


class Notice(NamedTuple):
    """What one account is told: a sentence that leads to ``url``, a path."""

    account_id: int
    email: str | None
    sentence: Sentence
    url: str


def has_mailbox(account: Account) -> bool:
    """Whether letters reach the account: addresses that end in ``.invalid`` stand for none."""
    return _is_mailbox(account.email)


def _is_mailbox(address: str | None) -> bool:
    return bool(address) and not address.endswith(".invalid")


def notify(account: Account, sentence: Sentence, *, at: datetime, url: str, mail: bool = False) -> None:
    """A line on the account's home page that leads to ``url`` (a path) and, with ``mail``, a letter in Vietnamese."""
    notify_many([Notice(account.id, account.email, sentence, url)], at=at, mail=mail)


def notify_many(notices: Sequence[Notice], *, at: datetime, mail: bool = False) -> int:
    """As ``notify`` for many accounts in two statements; how many letters were put into the outbox."""
    told = [(notice, str(notice.sentence)) for notice in notices]
    _add(
        Notification,
        [
            {"account_id": n.account_id, "text": text, "sentence": n.sentence, "url": n.url, "created_at": at}
            for n, text in told
        ],
    )
    base = current_app.config["BASE_URL"]
    letters = [
        {"recipient": n.email, "subject": text[:120], "body": f"{text}\n\n{base}{n.url}\n", "created_at": at}
        for n, text in told
        if mail and _is_mailbox(n.email)
    ]
    _add(OutgoingMail, letters)
    return len(letters)


def _add(model: type, rows: list[dict[str, Any]]) -> None:
    """Rows for somebody else: who writes them may not read them, so nothing of them is asked back."""
    if rows:
        db.session.execute(model.__table__.insert().inline(), rows)


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
