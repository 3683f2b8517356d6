"""app/security.py and the password pages: signing in, being locked, changing the password; the table of grants."""

import re
from datetime import timedelta

import pytest

from app.accounts import give_one_time_password, lock_account
from app.clock import now
from app.extensions import db
from app.models import AuditEvent
from app.scoring.api import RESOURCES
from app.security import GRANTS, fab_roles
from tests.province import NOW, PASSWORD

NEW = "Hoang-hoa-2048"


def test_signing_in_opens_home_and_signing_out_closes_it(sign_in):
    browser = sign_in("tp-nhap")
    assert browser.get("/home/").status_code == 200
    assert browser.post("/logout/").status_code == 302
    assert browser.get("/home/").headers["Location"].startswith("/login/")


def test_signing_in_leaves_nothing_of_the_session_before(client, province):
    before = token(client)
    cookie = client.get_cookie("session").value
    assert attempt(client, "tp-nhap", PASSWORD).status_code == 302
    assert client.get_cookie("session").value != cookie
    assert client.post("/logout/", headers={"X-CSRFToken": before}).status_code == 400
    assert client.get("/home/").status_code == 200


def test_password_fields_are_masked_and_may_be_filled_by_a_password_manager(sign_in, client):
    pages = client.get("/login/").text, sign_in("tp-nhap").get("/password/").text
    fields = [re.findall(r'<input[^>]*name="(?:password|old|new|again)"[^>]*>', page) for page in pages]
    assert [len(found) for found in fields] == [1, 3]
    for field in [*fields[0], *fields[1]]:
        assert 'type="password"' in field and 'autocomplete="off"' not in field and "onpaste" not in field


def test_signing_out_needs_a_post_with_a_token(sign_in):
    browser = sign_in("tp-nhap")
    assert browser.get("/logout/").status_code == 405
    assert browser.client.post("/logout/").status_code == 400
    assert browser.get("/home/").status_code == 200


def test_a_name_is_found_whatever_its_case(sign_in):
    assert sign_in("TP-Nhap").get("/home/").status_code == 200


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client):
    def answer(name):
        page = client.post(
            "/login/",
            data={"username": name, "password": "sai-mat-khau"},
            headers={"X-CSRFToken": token(client)},
        )
        return page.status_code, "Tên đăng nhập hoặc mật khẩu không đúng." in page.text

    assert answer("tp-nhap") == answer("khong-co") == (200, True)


def token(client) -> str:
    return client.get("/login/").text.split('name="csrf-token" content="')[1].split('"')[0]


def attempt(client, name, password):
    return client.post(
        "/login/", data={"username": name, "password": password}, headers={"X-CSRFToken": token(client)}
    )


def test_a_locked_account_cannot_sign_in_and_its_session_ends(app, sign_in, province, client):
    browser = sign_in("td-tp")
    with app.app_context():
        lock_account(province.account("td-tp"), "Đã gửi kết quả", actor=None, at=NOW)
        db.session.commit()
    assert browser.get("/home/").headers["Location"].startswith("/login/")
    assert "Tài khoản đã khóa: Đã gửi kết quả" in attempt(client, "td-tp", PASSWORD).text


def test_a_one_time_password_must_be_changed_before_anything_else(app, province, sign_in):
    with app.app_context():
        secret = give_one_time_password(province.account("tp-nhap"), actor=None, at=NOW)
        db.session.commit()
    browser = sign_in("tp-nhap", secret)
    assert browser.get("/home/").headers["Location"] == "/password/"
    answer = browser.post("/password/", {"old": secret, "new": NEW, "again": NEW})
    assert answer.status_code == 302
    assert browser.get("/home/").status_code == 200


def test_the_page_of_the_forced_change_loads_its_styles_scripts_and_language(app, province, sign_in):
    with app.app_context():
        secret = give_one_time_password(province.account("tp-nhap"), actor=None, at=NOW)
        db.session.commit()
    browser = sign_in("tp-nhap", secret)
    page = browser.get("/password/").text
    parts = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(parts) > 10
    answers = {part: browser.get(part, buffered=True).status_code for part in parts}
    assert answers == dict.fromkeys(parts, 200)
    assert browser.get("/lang/en").headers["Location"] == "/"


