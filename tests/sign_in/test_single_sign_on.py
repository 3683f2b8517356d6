"""app/sign_in/single_sign_on.py against a real OpenID Connect provider: a process of its own, spoken to over HTTP."""

import socket
import subprocess
import sys
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import func, select

from app import create_app
from app.accounts import give_one_time_password, lock_account
from app.extensions import db
from app.models import Account, AuditEvent
from app.sign_in.models import AccountSession
from tests.conftest import Browser, settings
from tests.province import NOW, PASSWORD

NAME = "tài khoản công vụ"
FAILED = f"Chưa đăng nhập được qua {NAME}."


@pytest.fixture(scope="session")
def provider():
    """The address of a provider that lets anybody in as whom they say."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(address: str) -> None:
    for _ in range(200):
        try:
            requests.get(f"{address}/.well-known/openid-configuration", timeout=1)
            return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise TimeoutError(address)


@pytest.fixture(scope="session")
def _joined(provider, _shared):
    """Beside the tests' usual application, on its database."""
    return create_app(
        settings(_shared.config["DATA_DIR"])
        | {
            "OIDC_ISSUER": provider,
            "OIDC_CLIENT_ID": "cham-diem",
            "OIDC_CLIENT_SECRET": "secret",
            "OIDC_NAME": NAME,
        }
    )


@pytest.fixture
def joined(_joined, app):
    """The application with the provider; lets go of the database of the test before."""
    with _joined.app_context():
        db.session.remove()
        db.engine.dispose()
    return _joined


def told(provider: str, person: str, **claims) -> None:
    answer = requests.put(f"{provider}/users/{person}", json=claims, timeout=5)
    assert answer.status_code == 204


def come_back(browser: Browser, person: str, start: str = "/login/province/", **form):
    """Press the button, sign in at the provider as ``person``, follow it back; our answer."""
    away = browser.get(start).headers["Location"]
    back = requests.post(away, data={"sub": person} | form, allow_redirects=False, timeout=5)
    address = urlsplit(back.headers["Location"])
    return browser.get(f"{address.path}?{address.query}")


@pytest.fixture
def visitor(joined):
    return Browser(joined.test_client())


def words(browser: Browser) -> str:
    return browser.get("/login/").text


def inside(browser: Browser) -> bool:
    return browser.get("/home/").status_code == 200


def test_the_button_stands_on_the_page_where_there_is_a_provider(visitor, client):
    assert f"Đăng nhập bằng {NAME}" in words(visitor)
    assert "/login/province/" not in client.get("/login/").text
    assert client.get("/login/province/").status_code == 404


def test_a_person_of_the_same_user_name_enters_and_goes_where_they_wanted(joined, visitor, provider):
    told(provider, "p1", preferred_username="TP-Nhap")
    answer = come_back(visitor, "p1", "/login/province/?next=/sheets/")
    assert (answer.headers["Location"], inside(visitor)) == ("/sheets/", True)
    with joined.app_context():
        assert db.session.scalars(select(AccountSession.through)).all() == ["single_sign_on"]
        event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
        assert (event.action, event.actor_name, event.changes) == (
            "signed_in",
            "tp-nhap",
            {"through": "single_sign_on"},
        )


def test_what_the_account_may_do_stays_ours(visitor, provider):
    told(provider, "p2", preferred_username="tp-nhap", roles=["Quản lý"], groups=["admin"])
    come_back(visitor, "p2")
    assert [visitor.get(url).status_code for url in ("/sheets/", "/accounts-desk/")] == [200, 403]


@pytest.mark.parametrize(("verified", "enters"), [(True, True), (False, False), (None, False)])
def test_an_address_of_mail_counts_when_the_provider_has_verified_it(
    joined, visitor, provider, province, verified, enters
):
    with joined.app_context():
        email = province.account("tp-nhap").email
    claims = {"email": email.upper()} | ({} if verified is None else {"email_verified": verified})
    told(provider, f"mail-{verified}", **claims)
    come_back(visitor, f"mail-{verified}")
    assert inside(visitor) is enters


def test_a_stranger_is_told_so_and_no_account_is_made(joined, visitor, provider):
    told(provider, "p3", preferred_username="nguoi-la", email="la@thanhhoa.example", email_verified=True)
    with joined.app_context():
        before = db.session.scalar(select(func.count(Account.id)))
    assert come_back(visitor, "p3").headers["Location"] == "/login/"
    assert "Chưa có tài khoản nào ứng với “nguoi-la”" in words(visitor)
    with joined.app_context():
        assert db.session.scalar(select(func.count(Account.id))) == before
        event = db.session.scalars(select(AuditEvent).filter_by(action="sign_in_refused")).one()
        assert event.label == "nguoi-la"


