"""The application on a database of its own: migrated and filled once a worker, copied for each test."""

import shutil
from collections.abc import Iterator
from contextvars import Context
from pathlib import Path

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade

from app import create_app
from app.cli import make_roles
from app.extensions import db
from tests import province as little
from tests.province import PASSWORD, Province
from tests.shelves import Shelf, open_shelf


def settings(folder: Path) -> dict:
    return {
        "TESTING": True,
        "DATA_DIR": folder,
        "FILES_DIR": folder / "files",
        "SECRET_KEY": "for-tests-only",
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'scoring.db'}",
        "RATELIMIT_ENABLED": False,
        "BASE_URL": "http://localhost",
    }


@pytest.fixture(scope="session")
def shelf(tmp_path_factory) -> Iterator[Shelf]:
    with open_shelf(tmp_path_factory.mktemp("shelf")) as made:
        yield made


def on_shelf(shelf: Shelf, folder: Path) -> dict:
    """The settings of an application whose database the shelf can put."""
    return settings(folder) | {"SQLALCHEMY_DATABASE_URI": shelf.address(folder)}


@pytest.fixture(scope="session")
def filled(shelf, tmp_path_factory) -> tuple[Path | str, Province]:
    """The little province's database on the shelf (on SQLite a file), made through the migrations."""
    app = create_app(on_shelf(shelf, tmp_path_factory.mktemp("filled")))
    with app.app_context():
        upgrade()
        make_roles()
        made = little.build()
        return shelf.keep(app, "filled"), made


@pytest.fixture(scope="session")
def _shared(shelf, tmp_path_factory) -> Flask:
    """One application a worker: making one takes a second, and tests change the database under it."""
    return create_app(on_shelf(shelf, tmp_path_factory.mktemp("app")))


@pytest.fixture
def app(_shared, filled, shelf) -> Flask:
    shelf.put(_shared, filled[0])
    shutil.rmtree(_shared.config["FILES_DIR"], ignore_errors=True)
    return _shared


@pytest.fixture
def province(filled) -> Province:
    return filled[1]


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

    def _away(self, method, *args, **kwargs):
        if has_app_context():
            db.session.commit()  # what the test holds open, a request would wait for
        return Context().run(method, *args, **kwargs)

    def get(self, *args, **kwargs):
        return self._away(self.client.get, *args, **kwargs)

    def token(self) -> str:
        page = self.get("/reset-request/", follow_redirects=True).text
        return page.split('name="csrf-token" content="')[1].split('"')[0]

    def post(self, url: str, data: dict | None = None, **kwargs):
        headers = {"X-CSRFToken": self.token()} | kwargs.pop("headers", {})
        return self._away(self.client.post, url, data=data or {}, headers=headers, **kwargs)

    def htmx(self, url: str, data: dict | None = None, **kwargs):
        return self.post(url, data, headers={"HX-Request": "true"}, **kwargs)
