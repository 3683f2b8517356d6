"""requirements*.txt, package-lock.json: every package is pinned by version and hash; none names a registry's host."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PINNED = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")
PACKAGE = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ \\]+)((?: \\\n {4}--hash=sha256:[0-9a-f]{64})*)", re.MULTILINE)


def packages(name: str) -> dict[str, tuple[str, bool]]:
    """Package → (version, whether hashes follow)."""
    found = PACKAGE.findall((ROOT / name).read_text(encoding="utf-8"))
    return {package: (version, bool(hashes)) for package, version, hashes in found}


@pytest.mark.parametrize("name", PINNED)
def test_every_package_has_its_hashes(name):
    """Compile with `make pins` when this fails."""
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and line[0] not in " #"]
    found = packages(name)
    assert (len(found), [package for package, (_v, hashed) in found.items() if not hashed]) == (len(lines), [])


def test_the_front_end_is_pinned_by_hash():
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, package in lock.items() if name and not package["integrity"].startswith("sha512-")] == []


def test_a_server_installs_what_the_application_needs_in_the_versions_that_were_tested():
    server, tested = packages("requirements.txt"), packages("requirements-dev.txt")
    assert {name for name in server if tested.get(name) != server[name]} == set()
    assert {"pytest", "locust", "moto", "docker", "playwright", "ruff"} & server.keys() == set()
    setup = re.search(r"^\$\(PACKAGES\):.*?\n\n", (ROOT / "Makefile").read_text(), re.MULTILINE | re.DOTALL)[0]
    assert ("requirements-dev" in setup, "$(PIP) -r requirements.txt" in setup) == (False, True)


@pytest.mark.parametrize("name", [*PINNED, "requirements.in", "requirements-dev.in", "package-lock.json", "Makefile"])
def test_no_file_names_a_registry(name):
    words = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"--(?:extra-)?index-url|--find-links[ =]|--trusted-host|registry\.|pypi\.", words) == []


def test_no_package_is_under_the_gpl():
    """clamd is spoken to in lines of our own (app/antivirus.py)."""
    assert "clamav-client" not in packages("requirements-dev.txt")
