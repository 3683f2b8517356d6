"""app/sign_in/spraying.py: one password at many names is seen, told and stopped; an office goes on working."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.clock import now
from app.extensions import db
from app.models import Account, AuditEvent, Notification
from app.sign_in.models import SignInTries
from app.sign_in.spraying import MOST, SPAN
from tests.conftest import Browser
from tests.province import NOW, PASSWORD

BARRED = "Sai nhiều lần; hãy thử lại sau"
STRANGER = "203.0.113.9"


@pytest.fixture
def new_device(app):
    return lambda: Browser(app.test_client())


def attempt(browser, name: str, password: str = "sai-mat-khau", address: str = STRANGER):
    form = {"username": name, "password": password}
    return browser.post("/login/", form, environ_base={"REMOTE_ADDR": address})


def sprayed(app, address: str, network: str, names: int = MOST) -> None:
    """What a wrong try at each of so many names leaves."""
    with app.app_context():
        for number in range(names):
            row = {"name": f"ten-{number}", "source": f"address:{address}", "network": network}
            db.session.add(SignInTries(**row, tries=1, since=now()))
        db.session.commit()


def test_the_next_name_after_so_many_is_refused_even_with_the_right_password(app, new_device):
    browser = new_device()
    for number in range(MOST):
        assert BARRED not in attempt(browser, f"ten-{number}").text
    answer = attempt(browser, "tp-nhap", PASSWORD)
    assert (answer.status_code, BARRED in answer.text) == (200, True)


@pytest.mark.parametrize(
    ("address", "near", "network"),
    [
        ("203.0.113.9", "203.0.113.200", "203.0.113.0/24"),
        ("2001:db8:1:2::/64", "2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
    ],
)
def test_neighbours_in_the_block_count_together_and_others_do_not(app, new_device, address, near, network):
    sprayed(app, address, network)
    assert BARRED in attempt(new_device(), "tp-nhap", PASSWORD, near).text
    assert attempt(new_device(), "tp-nhap", PASSWORD, "198.51.100.1").status_code == 302


def test_many_addresses_of_one_block_add_up(app, new_device):
    browser = new_device()
    for number in range(MOST):
        attempt(browser, f"ten-{number}", address=f"203.0.113.{number + 1}")
    assert BARRED in attempt(browser, "tp-nhap", PASSWORD, "203.0.113.250").text


def test_a_known_device_of_the_same_office_goes_on(app, new_device):
    own = new_device()
    assert attempt(own, "tp-nhap", PASSWORD).status_code == 302
    own.post("/logout/")
    sprayed(app, STRANGER, "203.0.113.0/24")
    assert attempt(new_device(), "tp-nhap", PASSWORD).status_code == 200
    assert attempt(own, "tp-nhap", PASSWORD).status_code == 302


def test_an_office_where_everyone_mistypes_and_then_gets_in_is_not_barred(app, province, new_device):
    sprayed(app, STRANGER, "203.0.113.0/24", MOST - 1)
    for name in ("tp-nhap", "tp-duyet", "tc-nhap"):
        browser = new_device()
        attempt(browser, name)
        assert attempt(browser, name, PASSWORD).status_code == 302


def test_knocking_on_does_not_keep_the_network_barred(app, new_device):
    sprayed(app, STRANGER, "203.0.113.0/24")
    for name in ("tp-nhap", "tc-nhap"):
        assert BARRED in attempt(new_device(), name, PASSWORD).text
    with app.app_context():
        fresh = select(SignInTries.name).where(SignInTries.network != "", SignInTries.tries > 0)
        assert len(set(db.session.scalars(fresh))) == MOST
        long_ago = SignInTries.name.like("ten-%")
        db.session.execute(update(SignInTries).where(long_ago).values(since=NOW - SPAN - timedelta(minutes=1)))
        db.session.commit()
    assert attempt(new_device(), "tp-nhap", PASSWORD).status_code == 302


def test_managers_and_administrators_hear_of_it_once(app, new_device):
    sprayed(app, STRANGER, "203.0.113.0/24")
    for name in ("tp-nhap", "tc-nhap", "nv-nhap"):
        attempt(new_device(), name)
    with app.app_context():
        query = select(Account.username).join(Notification, Notification.account_id == Account.id)
        told = query.where(Notification.text.contains("203.0.113.0/24")).order_by(Account.username)
        assert db.session.scalars(told).all() == ["quan-ly", "quan-ly-2", "quan-tri"]
        events = db.session.scalars(select(AuditEvent.label).filter_by(action="network_barred")).all()
        assert events == ["203.0.113.0/24"]


def test_the_token_sign_in_is_counted_with_the_page(app, new_device):
    sprayed(app, STRANGER, "203.0.113.0/24")
    typed = {"username": "tp-nhap", "password": PASSWORD}
    where = {"REMOTE_ADDR": STRANGER}
    answer = app.test_client().post("/api/v1/security/login", json=typed, environ_base=where)
    assert (answer.status_code, BARRED in answer.text) == (401, True)