def test_a_change_of_password_ends_the_other_sessions(sign_in):
    here, there = sign_in("tp-nhap"), sign_in("tp-nhap")
    here.post("/password/", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert here.get("/home/").status_code == 200
    assert there.get("/home/").headers["Location"].startswith("/login/")


def session_times(browser, **times: float) -> None:
    with browser.client.session_transaction() as kept:
        kept.update(times)


def signed_in(browser) -> bool:
    return browser.get("/password/").status_code == 200


def test_a_session_left_alone_for_an_hour_ends(app, sign_in):
    browser, hour = sign_in("tp-nhap"), app.config["SESSION_IDLE"].total_seconds()
    session_times(browser, _seen=now().timestamp() - hour + 60)
    assert signed_in(browser)
    session_times(browser, _seen=now().timestamp() - hour - 1)
    assert not signed_in(browser)


def test_every_request_keeps_a_session_from_ending_idle(app, sign_in):
    browser = sign_in("tp-nhap")
    session_times(browser, _seen=now().timestamp() - 3000)
    browser.get("/password/")
    with browser.client.session_transaction() as kept:
        assert now().timestamp() - kept["_seen"] < 60


def test_a_session_in_use_ends_after_a_working_day(app, sign_in):
    browser, day = sign_in("tp-nhap"), app.config["PERMANENT_SESSION_LIFETIME"].total_seconds()
    session_times(browser, _since=now().timestamp() - day - 1)
    assert not signed_in(browser)


@pytest.mark.parametrize(
    ("old", "new", "again", "sentence"),
    [
        ("sai", NEW, NEW, "Mật khẩu hiện tại không đúng."),
        (PASSWORD, NEW, NEW + "x", "Hai mật khẩu phải giống nhau."),
        (PASSWORD, "ngan1", "ngan1", "Mật khẩu phải có ít nhất 10 ký tự."),
        (PASSWORD, PASSWORD, PASSWORD, "Mật khẩu mới phải khác mật khẩu hiện tại."),
    ],
)
def test_a_bad_change_of_password_says_why_and_changes_nothing(sign_in, old, new, again, sentence):
    browser = sign_in("tp-nhap")
    answer = browser.post("/password/", {"old": old, "new": new, "again": again})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert sign_in("tp-nhap").get("/home/").status_code == 200


def test_sign_ins_and_failures_are_on_the_audit_trail(app, sign_in, client):
    sign_in("tp-nhap")
    attempt(client, "tp-nhap", "sai-mat-khau")
    with app.app_context():
        actions = db.session.scalars(
            db.select(AuditEvent.action).order_by(AuditEvent.id.desc()).limit(2)
        ).all()
    assert actions == ["sign_in_failed", "signed_in"]


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_after_signing_in_nobody_is_sent_to_another_house(client, target):
    answer = client.post(
        "/login/",
        query_string={"next": target},
        data={"username": "tp-nhap", "password": PASSWORD},
        headers={"X-CSRFToken": token(client)},
    )
    assert answer.headers["Location"] == "/"


def test_every_grant_is_a_whole_name():
    patterns = [pattern for pairs in fab_roles().values() for pair in pairs for pattern in pair]
    assert [pattern for pattern in patterns if not pattern.endswith("$")] == []


def test_the_technical_administrator_has_no_screen_that_shows_scores():
    data = {
        resource.__name__ for resource in RESOURCES
    }  # what is published, and no more: tests/scoring/test_api.py
    assert set(GRANTS["Quản trị kỹ thuật"]) - data == {
        "ApiGuideView",
        "OpenApi",
        "HomeView",
        "PasswordView",
        "OwnSessionsView",
        "SecondFactorView",
        "ShownOnceView",
        "SystemView",
        "GuideView",
        "SearchView",
        "System",
        "AnnouncementView",
        "Office",
    }


ENDED = "Phiên làm việc đã hết; hãy đăng nhập lại."


@pytest.mark.parametrize("mark", ["_since", "_seen", "_mark", "_key"])
def test_a_session_that_has_ended_is_told_so_once_and_nothing_of_denied_access(sign_in, mark):
    browser = sign_in("tp-nhap")
    with browser.client.session_transaction() as session:
        session[mark] = "" if mark in ("_mark", "_key") else 0
    page = browser.get("/home/", follow_redirects=True).text
    assert (page.count(ENDED), page.count('class="note note-')) == (1, 1)
    assert browser.get("/login/").text.count(ENDED) == 0


def test_a_visitor_who_never_signed_in_is_told_of_no_session(client):
    assert ENDED not in client.get("/home/", follow_redirects=True).text


DEAD = "Mật khẩu dùng một lần này đã quá 30 ngày nên hết hiệu lực"


@pytest.mark.parametrize(("days", "enters"), [(29, True), (31, False)])
def test_a_one_time_password_dies_after_a_month(app, province, client, days, enters):
    with app.app_context():
        given = now() - timedelta(days=days)
        password = give_one_time_password(province.account("tp-nhap"), actor=None, at=given)
        db.session.commit()
    assert DEAD not in attempt(client, "tp-nhap", "sai-mat-khau").text
    page = attempt(client, "tp-nhap", password)
    assert (page.status_code == 302, DEAD in page.text) == (enters, not enters)


def test_a_password_of_ones_own_does_not_die(app, province, client):
    with app.app_context():
        province.account("tp-nhap").password_given_at = now() - timedelta(days=400)
        db.session.commit()
    assert attempt(client, "tp-nhap", PASSWORD).status_code == 302


def test_a_picture_that_arrives_late_does_not_bring_a_session_back(sign_in):
    browser = sign_in("tp-nhap")
    with browser.get("/static/icon.svg") as picture:
        assert "Set-Cookie" not in picture.headers
    assert "Set-Cookie" in browser.get("/home/").headers
