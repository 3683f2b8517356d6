"""The virus scanner: a small daemon speaks clamd's INSTREAM here; what it finds is refused, and so is its silence."""

import hashlib
import socketserver
import struct
import threading
from io import BytesIO

import pytest

from app.antivirus import scanner
from app.errors import Refused, Unavailable
from app.files import FileStore
from tests.hostile.files import EICAR, PDF

SOON = 0.01  # seconds until the daemon sees that it should end
INFECTED = PDF[:-6] + EICAR + b"\n%%EOF\n"


class Clamd(socketserver.StreamRequestHandler):
    """INSTREAM; ``server.reply`` overrides the verdict."""

    def handle(self):
        if self.rfile.readline().strip() == b"nINSTREAM":
            content = self._received()
            self.server.seen.append(hashlib.sha256(content).hexdigest())
            found = b"stream: Eicar-Test-Signature FOUND\n" if EICAR in content else b"stream: OK\n"
            self.wfile.write(self.server.reply or found)

    def _received(self) -> bytes:
        content = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        return content


def serving(server):
    server.reply, server.seen = b"", []
    thread = threading.Thread(target=server.serve_forever, args=[SOON], daemon=True)
    thread.start()
    return server


@pytest.fixture
def daemon():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        serving(server)
        yield server
        server.shutdown()


@pytest.fixture
def store(daemon, tmp_path):
    return FileStore(tmp_path / "files", 100_000, f"127.0.0.1:{daemon.server_address[1]}")


def refusal(store, content, kind):
    with pytest.raises(kind) as refused:
        store.put(BytesIO(content), "Quyết định.pdf")
    assert [path for path in store.root.rglob("*") if path.is_file()] == []
    return str(refused.value), refused.value.status


def test_a_clean_file_is_kept_and_was_seen_whole(store, daemon):
    kept = store.put(BytesIO(PDF * 2000), "a.pdf")
    assert (daemon.seen, store.exists(kept.sha256)) == ([kept.sha256], True)


def test_an_infected_file_is_refused_with_the_name_of_the_find(store):
    said = "Tệp “Quyết định.pdf” có mã độc (Eicar-Test-Signature) nên không nhận."
    assert refusal(store, INFECTED, Refused) == (said, 422)


@pytest.mark.parametrize(
    "reply",
    [
        b"stream: Can't allocate memory ERROR\n",
        b"INSTREAM size limit exceeded. ERROR\n",
        b"\n",
        b"nonsense\n",
        b"stream: OK and more\n",
        b"stream:  FOUND\n",
        b"stream: OK\nstream: A FOUND\n",
        b"a" * 10_000,
    ],
)
def test_an_answer_that_is_no_verdict_refuses(store, daemon, reply):
    daemon.reply = reply
    said = "Chưa quét được vi-rút cho tệp “Quyết định.pdf” nên chưa nhận. Hãy thử lại sau ít phút."
    assert refusal(store, PDF, Unavailable) == (said, 503)


class Deaf(Clamd):
    """Stops listening in the middle and says why, as clamd does beyond StreamMaxLength."""

    def handle(self):
        self.rfile.readline()
        self.wfile.write(b"INSTREAM size limit exceeded. ERROR\n")


class Silent(Clamd):
    def handle(self):
        self._received() if self.rfile.readline() else None


@pytest.mark.parametrize("handler", [Deaf, Silent])
def test_a_daemon_that_stops_listening_or_hangs_up_refuses(tmp_path, handler):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        serving(server)
        store = FileStore(tmp_path / "files", 10_000_000, f"127.0.0.1:{server.server_address[1]}")
        assert refusal(store, PDF[:-6] + bytes(4_000_000) + b"%%EOF\n", Unavailable)[1] == 503
        server.shutdown()


def test_without_the_daemon_nothing_is_taken(tmp_path):
    assert refusal(FileStore(tmp_path, 100_000, "127.0.0.1:1"), PDF, Unavailable)[1] == 503


def test_a_socket_of_this_machine_serves_as_well(tmp_path):
    address = str(tmp_path / "clamd.sock")
    with socketserver.ThreadingUnixStreamServer(address, Clamd) as server:
        serving(server)
        with pytest.raises(Refused):
            FileStore(tmp_path / "files", 100_000, address).put(BytesIO(INFECTED), "a.pdf")
        server.shutdown()


def test_the_address_is_a_host_with_a_port_or_a_path():
    found = [scanner(word).address for word in ("av", "av:3311", "[::1]:3311", "/run/clamav/clamd.ctl")]
    assert found == [("av", 3310), ("av", 3311), ("::1", 3311), "/run/clamav/clamd.ctl"]


def test_readyz_names_a_scanner_that_does_not_answer(app, client, daemon):
    answers = {}
    for name, address in (("up", f"127.0.0.1:{daemon.server_address[1]}"), ("down", "127.0.0.1:1")):
        app.config["CLAMD_ADDRESS"] = address
        answer = client.get("/readyz")
        answers[name] = (answer.status_code, answer.json["antivirus"])
    app.config["CLAMD_ADDRESS"] = None
    assert answers == {"up": (200, "ok"), "down": (503, "failed")}
