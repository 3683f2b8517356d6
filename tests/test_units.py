"""deploy/*.service: each unit is as tight as docs/operations.md says."""

import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parent.parent / "deploy"
EXPOSED_AT_MOST = 4.2
SERVICES = sorted(DEPLOY.glob("*.service"))
TIGHT = {
    "User": "cham-diem",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "RestrictNamespaces": "yes",
    "SystemCallArchitectures": "native",
    "SystemCallErrorNumber": "EPERM",
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
    found = service(path)
    assert {name: found.get(name) for name in TIGHT} == TIGHT
    assert re.fullmatch(r"[0-9]+[MG]", found["MemoryMax"])
    assert "SystemCallFilter=@system-service\nSystemCallFilter=~@privileged\n" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_the_repositorys_history_and_the_backups_key_are_hidden_from_whoever_needs_neither(path):
    hidden = service(path)["InaccessiblePaths"].split()
    key = [] if path.stem == "cham-diem-backup" else ["-/var/lib/cham-diem-key"]
    assert hidden == ["-/opt/cham-diem/.git", *key]


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_systemd_itself_finds_every_service_little_exposed(path):
    """Where there is no systemd, the test above stands alone."""
    tool = shutil.which("systemd-analyze") or "true"
    command = [tool, "security", "--offline=true", f"--threshold={EXPOSED_AT_MOST * 10:.0f}", path]
    told = subprocess.run(command, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout.splitlines()[-1:] or told.stderr


def test_the_proxy_limits_every_address_that_takes_a_password_or_a_code():
    words = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    limited = [block for block in re.findall(r"location ([^{]*)\{([^}]*)\}", words) if "limit_req " in block[1]]
    pattern = re.compile(limited[0][0].removeprefix("~ ").strip())
    asked = ["/login/", "/login/code/", "/api/v1/security/login", "/", "/login/province/", "/api/v1/sheets/"]
    assert [bool(pattern.search(address)) for address in asked] == [True, True, True, False, False, False]
