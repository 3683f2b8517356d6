"""Uploads past ClamAV, when ``CLAMD_ADDRESS`` names a daemon (``host:port`` or the path of its socket).

Closed when in doubt: no answer, or one that is not understood, refuses the upload.
"""

from io import BytesIO
from typing import BinaryIO

from clamav_client.clamd import ClamdError, ClamdNetworkSocket, ClamdUnixSocket

from app.errors import Refused, Unavailable

SECONDS = 30.0
PORT = 3310


def scanner(address: str, seconds: float = SECONDS) -> ClamdNetworkSocket | ClamdUnixSocket:
    if address.startswith("/"):
        return ClamdUnixSocket(path=address, timeout=seconds)
    host, _colon, port = address.rpartition(":") if ":" in address else (address, "", "")
    return ClamdNetworkSocket(host=host.strip("[]"), port=int(port or PORT), timeout=seconds)


def refuse_infected(address: str, content: BinaryIO, name: str) -> None:
    """``Refused`` names what was found; ``Unavailable`` when nobody can say."""
    try:
        found = scanner(address).instream(content)["stream"]
    except (ClamdError, OSError, KeyError, ValueError) as error:
        raise Unavailable(
            "Chưa quét được vi-rút cho tệp “%(name)s” nên chưa nhận. Hãy thử lại sau ít phút.", name=name
        ) from error
    verdict, what = found
    if verdict == "FOUND":
        raise Refused("Tệp “%(name)s” có mã độc (%(what)s) nên không nhận.", name=name, what=what)
    if verdict != "OK":
        raise Unavailable(
            "Chưa quét được vi-rút cho tệp “%(name)s” nên chưa nhận. Hãy thử lại sau ít phút.", name=name
        )


def answers(address: str) -> bool:
    """Whether the daemon scans, within two seconds; OSError with the reason when it does not answer."""
    try:
        return scanner(address, 2.0).instream(BytesIO())["stream"][0] == "OK"
    except (ClamdError, OSError, KeyError) as error:
        raise OSError(f"clamd: {error}") from error