@pytest.mark.parametrize("bar", ["locked", "inactive"])
def test_a_locked_or_inactive_account_stays_out(joined, visitor, provider, province, bar):
    told(provider, "p4", preferred_username="td-tp")
    with joined.app_context():
        account = province.account("td-tp")
        if bar == "locked":
            lock_account(account, "Đã gửi kết quả", actor=None, at=NOW)
        account.active = bar != "inactive"
        db.session.commit()
    assert come_back(visitor, "p4").headers["Location"] == "/login/"
    assert not inside(visitor)


def test_a_second_factor_is_asked_here_as_well(enrol, visitor, provider):
    told(provider, "p5", preferred_username="tp-nhap")
    telephone, _ = enrol("tp-nhap")
    assert come_back(visitor, "p5").headers["Location"] == "/login/code/"
    assert not inside(visitor)
    assert visitor.post("/login/code/", {"code": telephone.code()}).status_code == 302
    assert inside(visitor)


def test_a_one_time_password_need_not_be_changed_by_who_does_not_use_it(joined, visitor, provider, province):
    told(provider, "p6", preferred_username="tp-nhap")
    with joined.app_context():
        give_one_time_password(province.account("tp-nhap"), actor=None, at=NOW)
        db.session.commit()
    come_back(visitor, "p6")
    assert inside(visitor)


def test_who_declines_at_the_provider_is_back_at_the_sign_in(visitor, provider):
    told(provider, "p7", preferred_username="tp-nhap")
    assert come_back(visitor, "p7", action="deny").headers["Location"] == "/login/"
    assert FAILED in words(visitor)


def test_an_answer_that_nobody_asked_for_is_refused(joined, visitor, provider):
    told(provider, "p8", preferred_username="tp-nhap")
    away = visitor.get("/login/province/").headers["Location"]
    back = requests.post(away, data={"sub": "p8"}, allow_redirects=False, timeout=5).headers["Location"]
    victim = Browser(joined.test_client())
    assert victim.get("/login/province/back/?" + urlsplit(back).query).headers["Location"] == "/login/"
    assert not inside(victim)


def test_an_answer_is_taken_once(visitor, provider):
    told(provider, "p9", preferred_username="tp-nhap")
    away = visitor.get("/login/province/").headers["Location"]
    back = requests.post(away, data={"sub": "p9"}, allow_redirects=False, timeout=5).headers["Location"]
    url = "/login/province/back/?" + urlsplit(back).query
    assert visitor.get(url).headers["Location"] == "/"
    visitor.post("/logout/")
    assert visitor.get(url).headers["Location"] == "/login/"


def test_the_question_carries_state_nonce_and_proof_key_and_our_own_address(visitor):
    asked = parse_qs(urlsplit(visitor.get("/login/province/").headers["Location"]).query)
    assert (asked["redirect_uri"], asked["code_challenge_method"]) == (
        ["http://localhost/login/province/back/"],
        ["S256"],
    )
    assert {"state", "nonce", "code_challenge"} <= asked.keys()


def test_beside_it_the_password_goes_on(visitor):
    assert visitor.post("/login/", {"username": "tp-nhap", "password": PASSWORD}).status_code == 302


@pytest.fixture
def alone(joined):
    joined.config["OIDC_ONLY"] = True
    yield Browser(joined.test_client())
    joined.config["OIDC_ONLY"] = False


def sessions_shown(browser: Browser) -> tuple[int, bool]:
    """How many sessions the page offers to end, and whether it asks for a sign-in at the provider first."""
    page = browser.get("/sessions/").text
    return page.count("formaction="), "/login/province/?again=1" in page


def trail(joined) -> list[tuple[str, str]]:
    with joined.app_context():
        events = db.session.query(AuditEvent).filter(AuditEvent.action.like("sign%")).order_by(AuditEvent.id)
        return [(event.action, (event.changes or {}).get("subject", "")) for event in events]


def test_the_first_person_binds_the_account_and_another_of_that_name_stays_out(joined, visitor, provider):
    told(provider, "first", preferred_username="tp-nhap")
    told(provider, "second", preferred_username="tp-nhap")
    stranger = Browser(joined.test_client())
    come_back(visitor, "first")
    assert come_back(stranger, "second").headers["Location"] == "/login/"
    assert "Tài khoản “tp-nhap” đã gắn với người khác" in words(stranger)
    assert (inside(visitor), inside(stranger)) == (True, False)
    assert trail(joined) == [("sign_on_bound", "first"), ("signed_in", ""), ("sign_in_refused", "")]


