"""deploy/*.service: each unit is as tight as docs/operations.md says."""

from configparser import ConfigParser
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parent.parent / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
TIGHT = {
    "User": "cham-diem",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "NoNewPrivileges": "yes",
}


def service(path: Path) -> dict[str, str]:
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read_string(path.read_text(encoding="utf-8"))
    return dict(parser["Service"])


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_every_service_reaches_this_machine_alone(path):
    found = service(path)
    assert (found["IPAddressDeny"], found["IPAddressAllow"]) == ("any", "localhost")


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_what_every_service_logs_is_forwarded(path):
    forwarded = (DEPLOY / "rsyslog.conf").read_text(encoding="utf-8")
    assert service(path)["SyslogIdentifier"] == path.stem
    assert '$programname startswith "cham-diem"' in forwarded
    assert ('StreamDriverMode="1"' in forwarded, 'StreamDriverAuthMode="x509/name"' in forwarded) == (True, True)


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_every_service_is_nobody_and_writes_its_own_folders_alone(path):
    assert {name: service(path).get(name) for name in TIGHT} == TIGHT
