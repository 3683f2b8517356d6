"""Who asks: the kinds of account, and a person whose session stays as it was at the sign-in."""

from flask import Flask
from sqlalchemy import insert, select

from app.extensions import db
from app.sign_in.models import AccountSession
from tests.conftest import Browser
from tests.province import PASSWORD

KINDS = {
    "anonymous": None,
    "clerk": "tp-nhap",
    "leader": "tp-duyet",
    "clerk of another agency": "tc-nhap",
    "leader of another agency": "tc-duyet",
    "assigned appraiser": "td-nv",
    "appraiser who has sent": "td-hai",
    "appraiser without assignment": "td-la",
    "manager": "quan-ly",
    "administrator": "quan-tri",
}


class Person:
    """Every request carries the same session and token: nothing that one answer sets reaches the next request.

    Small requests (htmx) get their refusals as a sentence with its status, where a form would be sent back to its page.
    """

    def __init__(self, app: Flask, kind: str):
        browser, name = Browser(app.test_client()), KINDS[kind]
        if name is not None:
            assert browser.post("/login/", {"username": name, "password": PASSWORD}).status_code == 302
        token = browser.token()
        cookie = browser.client.get_cookie("session").value
        self.app, self.row = app, {} if name is None else _newest_session(app)
        self.headers = {"Cookie": f"session={cookie}", "X-CSRFToken": token}
        self.client = app.test_client(use_cookies=False)

    def ask(self, method: str, address: str, *, small: bool = True, **options):
        headers = self.headers | ({"HX-Request": "true"} if small else {})
        return self.client.open(address, method=method, headers=headers, buffered=True, **options)

    def stay_signed_in(self) -> None:
        """Put the session into a database that was copied before the sign-in."""
        if self.row:
            with self.app.app_context():
                db.session.execute(insert(AccountSession).values(self.row))
                db.session.commit()


def _newest_session(app: Flask) -> dict:
    with app.app_context():
        table = AccountSession.__table__
        return dict(db.session.execute(select(table).order_by(table.c.id.desc()).limit(1)).mappings().one())