def test_the_bound_person_enters_under_whatever_name_and_nobody_elses_account(joined, visitor, provider):
    told(provider, "moved", preferred_username="tp-nhap")
    come_back(visitor, "moved")
    visitor.post("/logout/")
    told(provider, "moved", preferred_username="quan-ly", email="moi@thanhhoa.example", email_verified=True)
    come_back(visitor, "moved")
    assert [visitor.get(url).status_code for url in ("/sheets/", "/accounts-desk/")] == [200, 403]


def test_a_new_password_by_the_manager_frees_the_account_for_the_next_person(
    joined, visitor, provider, province
):
    told(provider, "former", preferred_username="tp-nhap")
    told(provider, "successor", preferred_username="tp-nhap")
    come_back(visitor, "former")
    with joined.app_context():
        give_one_time_password(province.account("tp-nhap"), actor=province.account("quan-ly"), at=NOW)
        db.session.commit()
    assert not inside(visitor)
    next_one = Browser(joined.test_client())
    come_back(next_one, "successor")
    come_back(visitor, "former")
    assert (inside(next_one), inside(visitor)) == (True, False)
    assert [act for act, _subject in trail(joined)].count("sign_on_freed") == 1


def test_who_stops_before_the_code_binds_nothing(enrol, joined, visitor, provider):
    told(provider, "half", preferred_username="tp-nhap")
    told(provider, "owner", preferred_username="tp-nhap")
    telephone, _ = enrol("tp-nhap")
    assert come_back(visitor, "half").headers["Location"] == "/login/code/"
    owner = Browser(joined.test_client())
    come_back(owner, "owner")
    owner.post("/login/code/", {"code": telephone.code()})
    assert (inside(owner), inside(visitor)) == (True, False)
    assert ("sign_on_bound", "owner") in trail(joined)


AGAIN = "/login/province/?again=1&next=/sessions/"


def test_who_came_by_it_ends_sessions_after_signing_in_there_once_more(joined, visitor, provider):
    told(provider, "p11", preferred_username="tp-nhap")
    other = Browser(joined.test_client())
    for browser in (other, visitor):
        come_back(browser, "p11")
    assert sessions_shown(visitor) == (0, True)
    answer = visitor.post("/sessions/others/end", {"password": PASSWORD})
    assert (answer.status_code, "Hãy đăng nhập lại" in answer.text, inside(other)) == (422, True, True)
    assert come_back(visitor, "p11", AGAIN).headers["Location"] == "/sessions/"
    assert sessions_shown(visitor) == (1, False)
    assert visitor.post("/sessions/others/end").status_code == 302
    assert [inside(browser) for browser in (visitor, other)] == [True, False]


def test_the_session_before_ends_with_the_sign_in_that_follows_it(joined, visitor, provider):
    told(provider, "p12", preferred_username="tp-nhap")
    come_back(visitor, "p12")
    come_back(visitor, "p12", AGAIN)
    with joined.app_context():
        ended = db.session.scalars(select(AccountSession.ended_at).order_by(AccountSession.id))
        assert [moment is None for moment in ended] == [False, True]


def test_a_provider_that_did_not_ask_again_opens_nothing_more(visitor, provider):
    told(provider, "p13", preferred_username="tp-nhap", auth_time=1_700_000_000)
    come_back(visitor, "p13")
    come_back(visitor, "p13", AGAIN)
    assert (inside(visitor), visitor.post("/sessions/others/end").status_code) == (True, 422)


def test_the_provider_is_told_to_ask_again(visitor):
    asked = parse_qs(urlsplit(visitor.get(AGAIN).headers["Location"]).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])


def test_when_it_is_the_only_way_no_password_is_asked_or_taken(alone, provider):
    told(provider, "p10", preferred_username="tp-nhap")
    assert 'name="password"' not in words(alone)
    assert alone.post("/login/", {"username": "tp-nhap", "password": PASSWORD}).status_code == 403
    come_back(alone, "p10")
    assert inside(alone)


def test_while_the_provider_is_away_people_are_told_and_passwords_go_on(app):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
        cut_off = create_app(
            settings(app.config["DATA_DIR"])
            | {"OIDC_ISSUER": nobody, "OIDC_CLIENT_ID": "x", "OIDC_NAME": NAME}
        )
        visitor = Browser(cut_off.test_client())
        assert visitor.get("/login/province/").headers["Location"] == "/login/"
    assert FAILED in words(visitor)
    assert visitor.post("/login/", {"username": "tp-nhap", "password": PASSWORD}).status_code == 302
