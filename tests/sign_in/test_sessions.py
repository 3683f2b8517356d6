"""app/sign_in/sessions.py and its page: an owner sees where they are signed in and ends it there."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.accounts import give_one_time_password, lock_account, unlock_account
from app.clock import now
from app.extensions import db
from app.models import AuditEvent
from app.sign_in.browsers import device_words
from app.sign_in.models import AccountSession
from app.sign_in.sessions import SEEN_EVERY
from tests.conftest import Browser
from tests.province import NOW, PASSWORD
from tests.statements import counted

NEW = "Hoang-hoa-2048"
AGAIN = {"password": PASSWORD}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
)
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0"


def signed_in(browser) -> bool:
    return browser.get("/password/").status_code == 200


def rows(app, province, name="tp-nhap") -> list[AccountSession]:
    with app.app_context():
        wanted = AccountSession.account_id == province.accounts[name]
        return list(db.session.scalars(select(AccountSession).where(wanted).order_by(AccountSession.id)))


def shown(page: str) -> list[str]:
    """The numbers of the sessions that the page offers to end."""
    return re.findall(r"/sessions/(\d+)/end", page)


def test_the_page_names_each_device_its_address_and_which_one_this_is(app, province):
    here, there = Browser(app.test_client()), Browser(app.test_client())
    form = {"username": "tp-nhap", "password": PASSWORD}
    here.post("/login/", form, headers={"User-Agent": FIREFOX})
    there.post("/login/", form, headers={"User-Agent": PHONE}, environ_base={"REMOTE_ADDR": "10.1.2.3"})
    page = here.get("/sessions/").text
    assert [words in page for words in ("Firefox trên Linux", "Chrome trên Android", "10.1.2.3")] == [
        True
    ] * 3
    assert (page.count("phiên này"), shown(page)) == (1, [str(rows(app, province)[1].id)])


@pytest.mark.parametrize(
    ("text", "words"), [(EDGE, "Edge trên Windows"), ("curl/8", "Trình duyệt không rõ"), ("Linux", "Linux")]
)
def test_a_device_is_named_as_well_as_it_says(text, words):
    assert str(device_words(text)) == words


def test_one_session_is_ended_by_itself(app, sign_in, province):
    here, there, third = sign_in("tp-nhap"), sign_in("tp-nhap"), sign_in("tp-nhap")
    number = rows(app, province)[1].id
    assert here.post(f"/sessions/{number}/end", AGAIN).headers["Location"] == "/sessions/"
    assert here.post(f"/sessions/{number}/end", AGAIN).status_code == 302
    assert [signed_in(browser) for browser in (here, there, third)] == [True, False, True]
    with app.app_context():
        events = db.session.query(AuditEvent).filter_by(action="session_ended")
        assert [event.actor_name for event in events] == ["tp-nhap"]


@pytest.mark.parametrize("typed", [{}, {"password": "khong-phai-mat-khau"}])
def test_no_session_is_ended_without_the_password(app, sign_in, province, typed):
    here, there = sign_in("tp-nhap"), sign_in("tp-nhap")
    for what in (rows(app, province)[1].id, "others"):
        answer = here.post(f"/sessions/{what}/end", typed)
        assert (answer.status_code, "Mật khẩu hiện tại không đúng" in answer.text) == (422, True)
    assert [signed_in(browser) for browser in (here, there)] == [True, True]
    with app.app_context():
        assert db.session.query(AuditEvent).filter_by(action="sign_in_failed").count() == 2


def test_one_signs_out_of_the_session_in_use_without_the_password(sign_in):
    here = sign_in("tp-nhap")
    here.post("/logout/")
    assert not signed_in(here)


def test_the_session_in_use_is_left_by_signing_out_alone(app, sign_in, province):
    here = sign_in("tp-nhap")
    here.post(f"/sessions/{rows(app, province)[0].id}/end", AGAIN)
    assert signed_in(here)


def test_anothers_session_does_not_exist(app, sign_in, province):
    mine, other = sign_in("tc-nhap"), sign_in("tp-nhap")
    assert mine.post(f"/sessions/{rows(app, province)[0].id}/end", AGAIN).status_code == 404
    assert (signed_in(other), len(shown(mine.get("/sessions/").text))) == (True, 0)


def test_the_owner_signs_out_everywhere_else_and_stays_here(app, sign_in):
    here, there, other = sign_in("tp-nhap"), sign_in("tp-nhap"), sign_in("tc-nhap")
    assert "Đăng xuất khỏi mọi thiết bị khác" in here.get("/sessions/").text
    assert here.post("/sessions/others/end", AGAIN).status_code == 302
    assert [signed_in(browser) for browser in (here, there, other)] == [True, False, True]
    assert signed_in(sign_in("tp-nhap"))
    with app.app_context():
        events = db.session.query(AuditEvent).filter_by(action="other_sessions_ended")
        assert [event.actor_name for event in events] == ["tp-nhap"]


def test_signing_out_elsewhere_needs_a_post_with_a_token(sign_in):
    here, there = sign_in("tp-nhap"), sign_in("tp-nhap")
    assert here.get("/sessions/others/end").status_code == 405
    assert here.client.post("/sessions/others/end").status_code == 400
    assert signed_in(there)


def test_a_copied_cookie_is_worth_nothing_after_signing_out(app, sign_in):
    browser = sign_in("tp-nhap")
    thief = app.test_client()
    thief.set_cookie("session", browser.client.get_cookie("session").value)
    assert thief.get("/home/").status_code == 200
    browser.post("/logout/")
    assert thief.get("/home/").headers["Location"].startswith("/login/")


def test_a_new_password_ends_the_other_sessions_in_the_list(app, sign_in, province):
    here = sign_in("tp-nhap")
    sign_in("tp-nhap")
    here.post("/password/", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert [row.ended_at is None for row in rows(app, province)] == [True, False]


@pytest.mark.parametrize("act", ["lock", "one-time password"])
def test_a_lock_or_a_new_password_by_the_manager_ends_them_for_good(app, sign_in, province, act):
    browser = sign_in("td-tp")
    with app.app_context():
        account, manager = province.account("td-tp"), province.account("quan-ly")
        if act == "lock":
            lock_account(account, "Đã gửi kết quả", actor=None, at=NOW)
            unlock_account(account, "Mở lại", actor=manager, at=NOW)
        else:
            give_one_time_password(account, actor=manager, at=NOW)
        db.session.commit()
    assert not signed_in(browser)


def seen_earlier(app, ago: timedelta) -> None:
    with app.app_context():
        db.session.execute(update(AccountSession).values(seen_at=now() - ago))
        db.session.commit()


def test_a_session_that_idled_too_long_or_is_too_old_is_not_in_the_list(app, sign_in):
    here = sign_in("tp-nhap")
    sign_in("tp-nhap")
    assert len(shown(here.get("/sessions/").text)) == 1
    seen_earlier(app, app.config["SESSION_IDLE"] + SEEN_EVERY + timedelta(seconds=1))
    assert len(shown(here.get("/sessions/").text)) == 0


def test_when_a_session_was_last_used_is_written_every_few_minutes_and_no_oftener(app, sign_in, province):
    browser = sign_in("tp-nhap")
    with counted() as fresh:
        browser.get("/password/")
    seen_earlier(app, SEEN_EVERY + timedelta(seconds=1))
    with counted() as due:
        browser.get("/password/")
    assert (len(due) - len(fresh), len([text for text in fresh if text.startswith("UPDATE")])) == (1, 0)
    assert now() - rows(app, province)[0].seen_at < timedelta(minutes=1)


def test_knowing_who_asks_takes_one_statement(sign_in):
    browser = sign_in("tp-nhap")
    with counted() as statements:
        browser.get("/password/")
    assert len(statements) == 1, "\n".join(statements)


def test_the_rows_of_former_days_are_cleared_away_at_the_next_sign_in(app, sign_in, province):
    sign_in("tp-nhap")
    with app.app_context():
        old = now() - app.config["PERMANENT_SESSION_LIFETIME"]
        db.session.execute(update(AccountSession).values(signed_in_at=old))
        db.session.commit()
    sign_in("tp-nhap")
    assert len(rows(app, province)) == 1
