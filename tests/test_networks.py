"""app/networks.py, and the limits that count by it."""

import pytest

from app import create_app
from app.networks import block, subscriber
from tests.conftest import Browser, settings


@pytest.mark.parametrize(
    ("address", "one", "many"),
    [
        ("203.0.113.7", "203.0.113.7", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/64"),
        ("unix:", "unix:", "unix:"),
        ("", "", ""),
    ],
)
def test_an_address_belongs_to_a_subscriber_and_a_block(address, one, many):
    assert (subscriber(address), block(address)) == (one, many)


def test_the_limit_of_sign_ins_takes_a_network_of_ipv6_for_one(app, tmp_path):
    limited = create_app(settings(tmp_path) | {
        "RATELIMIT_ENABLED": True, "AUTH_RATE_LIMIT": "2 per minute",
        "SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"],
    })  # fmt: skip
    browser = Browser(limited.test_client())

    def status(address: str) -> int:
        form = {"username": "tp-nhap", "password": "sai"}
        return browser.post("/login/", form, environ_base={"REMOTE_ADDR": address}).status_code

    assert [status(f"2001:db8:1:2::{n}") for n in (1, 2, 3)] == [200, 200, 429]
    assert status("2001:db8:1:3::1") == 200
