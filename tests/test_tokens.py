"""app/tokens.py, app/web/openapi.py: a token lives as a session does, under the same rules, and never longer."""

from datetime import timedelta

import pyotp
import pytest
from flask_jwt_extended import decode_token
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models import AuditEvent
from app.sign_in.second_factor import begin_second_factor, factor_of, secret_of
from tests.province import PASSWORD

URL = "/api/v1/agencies/"


def sign_in_for_token(app, name: str = "tp-nhap", password: str = PASSWORD):
    return app.test_client().post("/api/v1/security/login", json={"username": name, "password": password})


def read(app, token: str):
    answer = app.test_client().get(URL, headers={"Authorization": f"Bearer {token}"})
    return answer.status_code, answer.json.get("message")


@pytest.fixture
def token(app) -> str:
    return sign_in_for_token(app).json["access_token"]


def test_a_token_opens_the_data_and_nothing_else(app, token):
    assert read(app, token) == (200, None)
    page = app.test_client().get("/home/", headers={"Authorization": f"Bearer {token}"})
    assert (page.status_code, page.headers["Location"].split("?")[0]) == (302, "/login/")


def test_signing_in_for_a_token_begins_no_session_and_leaves_its_trace(app):
    client = app.test_client()
    answer = client.post("/api/v1/security/login", json={"username": "tp-nhap", "password": PASSWORD})
    assert (answer.json["expires_in"], answer.headers["Cache-Control"]) == (1800, "no-store")
    with client.session_transaction() as session:
        assert set(session) == {"locale"}
    with app.app_context():
        actions = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id.desc()).limit(1)).all()
    assert actions == ["token_issued"]


def change(app, province, **values) -> None:
    with app.app_context():
        for name, value in values.items():
            setattr(province.account("tp-nhap"), name, value)
        db.session.commit()


@pytest.mark.parametrize(
    "change_of_account",
    [
        {"locked_at": clock.now()},
        {"active": False},
        {"must_change_password": True},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_token_dies_with_its_account(app, province, token, change_of_account):
    change(app, province, **change_of_account)
    assert read(app, token) == (401, "Mã truy cập không còn hiệu lực; hãy lấy mã mới.")


def test_a_token_ends_by_itself(app, monkeypatch):
    monkeypatch.setitem(app.config, "JWT_ACCESS_TOKEN_EXPIRES", timedelta(seconds=-1))
    old = sign_in_for_token(app).json["access_token"]
    assert read(app, old) == (401, "Mã truy cập đã hết hạn; hãy lấy mã mới.")


@pytest.mark.parametrize("forged", ["x", "x.y.z", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."])
def test_a_forged_token_is_refused(app, province, forged):
    assert read(app, forged) == (401, "Mã truy cập không hợp lệ.")


def test_a_token_tells_nothing_of_the_password(app, province, token):
    with app.app_context():
        claims = decode_token(token)
        assert claims["sub"] == str(province.accounts["tp-nhap"])
        assert province.account("tp-nhap").password[-16:] not in str(claims)


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        ({"locked_at": clock.now(), "lock_reason": "Đã gửi"}, 401, "Tài khoản đã khóa: Đã gửi"),
        ({"active": False}, 401, "Tên đăng nhập hoặc mật khẩu không đúng."),
        (
            {"must_change_password": True},
            403,
            "Đây là mật khẩu dùng một lần; hãy đổi mật khẩu trước khi tiếp tục.",
        ),
    ],
)
def test_no_token_for_an_account_that_may_not_sign_in(app, province, values, status, words):
    change(app, province, **values)
    answer = sign_in_for_token(app)
    assert (answer.status_code, answer.json) == (status, {"message": words})


def test_five_wrong_passwords_bar_the_account_here_and_on_the_page(app, client):
    for _try in range(5):
        assert sign_in_for_token(app, password="sai").status_code == 401
    answer = sign_in_for_token(app)
    assert (answer.status_code, answer.json["message"]) == (
        401,
        "Sai nhiều lần; hãy thử lại sau 15 phút.",
    )


@pytest.mark.parametrize("body", [None, [], {"username": "tp-nhap"}, {"username": 1, "password": {}}])
def test_what_is_not_a_name_and_a_password_is_refused(client, body):
    answer = client.post("/api/v1/security/login", json=body)
    assert (answer.status_code, answer.json["message"]) == (
        400,
        "Hãy gửi tên đăng nhập và mật khẩu dạng JSON.",
    )


def test_a_one_time_password_opens_no_data_with_a_session_either(app, province, sign_in):
    browser = sign_in("tp-nhap")
    change(app, province, must_change_password=True)
    answer = browser.get(URL)
    assert (answer.status_code, answer.json["message"]) == (
        403,
        "Đây là mật khẩu dùng một lần; hãy đổi mật khẩu trước khi tiếp tục.",
    )


def test_a_token_is_a_session_that_its_owner_sees_and_ends(app, token, sign_in):
    owner = sign_in("tp-nhap")
    assert read(app, token) == (200, None)
    assert owner.get("/sessions/").text.count("/end") >= 2
    owner.post("/sessions/others/end", {"password": PASSWORD})
    assert read(app, token)[0] == 401


def test_who_has_a_second_factor_gives_its_code_for_a_token(app, province):
    with app.app_context():
        account = province.account("tp-nhap")
        secret = secret_of(begin_second_factor(account))
        factor_of(account).confirmed_at = clock.now()
        db.session.commit()
    assert sign_in_for_token(app).status_code == 401
    typed = {"username": "tp-nhap", "password": PASSWORD, "code": pyotp.TOTP(secret).now()}
    assert app.test_client().post("/api/v1/security/login", json=typed).status_code == 200


def test_a_new_password_ends_the_token(app, token, sign_in):
    new = "Hoang-hoa-2048"
    assert sign_in("tp-nhap").post("/password/", {"old": PASSWORD, "new": new, "again": new}).status_code == 302
    assert read(app, token)[0] == 401
