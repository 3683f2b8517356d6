"""Where the year is played: an empty province on a server of its own, and the people who come to it."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.people import DESKTOP, Person

ROOT = Path(__file__).parents[2]


@contextmanager
def running(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """An empty province in ``folder``, served by gunicorn: its address, and the one-time password of each account."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    own = {"DATA_DIR": str(folder), "PORT": str(port), "BASE_URL": address, "LOG_LEVEL": "WARNING"}
    surroundings = {
        k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "SECRET_KEY", "FILES_DIR")
    } | own
    python = [sys.executable, "-m"]
    seed = [*python, "flask", "--app", "run", "scoring", "seed", "--stage", "empty", "--json"]
    told = subprocess.run(seed, cwd=ROOT, env=surroundings, check=True, capture_output=True, text=True).stdout
    server = subprocess.Popen(
        [*python, "gunicorn", "-c", "gunicorn.conf.py", "run:app"], cwd=ROOT, env=surroundings
    )
    try:
        _wait(f"{address}/healthz", server)
        yield address, {row["username"]: row["password"] for row in json.loads(told).get("accounts", [])}
    finally:
        server.terminate()
        server.wait()


def _wait(url: str, server: subprocess.Popen) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            assert server.poll() is None, "the server ended"
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


class Stage:
    """The people by the parts they play, what they know (``passwords``), and all that went wrong (``troubles``)."""

    def __init__(self, browser: Browser, address: str, passwords: dict[str, str]):
        self.browser, self.address, self.passwords = browser, address, passwords
        self.people: dict[str, Person] = {}
        self.troubles: list[str] = []
        self.clerk_name = self.sheet = self.code = (
            ""  # the clerk's account, the sheet's number, the report's code
        )

    def person(self, part: str, size: dict = DESKTOP) -> Person:
        if part not in self.people:
            self.people[part] = Person(self.browser, self.address, size, self.troubles)
        return self.people[part]

    def leave(self) -> None:
        for person in self.people.values():
            person.context.close()

    def keep_slips(self, manager: Person) -> list[str]:
        """Remember the one-time passwords on the page; the accounts' names."""
        secrets = [cell.text_content().strip() for cell in manager.page.locator(".slip .secret").all()]
        self.passwords |= dict(zip(secrets[::2], secrets[1::2], strict=True))
        return secrets[::2]
