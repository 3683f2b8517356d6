"""Signing in on SQLite: while a password is checked, which takes long by intent, everybody else may save."""

import sqlite3

import pytest
from flask_appbuilder.security import manager

from app.extensions import db
from app.models import Account
from tests.conftest import Browser


@pytest.fixture
def writes_meanwhile(app, monkeypatch):
    """What another connection's write is told while the password is being checked."""
    told, check = [], manager.check_password_hash

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

    monkeypatch.setattr(manager, "check_password_hash", checked)
    return told


@pytest.mark.parametrize("name", ["tp-nhap", "khong-co"])
@pytest.mark.parametrize("password", ["Thanh-hoa-1029", "sai-mat-khau"])
def test_others_write_while_a_password_is_checked(app, writes_meanwhile, name, password):
    Browser(app.test_client()).post("/login/", {"username": name, "password": password})
    assert writes_meanwhile == ["written"]


def test_a_wrong_password_is_counted_on_the_account_as_it_is_after_the_check(app, province, monkeypatch):
    """Another machine counted one meanwhile; neither is lost."""
    check = manager.check_password_hash

    def counted_elsewhere(*password):
        place = sqlite3.connect(app.config["DATA_DIR"] / "scoring.db")
        with place:
            place.execute("update ab_user set fail_login_count = 2 where username = 'tp-nhap'")
        place.close()
        return check(*password)

    monkeypatch.setattr(manager, "check_password_hash", counted_elsewhere)
    Browser(app.test_client()).post("/login/", {"username": "tp-nhap", "password": "sai-mat-khau"})
    with app.app_context():
        assert db.session.get(Account, province.accounts["tp-nhap"]).fail_login_count == 3
