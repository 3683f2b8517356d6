"""Signing in on SQLite: while a password is checked, which takes long by intent, everybody else may save."""

import sqlite3

import pytest

from app import passwords
from tests.conftest import Browser


@pytest.fixture
def writes_meanwhile(app, monkeypatch):
    """What another connection's write is told while the password is being checked."""
    told, check = [], passwords.check_password_hash

    def checked(*password):
        other = sqlite3.connect(app.config["DATA_DIR"] / "scoring.db", timeout=0, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            told.append("written")
        except sqlite3.OperationalError as error:
            told.append(str(error))
        finally:
            other.close()
        return check(*password)

    monkeypatch.setattr(passwords, "check_password_hash", checked)
    return told


@pytest.mark.parametrize("name", ["tp-nhap", "khong-co"])
@pytest.mark.parametrize("password", ["Thanh-hoa-1029", "sai-mat-khau"])
def test_others_write_while_a_password_is_checked(app, writes_meanwhile, name, password):
    Browser(app.test_client()).post("/login/", {"username": name, "password": password})
    assert writes_meanwhile == ["written"]
