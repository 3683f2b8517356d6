"""``send-mail``: the outbox against a mail server of our own."""

import pytest

from app.clock import now
from app.extensions import db
from app.models import OutgoingMail
from tests.certificates import certificate
from tests.mail_server import MailServer, mail_server


@pytest.fixture
def outbox(app):
    with app.app_context():
        for name in ("hoa", "no-one"):
            db.session.add(
                OutgoingMail(
                    recipient=f"{name}@t.example", subject="Nhắc việc", body="Chưa gửi.", created_at=now()
                )
            )
        db.session.commit()


@pytest.fixture
def server(app):
    with mail_server(app) as listening:
        yield listening


def fates(app):
    with app.app_context():
        return [
            (m.sent_at is not None, m.attempts, m.last_error is not None)
            for m in db.session.query(OutgoingMail)
        ]


def test_mail_is_off_without_a_server(scoring, outbox, app):
    answer = scoring("send-mail", "--json")
    assert (answer.status, answer.json) == (0, {"off": True, "sent": 0, "failed": 0, "waiting": 2})
    assert fates(app) == [(False, 0, False), (False, 0, False)]


def test_each_letter_has_its_own_fate(scoring, outbox, server, app):
    answer = scoring("send-mail", "--json")
    assert (answer.status, answer.json) == (0, {"off": False, "sent": 1, "failed": 1, "waiting": 1})
    assert fates(app) == [(True, 1, False), (False, 1, True)]
    assert ["hoa@t.example" in letter for letter in server.letters] == [True]


def test_a_server_that_is_not_there_is_written_down(scoring, outbox, app):
    app.config.update(SMTP_HOST="127.0.0.1", SMTP_PORT=1)
    try:
        answer = scoring("send-mail", "--json")
    finally:
        app.config.update(SMTP_HOST=None)
    assert answer.json == {"off": False, "sent": 0, "failed": 2, "waiting": 2}
    assert fates(app) == [(False, 1, True), (False, 1, True)]


@pytest.mark.parametrize("trusted", [True, False])
def test_a_server_whose_certificate_is_not_trusted_gets_no_letter(
    scoring, outbox, app, tmp_path, monkeypatch, trusted
):
    secret = certificate(tmp_path)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(secret[0]))
    server = MailServer(secret)
    server.start()
    for name, value in {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": server.port, "SMTP_TLS": True}.items():
        monkeypatch.setitem(app.config, name, value)
    answer = scoring("send-mail", "--json")
    server.socket.close()
    assert (answer.json["sent"], len(server.letters)) == ((1, 1) if trusted else (0, 0))
    with app.app_context():
        errors = [mail.last_error or "" for mail in db.session.query(OutgoingMail)]
    assert ["CERTIFICATE_VERIFY_FAILED" in error for error in errors] == [not trusted] * 2
