"""app/sign_in/tries.py: guessing is slow, and nobody locks another out of their own device (OWASP device cookies)."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.accounts import give_one_time_password
from app.clock import now
from app.extensions import db
from app.models import AuditEvent
from app.sign_in.models import SignInTries
from app.sign_in.tries import OWN_SPAN, OWN_TRIES, STRANGERS_SPAN, STRANGERS_TRIES
from tests.conftest import Browser
from tests.province import NOW, PASSWORD

HOME, STRANGER = "10.0.0.1", "203.0.113.{}"
BARRED = "Sai nhiều lần; hãy thử lại sau"


@pytest.fixture
def new_device(app):
    return lambda: Browser(app.test_client())


def attempt(browser, password: str, name="tp-nhap", address=HOME):
    form = {"username": name, "password": password}
    return browser.post("/login/", form, environ_base={"REMOTE_ADDR": address})


def fail(browser, times: int, **where) -> None:
    for _ in range(times):
        assert attempt(browser, "sai-mat-khau", **where).status_code == 200


def enters(browser, **where) -> bool:
    return attempt(browser, PASSWORD, **where).status_code == 302


def leave(browser) -> None:
    assert browser.post("/logout/").status_code == 302


def used_up(app, tries: int, source: str = f"address:{HOME}", name: str = "tp-nhap") -> None:
    """What so many wrong tries leave; the source "" is all strangers, however many addresses they come from."""
    with app.app_context():
        db.session.merge(SignInTries(name=name, source=source, tries=tries, since=now()))
        db.session.commit()


def later(app, span: timedelta) -> None:
    with app.app_context():
        db.session.execute(update(SignInTries).values(since=NOW - span))
        db.session.commit()


def test_five_wrong_passwords_bar_the_address_for_a_quarter_of_an_hour(app, new_device):
    browser = new_device()
    fail(browser, OWN_TRIES)
    refused = attempt(browser, PASSWORD)
    assert (refused.status_code, f"{BARRED} 15 phút." in refused.text) == (200, True)
    later(app, OWN_SPAN)
    assert enters(browser)


def test_four_wrong_ones_and_the_right_one_begin_anew(app, new_device):
    browser = new_device()
    used_up(app, OWN_TRIES - 1)
    assert enters(browser)
    with app.app_context():
        assert db.session.scalars(select(SignInTries.tries).where(SignInTries.source != "")).all() == []


def test_barred_at_one_address_the_owner_enters_from_another(app, new_device):
    used_up(app, OWN_TRIES, source=f"address:{STRANGER.format(1)}")
    assert not enters(new_device(), address=STRANGER.format(1))
    assert enters(new_device())


def test_a_known_device_is_not_barred_by_a_stranger_behind_the_same_address(new_device):
    own, stranger = new_device(), new_device()
    assert enters(own)
    leave(own)
    fail(stranger, OWN_TRIES)
    assert (enters(stranger), enters(own)) == (False, True)


def test_strangers_from_many_addresses_bar_strangers_only(app, new_device):
    own = new_device()
    assert enters(own)
    leave(own)
    used_up(app, STRANGERS_TRIES, source="")
    assert (enters(new_device(), address=STRANGER.format(9)), enters(own)) == (False, True)
    later(app, STRANGERS_SPAN)
    assert enters(new_device(), address=STRANGER.format(9))


def test_wrong_tries_of_many_addresses_add_up(app, new_device):
    used_up(app, STRANGERS_TRIES - 2, source="")
    fail(new_device(), 1, address=STRANGER.format(1))
    fail(new_device(), 1, address=STRANGER.format(2))
    assert not enters(new_device(), address=STRANGER.format(3))


def test_a_network_of_ipv6_is_one_stranger(app, new_device):
    used_up(app, OWN_TRIES, source="address:2001:db8:1:2::/64")
    assert not enters(new_device(), address="2001:db8:1:2::ffff")
    assert enters(new_device(), address="2001:db8:1:3::1")


def test_a_known_device_has_five_tries_of_its_own(new_device):
    own = new_device()
    assert enters(own)
    leave(own)
    fail(own, OWN_TRIES)
    assert not enters(own)
    assert enters(new_device())


def test_a_device_knows_only_who_has_signed_in_on_it(app, new_device):
    own = new_device()
    assert enters(own, name="tc-nhap")
    leave(own)
    used_up(app, OWN_TRIES)
    assert (enters(own), enters(own, name="tc-nhap")) == (False, True)


def test_a_device_shared_by_two_knows_both(app, new_device):
    own = new_device()
    for name in ("tp-nhap", "tc-nhap"):
        assert enters(own, name=name)
        leave(own)
    for name in ("tp-nhap", "tc-nhap"):
        used_up(app, OWN_TRIES, name=name)
        assert enters(own, name=name)
        leave(own)


def test_a_forged_cookie_makes_no_known_device(app, new_device):
    used_up(app, OWN_TRIES)
    thief = new_device()
    thief.client.set_cookie("known_device", '{"1": "aaaa"}')
    assert not enters(thief)


def test_the_cookie_of_a_known_device_is_out_of_reach_of_scripts(new_device):
    cookie = next(
        header
        for header in attempt(new_device(), PASSWORD).headers.getlist("Set-Cookie")
        if header.startswith("known_device=")
    )
    assert ["HttpOnly" in cookie, "SameSite=Lax" in cookie] == [True, True]


def test_a_name_that_nobody_has_is_barred_in_the_same_words(app, new_device):
    browser = new_device()
    used_up(app, OWN_TRIES - 1, name="khong-co")
    fail(browser, 1, name="khong-co")
    assert f"{BARRED} 15 phút." in attempt(browser, PASSWORD, name="khong-co").text


def test_the_address_of_mail_is_counted_as_the_name(app, province, new_device):
    with app.app_context():
        email = province.account("tp-nhap").email
    used_up(app, OWN_TRIES - 1)
    fail(new_device(), 1, name=email)
    assert not enters(new_device())


def test_a_one_time_password_begins_the_counts_anew(app, province, new_device):
    used_up(app, OWN_TRIES)
    with app.app_context():
        secret = give_one_time_password(province.account("tp-nhap"), actor=None, at=NOW)
        db.session.commit()
    assert attempt(new_device(), secret).status_code == 302


def test_the_old_password_asked_inside_cannot_be_guessed_either(sign_in):
    browser = sign_in("tp-nhap")
    form = {"new": "Hoang-hoa-2048", "again": "Hoang-hoa-2048"}
    for _ in range(OWN_TRIES):
        assert browser.post("/password/", form | {"old": "sai"}).status_code == 422
    page = browser.post("/password/", form | {"old": PASSWORD})
    assert (page.status_code, BARRED in page.text) == (422, True)


def test_every_wrong_try_is_on_the_trail(app, new_device):
    fail(new_device(), 2)
    with app.app_context():
        actions = db.session.scalars(
            select(AuditEvent.action).where(AuditEvent.action.like("sign_in%"))
        ).all()
    assert actions == ["sign_in_failed"] * 2
