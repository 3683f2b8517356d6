"""gunicorn.conf.py: with CERT_FILE and KEY_FILE the server speaks TLS and nothing else."""

import datetime
import ipaddress
import socket
import ssl
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from soak.server import Server, variables

LOOPBACK = ipaddress.ip_address("127.0.0.1")


class SecureServer(Server):
    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of this machine, signed by itself, and its key; valid today."""
    key, moment = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cham-diem")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(moment - datetime.timedelta(days=1))
        .not_valid_after(moment + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(LOOPBACK)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    places = folder / "cert.pem", folder / "key.pem"
    places[0].write_bytes(made.public_bytes(encoding))
    places[1].write_bytes(key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain))
    return places


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    """(server, its certificate's place)"""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = certificate(folder)
    mine = variables(f"sqlite:///{folder / 'scoring.db'}", folder, WEB_CONCURRENCY="1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REQUESTS_CA_BUNDLE", str(cert))
        with SecureServer(folder, mine | {"CERT_FILE": str(cert), "KEY_FILE": str(key)}) as server:
            yield server, cert


def test_a_proxy_that_trusts_the_certificate_is_answered(secure):
    server, cert = secure
    answer = requests.get(f"{server.address}/healthz", verify=str(cert), timeout=5)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_whoever_does_not_trust_the_certificate_ends_the_connection(secure, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{secure[0].address}/healthz", timeout=5)


def test_nothing_is_answered_without_tls(secure):
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(secure[0].address.replace("https", "http") + "/healthz", timeout=5)


@pytest.mark.parametrize(("version", "spoken"), [("TLSv1_2", "TLSv1.2"), ("TLSv1_3", "TLSv1.3")])
def test_tls_1_2_and_1_3_are_spoken(secure, version, spoken):
    assert _spoken(*secure, ssl.TLSVersion[version]) == spoken


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated:DeprecationWarning")
def test_older_versions_are_refused(secure):
    with pytest.raises((ssl.SSLError, ConnectionError)):
        _spoken(*secure, ssl.TLSVersion.TLSv1_1)


def _spoken(server: Server, cert: Path, version: ssl.TLSVersion) -> str:
    context = ssl.create_default_context(cafile=cert)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, version
    plain = socket.create_connection(("127.0.0.1", server.port), 5)
    with plain, context.wrap_socket(plain, server_hostname="127.0.0.1") as spoken:
        return spoken.version()
