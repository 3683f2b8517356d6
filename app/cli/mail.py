"""``send-mail``: the outbox over SMTP; ``send-digest``: the day's letters into it. Off until ``SMTP_HOST`` is set."""

import smtplib
import ssl
from collections.abc import Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

import click
from flask import current_app
from sqlalchemy import func, select

from app.cli.commands import Outcome, command
from app.clock import now
from app.extensions import db
from app.models import Account, OutgoingMail
from app.scoring.operations.digests import write_digest
from app.scoring.queries.digest import recipients

ATTEMPTS = 5
TIMEOUT_SECONDS = 20


@command("send-mail")
@click.option("--limit", type=click.IntRange(min=1), default=200, help="Số thư gửi tối đa trong một lần.")
def send_mail(limit: int) -> Outcome:
    """Gửi thư đang chờ qua SMTP; thư lỗi được gửi lại ở lần chạy sau, tối đa 5 lần."""
    waiting = db.session.scalar(select(func.count()).select_from(OutgoingMail).where(_waiting()))
    if not current_app.config["SMTP_HOST"]:
        said = f"Gửi thư đang tắt (chưa đặt SMTP_HOST); {waiting} thư đang chờ."
        return Outcome({"off": True, "sent": 0, "failed": 0, "waiting": waiting}, [said])
    query = select(OutgoingMail).where(_waiting()).order_by(OutgoingMail.id).limit(limit)
    mails = db.session.scalars(query).all()
    db.session.commit()  # nobody waits for the database while a mail server is slow
    sent = _send_all(mails, current_app.config)
    failed = len(mails) - sent
    data = {"off": False, "sent": sent, "failed": failed, "waiting": waiting - sent}
    return Outcome(data, [f"Đã gửi {sent} thư, lỗi {failed}, còn chờ {waiting - sent}."])


@command("send-digest")
def send_digest() -> Outcome:
    """Lập thư tổng hợp trong ngày cho từng người (mỗi người một thư một ngày); send-mail gửi đi sau đó."""
    made, at = 0, now()
    if not current_app.config["SMTP_HOST"]:
        return Outcome({"off": True, "made": 0}, ["Gửi thư đang tắt (chưa đặt SMTP_HOST); không lập thư nào."])
    ids = recipients()
    db.session.commit()
    for account_id in ids:
        account = db.session.get(Account, account_id)
        made += write_digest(account, address=current_app.config["BASE_URL"].rstrip("/"), at=at)
        db.session.commit()  # letter by letter: nobody waits for the database, and a second run goes on here
    return Outcome({"off": False, "made": made, "people": len(ids)}, [f"Đã lập {made} thư cho {len(ids)} người."])


def _waiting():
    return OutgoingMail.sent_at.is_(None) & (OutgoingMail.attempts < ATTEMPTS)


def _send_all(mails: list[OutgoingMail], config: Mapping[str, Any]) -> int:
    """One connection for all; each letter's own fate is written down and kept at once."""
    if not mails:
        return 0
    try:
        with _server(config) as server:
            return sum(_send(server, mail, config) for mail in mails)
    except (OSError, smtplib.SMTPException) as error:
        for mail in mails:
            if mail.sent_at is None and not mail.last_error:
                _failed(mail, error)
        db.session.commit()
        return sum(mail.sent_at is not None for mail in mails)


@contextmanager
def _server(config: Mapping[str, Any]):
    with smtplib.SMTP(config["SMTP_HOST"], config["SMTP_PORT"], timeout=TIMEOUT_SECONDS) as server:
        if config["SMTP_TLS"]:
            server.starttls(context=ssl.create_default_context())  # smtplib by itself believes any certificate
        if config["SMTP_USER"]:
            server.login(config["SMTP_USER"], config["SMTP_PASSWORD"] or "")
        yield server


def _send(server: smtplib.SMTP, mail: OutgoingMail, config: Mapping[str, Any]) -> bool:
    try:
        server.send_message(_message(mail, config))
    except smtplib.SMTPServerDisconnected:
        raise
    except (smtplib.SMTPException, ValueError) as error:
        _failed(mail, error)
    else:
        mail.sent_at, mail.last_error = now(), None
        mail.attempts += 1
    db.session.commit()
    return mail.sent_at is not None


def _failed(mail: OutgoingMail, error: Exception) -> None:
    mail.attempts += 1
    mail.last_error = f"{type(error).__name__}: {error}"[:300]


def _message(mail: OutgoingMail, config: Mapping[str, Any]) -> EmailMessage:
    """A plain letter; line breaks in an address or a subject raise ValueError."""
    message = EmailMessage()
    message["From"] = config["SMTP_FROM"] or config["SMTP_USER"] or f"noreply@{config['SMTP_HOST']}"
    message["To"] = mail.recipient
    message["Subject"] = f"[{config['APP_NAME']}] {mail.subject}"
    message["Message-ID"] = f"<outbox-{mail.id}@{config['SMTP_HOST']}>"
    message.set_content(mail.body)
    return message
