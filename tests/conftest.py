"""The application on a database of its own: migrated and filled once a worker, copied for each test."""

import gc
import os
from collections.abc import Callable, Iterator
from contextvars import Context
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient

from app.cli import make_roles
from app.extensions import db
from soak.databases import migrate
from tests import province as little
from tests import unheld as unheld  # looks at every request
from tests.kept import Tales
from tests.province import PASSWORD, Province
from tests.shelves import Shelf, let_go, open_shelf

LONGEST_FIRST = ("tests/browser/test_year.py", "tests/access", "tests/hostile", "tests/soak", "tests/browser")
"""So that the others share out what is left. All else follows in its own order."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        return next((n for n, p in enumerate(LONGEST_FIRST) if item.nodeid.startswith(p)), len(LONGEST_FIRST))

    items.sort(key=rank)


def pytest_collection_finish() -> None:
    """What is imported stays: the collector of garbage need not look at it again."""
    gc.collect()
    gc.freeze()


BACKUP_KEY = "for-tests-only-and-long-enough-to-be-one"
BACKUP_KEYS = (BACKUP_KEY.encode(),)


def settings(folder: Path) -> dict:
    return {
        "TESTING": True,
        "DATA_DIR": folder,
        "FILES_DIR": folder / "files",
        "SECRET_KEY": "for-tests-only",
        "BACKUP_KEY": BACKUP_KEY,
        "FINGERPRINT_KEY": "for-tests-only",
        "AUDIT_KEY_FILE": folder / "audit_key",
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'scoring.db'}",
        "RATELIMIT_ENABLED": False,
        "PASSWORD_METHOD": "pbkdf2:sha256:1",  # cheap: tests sign in a thousand times; that of Config has its own tests
        "BASE_URL": "http://localhost",
    }


@pytest.fixture(scope="session")
def shelf() -> Iterator[Shelf]:
    with open_shelf() as made:
        yield made


@pytest.fixture(scope="session")
def filled(shelf, tmp_path_factory) -> tuple[Path, Province]:
    """The folder of the little province's database, made through the migrations."""
    folder = tmp_path_factory.mktemp("filled")
    app = shelf.app(settings(folder))
    with app.app_context():
        migrate()
        make_roles()
        made = little.build()
        let_go(app)
    return folder, made


@pytest.fixture(scope="session")
def _shared(shelf, tmp_path_factory) -> Flask:
    """One application a worker: making one takes a second, and tests change the database under it."""
    return shelf.app(settings(tmp_path_factory.mktemp("app")))


@pytest.fixture(scope="session")
def for_all_workers(shelf, tmp_path_factory) -> Path:
    """A folder for what ``kept.once`` makes: shared by the workers of this run when their shelf is."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if shelf.is_shared and "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def _tales(shelf, _shared, filled, tmp_path_factory) -> Tales:
    return Tales(shelf, _shared, filled[0], tmp_path_factory.mktemp("tales"))


@pytest.fixture
def told(app, _tales) -> Callable[[str, Callable[[], Any]], Any]:
    """``told(name, make)`` → what ``make()`` gave when it was told first; the database is as it left it."""
    return _tales.tell


@pytest.fixture
def app(_shared, filled, shelf) -> Flask:
    shelf.put(_shared, filled[0])
    return _shared


@pytest.fixture
def province(filled) -> Province:
    return filled[1]


@pytest.fixture
def opened(app, province, told) -> int:
    """The id of an open round of the three departments."""

    def make() -> int:
        with app.app_context():
            return little.open_round(province).id

    return told("opened", make)


@pytest.fixture
def ctx(app):
    """An application context, for tests that call operations and queries directly."""
    with app.app_context():
        yield
        db.session.rollback()


@pytest.fixture
def client(app) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(app):
    """``sign_in("tp-nhap")`` → a client of its own, signed in; posts carry a CSRF token (see ``Browser``)."""

    def make(name: str, password: str = PASSWORD) -> Browser:
        browser = Browser(app.test_client())
        answer = browser.post("/login/", {"username": name, "password": password})
        assert answer.status_code == 302, answer.text
        return browser

    return make


class Browser:
    """A test client that sends the page's CSRF token with every post, as the real pages do.

    Each request runs outside the test's own application context, and so finds neither its session nor its ``g``.
    """

    def __init__(self, client: FlaskClient):
        self.client = client
        self._secret = self._token = None

    def _away(self, method, *args, **kwargs):
        if has_app_context():
            db.session.commit()  # what the test holds open, a request would wait for
        return Context().run(method, *args, **kwargs)

    def get(self, *args, **kwargs):
        return self._away(self.client.get, *args, **kwargs)

    def token(self) -> str:
        """The page's; a page is asked for it only when the session holds another secret than before."""
        if self._secret is None or self._secret != self._kept():
            page = self.get("/reset-request/", follow_redirects=True).text
            self._token = page.split('name="csrf-token" content="')[1].split('"')[0]
            self._secret = self._kept()
        return self._token

    def _kept(self) -> str | None:
        with self.client.session_transaction() as session:
            return session.get("csrf_token")

    def post(self, url: str, data: dict | None = None, **kwargs):
        headers = {"X-CSRFToken": self.token()} | kwargs.pop("headers", {})
        return self._away(self.client.post, url, data=data or {}, headers=headers, **kwargs)

    def htmx(self, url: str, data: dict | None = None, **kwargs):
        return self.post(url, data, headers={"HX-Request": "true"}, **kwargs)
