"""app/web/desk.py: the database is gone, and whoever asks is told so by a page that needs none."""

from contextlib import contextmanager

import pytest

from app.extensions import db


@contextmanager
def database_gone(app):
    """A folder lies where the database was: nothing can be opened there."""
    place = app.config["DATA_DIR"] / "scoring.db"
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    for leftover in app.config["DATA_DIR"].glob("scoring.db*"):
        leftover.unlink()
    place.mkdir()
    try:
        yield
    finally:
        place.rmdir()


@pytest.mark.parametrize("address", ["/home/", "/sheets/", "/sheets/1"])
def test_a_page_without_a_database_says_so_and_is_no_crash(app, sign_in, address):
    clerk = sign_in("tp-nhap")
    with database_gone(app):
        answer = clerk.get(address)
    assert (answer.status_code, "Phần mềm đang bận. Hãy thử lại sau ít giây." in answer.text) == (503, True)


def test_a_form_without_a_database_says_so_and_is_no_crash(app, sign_in):
    clerk = sign_in("tp-nhap")
    headers = {"X-CSRFToken": clerk.token()}
    with database_gone(app):
        answer = clerk.client.post("/sheets/1/send", headers=headers)
    assert (answer.status_code, "Mã yêu cầu" in answer.text) == (503, True)
