"""A time-stamping service (RFC 3161) on this machine: OpenSSL's answers over HTTP."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SETTINGS = """
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[stamping]
basicConstraints = CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
"""


def openssl(*arguments: str | Path) -> bytes:
    return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True).stdout


def prepare(folder: Path) -> Path:
    """Certificates of an authority and of its service; the authority's file."""
    settings = folder / "openssl.cnf"
    settings.write_text(SETTINGS.format(folder=folder))
    (folder / "serial").write_text("01\n")
    new = ("req", "-new", "-newkey", "rsa:2048", "-nodes", "-config", settings)
    openssl(*new, "-x509", "-days", "9", "-subj", "/CN=Goc", "-extensions", "ca",
            "-keyout", folder / "ca.key", "-out", folder / "ca.pem")  # fmt: skip
    openssl(*new, "-subj", "/CN=TSA", "-keyout", folder / "tsa.key", "-out", folder / "tsa.csr")
    openssl("x509", "-req", "-days", "9", "-in", folder / "tsa.csr", "-CA", folder / "ca.pem", "-CAkey",
            folder / "ca.key", "-extfile", settings, "-extensions", "stamping", "-out", folder / "tsa.pem")  # fmt: skip
    return folder / "ca.pem"


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of the service."""

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = folder / "asked.tsq"
            asked.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            answer = openssl("ts", "-reply", "-config", folder / "openssl.cnf", "-queryfile", asked)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
