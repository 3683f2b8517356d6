"""``send-mail``: the outbox against a mail server of our own."""

import socket
import ssl
import threading
from pathlib import Path

import pytest

from app.clock import now
from app.extensions import db
from app.models import OutgoingMail
from tests.certificates import certificate


class MailServer(threading.Thread):
    """Speaks just enough SMTP: keeps letters, refuses recipients whose address starts with ``no``.

    With ``secret``, a certificate and its key, it goes over to TLS when it is asked to.
    """

    def __init__(self, secret: tuple[Path, Path] | None = None):
        self.secret = secret
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.letters: list[str] = []

    def run(self):
        connection, _address = self.socket.accept()
        with connection:
            self._talk(connection, "220 here")

    def _talk(self, connection, greeting=""):
        with connection.makefile("rw", newline="", encoding="utf-8") as line:
            if greeting:
                self._say(line, greeting)
            while words := line.readline():
                if words.strip().upper() == "STARTTLS":
                    self._say(line, "220 go on")
                    return self._talk_secretly(connection)
                self._answer(line, words.strip())

    def _talk_secretly(self, connection):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*self.secret)
        try:
            with context.wrap_socket(connection, server_side=True) as secret:
                self._talk(secret)
        except ssl.SSLError:
            return  # the other end does not trust us

    def _say(self, line, words):
        line.write(words + "\r\n")
        line.flush()

    def _answer(self, line, words):
        if words.upper() == "DATA":
            self._say(line, "354 go on")
            letter = ""
            while (part := line.readline()).strip() != ".":
                letter += part
            self.letters.append(letter)
        if words.upper().startswith("EHLO") and self.secret:
            self._say(line, "250-here\r\n250 STARTTLS")
            return
        refused = words.lower().startswith("rcpt to:<no")
        self._say(line, "550 no such person" if refused else "250 ok")


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
    server = MailServer()
    server.start()
    app.config.update(SMTP_HOST="127.0.0.1", SMTP_PORT=server.port, SMTP_FROM="so-noi-vu@t.example")
    yield server
    app.config.update(SMTP_HOST=None, SMTP_FROM=None)
    server.socket.close()


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
