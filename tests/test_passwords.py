"""app/passwords.py: long enough, hard to guess, of whatever characters; one cost for every name."""

import hashlib
import sqlite3
from io import BytesIO

import pytest
from werkzeug.security import check_password_hash, generate_password_hash
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from app import passwords
from app.accounts import MANAGER, create_account, give_one_time_password
from app.extensions import db
from app.models import AuditEvent
from app.passwords import (
    LENGTH,
    hashed,
    is_outdated,
    is_password,
    new_one_time,
    new_one_times,
    password_problem,
)
from config import Config
from tests.conftest import Browser
from tests.province import NOW, PASSWORD

EASY = "Mật khẩu dễ đoán; hãy chọn mật khẩu khác."


@pytest.fixture
def strong(app, monkeypatch):
    """The application with the parameters that it has outside of tests."""
    monkeypatch.setitem(app.config, "PASSWORD_METHOD", Config.PASSWORD_METHOD)


@pytest.fixture
def problem(app, ctx, province):
    with app.test_request_context():
        yield lambda password: password_problem(password, province.account("tp-nhap"))


@pytest.mark.parametrize(
    "password",
    [
        "khong co so dau",
        "đồng lúa chín vàng",
        "THANH-LAM-NGUYET",
        "48215930671",
        "x" + "ab cd" * 40,
        "🌾🌾 ruộng 🐃 trâu",
    ],
)
def test_any_characters_make_a_password(problem, password):
    assert problem(password) is None


@pytest.mark.parametrize(
    "password",
    ["1234567890123", "matkhau-2026-x", "tp-nhap-2026x", "aaaaaaaaaaaa", "SoTuPhap2026", "sonoivu.2026", "qwertyuiop12",
     "chamdiem-an-toan", "NguyenVanTp", "tuphap12345", "1q2w3e4r5t6y", "22/11/2026", "0912345678a"],
)  # fmt: skip
def test_an_easy_password_will_not_do(problem, password):
    assert problem(password) is not None


def test_a_short_password_is_told_its_length(problem):
    assert problem("Xk9#vLq2") == "Mật khẩu phải có ít nhất 10 ký tự."


def test_no_common_password_that_is_long_enough_will_do(problem):
    common = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= LENGTH][:200]
    assert {problem(word) for word in common} == {EASY}


def test_a_chosen_password_is_kept_as_salted_scrypt(ctx, strong):
    kept = hashed("đồng lúa chín vàng")
    assert kept.startswith("scrypt:32768:8:3$")
    assert kept != hashed("đồng lúa chín vàng")
    assert check_password_hash(kept, "đồng lúa chín vàng")
    assert not check_password_hash(kept, "đồng lúa chín vàng ")


STRONG = "scrypt:32768:8:3"


def work(monkeypatch, kept: str | None) -> int:
    """The work of judging a password against ``kept``: scrypt's n·r·p of every hash that was computed."""
    done, scrypt = [], hashlib.scrypt

    def counted(secret, *, salt, n, r, p, **more):
        done.append(n * r * p)
        return scrypt(secret, salt=salt, n=n, r=r, p=p, **more)

    with monkeypatch.context() as patch:
        patch.setattr(hashlib, "scrypt", counted)
        assert is_password(kept, "sai-mat-khau") is False
    return sum(done)


def test_real_false_one_time_and_older_hashes_cost_the_same(ctx, strong, monkeypatch):
    older = generate_password_hash("đồng lúa chín vàng", method="scrypt:32768:8:1")
    kept = [hashed("đồng lúa chín vàng"), None, new_one_time().hash, older, "!", "pbkdf2:sha256:1$aa$bb"]
    assert {work(monkeypatch, each) for each in kept} == {32768 * 8 * 3}


def test_every_password_is_kept_with_the_same_parameters(ctx, strong, province):
    assert Config.PASSWORD_METHOD == Config.FAB_PASSWORD_HASH_METHOD == STRONG
    account = province.account("tp-nhap")
    give_one_time_password(account, actor=province.account("quan-ly"), at=NOW)
    made, _password = create_account(
        username="moi", last_name="Lê", first_name="An", email="an@b.vn", account_type=MANAGER, actor=None, at=NOW
    )
    kept = [account.password, made.password, *(each.hash for each in new_one_times(2))]
    assert {each.partition("$")[0] for each in kept} == {STRONG}


def test_an_older_hash_is_made_anew_when_its_owner_signs_in(app, province, strong, sign_in):
    with app.app_context():
        older = generate_password_hash(PASSWORD, method="scrypt:32768:8:1")
        province.account("tp-nhap").password = older
        db.session.commit()
    browser = sign_in("tp-nhap")
    assert browser.get("/home/").status_code == 200
    with app.app_context():
        kept = province.account("tp-nhap").password
        assert (is_outdated(older), is_outdated(kept), is_password(kept, PASSWORD)) == (True, False, True)
        assert db.session.query(AuditEvent).filter_by(action="password_rehashed").count() == 1
    assert sign_in("tp-nhap").get("/home/").status_code == 200
    assert browser.get("/home/").status_code == 200


def test_a_wrong_password_makes_no_hash_anew(app, province, strong, client):
    with app.app_context():
        province.account("tp-nhap").password = older = generate_password_hash(PASSWORD, method="scrypt:16384:8:1")
        db.session.commit()
    Browser(client).post("/login/", {"username": "tp-nhap", "password": "sai-mat-khau"})
    with app.app_context():
        assert province.account("tp-nhap").password == older


@pytest.mark.parametrize(
    "address",
    ["/accounts-desk/accounts/{}/password", "/accountview/add", "/accounts-desk/import", "/password/"],
)
def test_nobody_waits_for_the_hashing(app, province, sign_in, monkeypatch, address):
    """While a password is hashed another connection may write: SQLite has one writer at a time."""
    free, place = [], app.config["DATA_DIR"] / "scoring.db"

    def slow(*args, **kwargs):
        other = sqlite3.connect(place, timeout=0, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            free.append(True)
        except sqlite3.OperationalError:
            free.append(False)
        finally:
            other.close()
        return generate_password_hash(*args, **kwargs)

    manager = sign_in("quan-ly")
    monkeypatch.setattr(passwords, "generate_password_hash", slow)
    form = {"last_name": "Lê", "first_name": "An", "email": "an@b.vn", "account_type": "Thẩm định", "username": "moi"}
    form |= {"old": PASSWORD, "new": "Mua-xuan-2048", "again": "Mua-xuan-2048"}
    table = "username,full_name,email,agency_code,account_type,can_approve\nmoi.1,Lê Một,,SO-TP,Nhập liệu,\n"
    file = {"file": (BytesIO(table.encode()), "a.csv")} if address.endswith("import") else {}
    answer = manager.post(
        address.format(province.accounts["tp-nhap"]), form | file, content_type="multipart/form-data"
    )
    assert (answer.status_code in (200, 302), free) == (True, [True])
