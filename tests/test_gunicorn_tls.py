"""gunicorn.conf.py: with CERT_FILE and KEY_FILE the server speaks TLS and nothing else."""

import socket
import ssl
from pathlib import Path

import pytest
import requests

from soak.server import Server, variables
from tests.certificates import certificate


class SecureServer(Server):
    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"


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
