"""``send-mail``: the outbox against a mail server of our own."""

import socket
import threading

import pytest

from app.clock import now
from app.extensions import db
from app.models import OutgoingMail


class MailServer(threading.Thread):
    """Speaks just enough SMTP: keeps letters, refuses recipients whose address starts with ``no``."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.letters: list[str] = []

    def run(self):
        connection, _address = self.socket.accept()
        with connection, connection.makefile("rw", newline="", encoding="utf-8") as line:
            self._say(line, "220 here")
            while words := line.readline():
                self._answer(line, words.strip())

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
