"""Chromium on the running application: a server in a thread, and pages that report whatever goes wrong in them."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from tests.province import PASSWORD

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
BROWSERS_OWN = ("data:", "blob:", "chrome:", "chrome-extension:")  # Chromium shows a PDF in pages of its own
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
    thread = threading.Thread(target=server.serve_forever, daemon=True)
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


@pytest.fixture
def visit(chromium, address):
    """``visit("tp-nhap")`` → a page of a browser of its own, signed in; ``visit(None)`` → signed out.

    What must never happen in any page (a script error, a request to another host, a crash of the server) is
    collected and fails the test at its end.
    """
    contexts, troubles = [], []

    def open_page(name: str | None, size: dict = DESKTOP, password: str = PASSWORD) -> Page:
        context = chromium.new_context(viewport=size, base_url=address, locale="vi-VN")
        contexts.append(context)
        page = context.new_page()
        watch(page, address, troubles)
        if name is not None:
            page.goto("/login/?next=/password/")
            page.fill("[name=username]", name)
            page.fill("[name=password]", password)
            page.keyboard.press("Enter")
            page.wait_for_url(lambda url: "/login/" not in url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def watch(page: Page, address: str, troubles: list[str]) -> None:
    def answered(response) -> None:
        if response.status >= 500 or not response.url.startswith((address, *BROWSERS_OWN)):
            troubles.append(f"{response.status} {response.url}")

    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("response", answered)


def is_as_wide_as_the_screen(page: Page) -> bool:
    """No sideways scrolling."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
