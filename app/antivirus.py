"""Uploads past ClamAV, when ``CLAMD_ADDRESS`` names a daemon (``host:port`` or the path of its socket).

Closed when in doubt: no answer, or one that is not understood, refuses the upload. Of clamd's protocol only INSTREAM is
spoken (clamd(8)): the content in pieces, each after its length in four bytes; an empty piece ends it; one line answers.
"""

import re
import socket
import struct
from io import BytesIO
from typing import BinaryIO, NamedTuple

from app.errors import Refused, Unavailable

SECONDS = 30.0
PORT = 3310
PIECE = 64 * 1024
LONGEST_ANSWER = 4096
_ANSWER = re.compile(r"stream: (?:(OK)|(.+) FOUND)\0?\n?")


class NoVerdict(OSError):
    """The daemon said something that is neither clean nor found."""


class Scanner(NamedTuple):
    """``address``: (host, port), or the path of a socket of this machine."""

    address: tuple[str, int] | str
    seconds: float

    def find(self, content: BinaryIO) -> str | None:
        """What the daemon finds in the content, None when it is clean; OSError when it does not say."""
        with self._connected() as connection:
            try:
                connection.sendall(b"nINSTREAM\n")
                while piece := content.read(PIECE):
                    connection.sendall(struct.pack("!L", len(piece)) + piece)
                connection.sendall(struct.pack("!L", 0))
            except ConnectionError:  # it stops listening to what is too long; its answer says so
                pass
            return _verdict(_line(connection))

    def _connected(self) -> socket.socket:
        if isinstance(self.address, tuple):
            return socket.create_connection(self.address, self.seconds)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(self.seconds)
            connection.connect(self.address)
        except OSError:
            connection.close()
            raise
        return connection


def _line(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\n") and len(answer) < LONGEST_ANSWER and (more := connection.recv(1024)):
        answer += more
    return answer.decode("utf-8", "replace")


def _verdict(line: str) -> str | None:
    match = _ANSWER.fullmatch(line)
    if match is None:
        raise NoVerdict(f"clamd: {line[:200]!r}")
    return match[2]


def scanner(address: str, seconds: float = SECONDS) -> Scanner:
    if address.startswith("/"):
        return Scanner(address, seconds)
    host, _colon, port = address.rpartition(":") if ":" in address else (address, "", "")
    return Scanner((host.strip("[]"), int(port or PORT)), seconds)


def refuse_infected(address: str, content: BinaryIO, name: str) -> None:
    """``Refused`` names what was found; ``Unavailable`` when nobody can say."""
    try:
        found = scanner(address).find(content)
    except (OSError, ValueError) as error:
        raise Unavailable(
            "Chưa quét được vi-rút cho tệp “%(name)s” nên chưa nhận. Hãy thử lại sau ít phút.", name=name
        ) from error
    if found is not None:
        raise Refused("Tệp “%(name)s” có mã độc (%(what)s) nên không nhận.", name=name, what=found)


def answers(address: str) -> bool:
    """Whether the daemon scans, within two seconds; OSError with the reason when it does not answer."""
    return scanner(address, 2.0).find(BytesIO()) is None
