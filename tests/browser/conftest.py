"""Chromium on the running application: a server in a thread, and people whose pages report whatever goes wrong."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from tests.browser.people import DESKTOP, Person
from tests.province import PASSWORD

SOON = 0.01  # seconds until a server sees that it should end
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# Chromium keeps to itself: it asks nobody for updates, lists or better protocols.
FLAGS = [
    "--no-sandbox",
    "--no-first-run",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Where the application listens, in a thread of this process."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=[SOON], daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def address(app) -> Iterator[str]:
    """Where the application of this test listens."""
    with served(app) as place:
        yield place


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def small() -> set[str]:
    """The pages that were looked at on a phone."""
    return set()


@pytest.fixture
def visit(chromium, address, small):
    """``visit("tp-nhap")`` → a person at a browser of their own, signed in; ``visit(None)`` → signed out.

    What must never happen in any page (see ``people.py``) is collected and fails the test at its end; a page that a
    person looks over is looked at on a phone as well, once a session.
    """
    met, troubles = [], []

    def enter(name: str | None, size: dict = DESKTOP, password: str = PASSWORD) -> Person:
        person = Person(chromium, address, size, troubles, small)
        met.append(person)
        if name is not None:
            _sign_in(person, name, password)
        return person

    yield enter
    for person in met:
        person.context.close()
    assert troubles == []


def _sign_in(person: Person, name: str, password: str) -> None:
    """As the sign-in page does, without drawing it."""
    asking = person.context.request
    token = asking.get("/login/").text().split('name="csrf-token" content="')[1].split('"')[0]
    form = {"username": name, "password": password, "csrf_token": token}
    assert asking.post("/login/", form=form, max_redirects=0).status == 302
