"""A mail server of our own, so that letters are sent over a real line and read as they arrive."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from flask import Flask


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


@contextmanager
def mail_server(app: Flask) -> Iterator[MailServer]:
    """A server that the application sends its letters to."""
    server = MailServer()
    server.start()
    address = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": server.port, "SMTP_FROM": "so-noi-vu@t.example"}
    with server.socket, patch.dict(app.config, address):
        yield server
