"""app/sign_in/second_factor.py, requirement.py and their pages: a code of the telephone after the password."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, update

from app.accounts import MANAGER, lock_account
from app.clock import now
from app.errors import NotAllowed
from app.extensions import db
from app.models import AuditEvent
from app.sign_in import second_factor
from app.sign_in.models import RecoveryCode, RequiredSecondFactor, SecondFactor, SignInTries
from app.sign_in.requirement import require_second_factor, type_lines
from app.sign_in.tries import OWN_TRIES
from tests.conftest import Browser
from tests.province import NOW, PASSWORD
from tests.sign_in.conftest import Telephone, forget_step

WRONG = "Mã không đúng hoặc đã dùng."


def waiting(app, name="tp-nhap", password=PASSWORD) -> Browser:
    """A browser that has given the password."""
    browser = Browser(app.test_client())
    assert (
        browser.post("/login/", {"username": name, "password": password}).headers["Location"]
        == "/login/code/"
    )
    return browser


def inside(browser) -> bool:
    return browser.get("/second-factor/").status_code == 200


def actions(app) -> list[str]:
    with app.app_context():
        told = AuditEvent.action.like("%second_factor%") | AuditEvent.action.like("recovery%")
        return list(db.session.scalars(select(AuditEvent.action).where(told).order_by(AuditEvent.id)))


def test_a_person_switches_it_on_and_gets_recovery_codes_once(app, sign_in, province):
    browser = sign_in("tp-nhap")
    assert browser.post("/second-factor/begin").headers["Location"] == "/second-factor/"
    page = browser.get("/second-factor/").text
    secret = re.search(r'<code class="secret">([^<]+)</code>', page).group(1).replace(" ", "")
    assert ("<svg" in page, len(secret)) == (True, 32)
    proof = {"code": Telephone(secret).code(), "password": PASSWORD}
    answer = browser.post("/second-factor/confirm", proof, follow_redirects=True)
    codes = re.findall(r'<dd class="secret">([^<]+)</dd>', answer.text)
    assert (answer.status_code, len(set(codes))) == (200, second_factor.RECOVERY_CODES)
    later = browser.get("/second-factor/").text
    assert [secret in later, codes[0] in later, "Đang bật" in later] == [False, False, True]
    assert actions(app) == ["second_factor_enabled"]


def test_until_it_is_confirmed_no_code_is_asked(app, sign_in):
    browser = sign_in("tp-nhap")
    browser.post("/second-factor/begin")
    refused = browser.post("/second-factor/confirm", {"code": "000000", "password": PASSWORD})
    assert (refused.status_code, "Mã không đúng." in refused.text) == (422, True)
    assert inside(sign_in("tp-nhap"))


def test_the_page_drawn_twice_shows_one_secret(sign_in):
    browser, found = sign_in("tp-nhap"), set()
    for _ in range(2):
        browser.post("/second-factor/begin")
        found.add(re.search(r'<code class="secret">([^<]+)', browser.get("/second-factor/").text).group(1))
    assert len(found) == 1


def test_after_the_password_the_code_opens_and_leads_where_one_was_going(app, enrol):
    telephone, _ = enrol("tp-nhap")
    browser = Browser(app.test_client())
    form = {"username": "tp-nhap", "password": PASSWORD}
    step = browser.post("/login/?next=/sheets/", form).headers["Location"]
    assert (step, inside(browser)) == ("/login/code/?next=/sheets/", False)
    assert browser.get(step).status_code == 200
    assert browser.post(step, {"code": telephone.code()}).headers["Location"] == "/sheets/"
    assert inside(browser)


def test_a_wrong_code_opens_nothing_and_says_so(app, enrol):
    enrol("tp-nhap")
    browser = waiting(app)
    answer = browser.post("/login/code/", {"code": "000000"})
    assert (answer.status_code, WRONG in answer.text, inside(browser)) == (422, True, False)
    assert actions(app) == ["second_factor_enabled", "second_factor_failed"]


@pytest.mark.parametrize(("away", "opens"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(ctx, app, province, away, opens):
    with app.test_request_context():
        account, at = province.account("tp-nhap"), NOW
        factor = second_factor.begin_second_factor(account)
        totp = pyotp.TOTP(second_factor.secret_of(factor))
        code = totp.at(at + timedelta(seconds=30 * away))
        assert second_factor._take_step(factor, code, at) is opens


def test_a_code_is_taken_once(app, enrol):
    telephone, _ = enrol("tp-nhap")
    first, second, code = waiting(app), waiting(app), telephone.code()
    assert first.post("/login/code/", {"code": code}).status_code == 302
    answer = second.post("/login/code/", {"code": code})
    assert (answer.status_code, inside(second)) == (422, False)


def test_a_code_older_than_one_taken_is_refused(app, enrol):
    telephone, _ = enrol("tp-nhap")
    assert waiting(app).post("/login/code/", {"code": telephone.code()}).status_code == 302
    assert waiting(app).post("/login/code/", {"code": telephone.code(-1)}).status_code == 422
    assert waiting(app).post("/login/code/", {"code": telephone.code(+1)}).status_code == 302


def test_a_recovery_code_stands_in_once_however_it_is_typed(app, enrol):
    _, codes = enrol("tp-nhap")
    typed = codes[3].lower().replace("-", " ")
    assert waiting(app).post("/login/code/", {"code": typed}).status_code == 302
    assert waiting(app).post("/login/code/", {"code": codes[3]}).status_code == 422


def test_anothers_recovery_code_opens_nothing(app, enrol):
    enrol("tp-nhap")
    _, others = enrol("tc-nhap")
    assert waiting(app).post("/login/code/", {"code": others[0]}).status_code == 422


def test_wrong_codes_count_toward_the_bar_and_the_password_does_not_begin_anew(app, enrol):
    telephone, _ = enrol("tp-nhap")
    for _ in range(OWN_TRIES):
        assert waiting(app).post("/login/code/", {"code": "000000"}).status_code == 422
    late = Browser(app.test_client()).post("/login/", {"username": "tp-nhap", "password": PASSWORD})
    assert (late.status_code, "Sai nhiều lần" in late.text) == (200, True)


def test_a_waiting_browser_is_barred_with_the_right_code_too(app, enrol):
    telephone, _ = enrol("tp-nhap")
    browser = waiting(app)
    with app.app_context():
        db.session.execute(update(SignInTries).values(tries=OWN_TRIES, since=now()))
        db.session.commit()
    assert browser.post("/login/code/", {"code": telephone.code()}).status_code == 422


def test_the_code_is_owed_for_ten_minutes(app, enrol):
    telephone, _ = enrol("tp-nhap")
    browser = waiting(app)
    with browser.client.session_transaction() as kept:
        kept["_waiting"] = [*kept["_waiting"][:2], int(now().timestamp()) - 601, "password"]
    assert browser.post("/login/code/", {"code": telephone.code()}).headers["Location"] == "/login/"
    assert not inside(browser)


def test_locked_between_password_and_code_nobody_enters(app, enrol, province):
    telephone, _ = enrol("tp-nhap")
    browser = waiting(app)
    with app.app_context():
        lock_account(province.account("tp-nhap"), "Kiểm tra", actor=None, at=NOW)
        db.session.commit()
    assert browser.post("/login/code/", {"code": telephone.code()}).headers["Location"] == "/login/"


def inside_with_code(app, telephone, name="tp-nhap") -> Browser:
    browser = waiting(app, name)
    assert browser.post("/login/code/", {"code": telephone.code()}).status_code == 302
    forget_step(app)
    return browser


def test_switching_it_off_asks_password_and_code(app, enrol, sign_in):
    telephone, _ = enrol("tp-nhap")
    browser = inside_with_code(app, telephone)
    for form in ({"password": "sai", "code": telephone.code()}, {"password": PASSWORD, "code": "000000"}):
        assert browser.post("/second-factor/off", form).status_code == 422
    right = {"password": PASSWORD, "code": telephone.code()}
    assert browser.post("/second-factor/off", right).status_code == 302
    assert inside(sign_in("tp-nhap"))
    assert actions(app)[-1] == "second_factor_disabled"


def test_new_recovery_codes_replace_the_old(app, enrol):
    telephone, old = enrol("tp-nhap")
    browser = inside_with_code(app, telephone)
    proof = {"password": PASSWORD, "code": telephone.code()}
    page = browser.post("/second-factor/codes", proof, follow_redirects=True).text
    new = re.findall(r'<dd class="secret">([^<]+)</dd>', page)
    assert waiting(app).post("/login/code/", {"code": old[0]}).status_code == 422
    assert waiting(app).post("/login/code/", {"code": new[0]}).status_code == 302


def test_database_and_trail_hold_neither_secret_nor_codes(app, enrol, province):
    telephone, codes = enrol("tp-nhap")
    with app.app_context():
        kept = db.session.get(SecondFactor, province.accounts["tp-nhap"])
        hashes = list(db.session.scalars(select(RecoveryCode.hash)))
        told = str(db.session.scalars(select(AuditEvent.changes)).all())
        assert [telephone.totp.secret in text for text in (kept.secret, told)] == [False, False]
        assert [code for code in codes if code in told or code in hashes] == []


def test_a_secret_put_into_anothers_row_or_changed_opens_nothing(app, enrol, province):
    enrol("tp-nhap")
    enrol("tc-nhap")
    with app.app_context():
        mine, theirs = (
            db.session.get(SecondFactor, province.accounts[name]) for name in ("tp-nhap", "tc-nhap")
        )
        assert len(second_factor.secret_of(mine)) == 32
        kept, mine.secret = mine.secret, theirs.secret
        assert second_factor.secret_of(mine) is None
        mine.secret = kept[:-1] + ("0" if kept[-1] != "0" else "1")
        assert second_factor.secret_of(mine) is None


def test_with_another_secret_key_the_recovery_codes_still_open(app, enrol):
    telephone, codes = enrol("tp-nhap")
    key = app.config["SECRET_KEY"]
    app.config["SECRET_KEY"] = "another"
    try:
        assert waiting(app).post("/login/code/", {"code": telephone.code()}).status_code == 422
        assert waiting(app).post("/login/code/", {"code": codes[0]}).status_code == 302
    finally:
        app.config["SECRET_KEY"] = key


def require(app, province, *types: str) -> None:
    with app.app_context():
        require_second_factor(types, actor=province.account("quan-ly"), at=NOW)
        db.session.commit()


def test_a_required_type_enrols_before_anything_else_and_then_works(app, province, sign_in):
    require(app, province, "Nhập liệu")
    browser = sign_in("tp-nhap")
    for page in ("/home/", "/sheets/", "/sessions/"):
        assert browser.get(page).headers["Location"] == "/second-factor/"
    browser.post("/second-factor/begin")
    shown = browser.get("/second-factor/").text
    secret = re.search(r'<code class="secret">([^<]+)', shown).group(1).replace(" ", "")
    form = {"code": Telephone(secret).code(), "password": PASSWORD}
    assert browser.post("/second-factor/confirm", form).status_code == 302
    assert browser.get("/home/").status_code == 200
    assert sign_in("td-nv").get("/home/").status_code == 200


def test_a_required_factor_is_not_switched_off(app, enrol, province):
    telephone, _ = enrol("tp-nhap")
    require(app, province, "Nhập liệu")
    browser = inside_with_code(app, telephone)
    form = {"password": PASSWORD, "code": telephone.code()}
    assert browser.post("/second-factor/off", form).status_code == 409
    assert waiting(app) is not None


def test_the_manager_sets_the_rule_on_the_desk_and_the_trail_tells(app, sign_in):
    manager = sign_in("quan-ly")
    assert (
        manager.post("/second-factor-rule/", {"account_types": ["Nhập liệu", "Thẩm định"]}).status_code == 302
    )
    assert manager.get("/second-factor-rule/").text.count(" checked") == 2
    assert manager.post("/second-factor-rule/", {"account_types": ["Giám đốc"]}).status_code == 422
    with app.app_context():
        event = db.session.scalars(select(AuditEvent).filter_by(action="second_factor_required")).one()
        assert (event.actor_name, event.changes) == ("quan-ly", {"account_types": ["", "Nhập liệu, Thẩm định"]})
        assert [line.account_type for line in type_lines() if line.required] == ["Nhập liệu", "Thẩm định"]


def test_the_rule_is_the_managers(ctx, province, sign_in):
    with pytest.raises(NotAllowed):
        require_second_factor([MANAGER], actor=province.account("tp-nhap"), at=NOW)
    assert sign_in("tp-nhap").post("/second-factor-rule/", {}).status_code == 403


def test_the_desk_counts_who_has_it(app, enrol, province):
    enrol("tp-nhap")
    with app.app_context():
        lines = {line.account_type: (line.accounts, line.enrolled) for line in type_lines()}
    assert (lines["Nhập liệu"], lines["Quản lý"][1]) == ((6, 1), 0)


@pytest.mark.parametrize("lost", [True, False])
def test_a_one_time_password_removes_the_factor_only_when_the_manager_says_so(
    app, enrol, province, sign_in, lost
):
    enrol("tp-nhap")
    url = f"/accounts-desk/accounts/{province.accounts['tp-nhap']}/password"
    typed = {"without_second_factor": "y"} if lost else {}
    page = sign_in("quan-ly").post(url, typed, follow_redirects=True).text
    password = re.findall(r'<dd class="secret">([^<]+)</dd>', page)[1]
    browser = Browser(app.test_client())
    goal = browser.post("/login/", {"username": "tp-nhap", "password": password}).headers["Location"]
    assert goal == ("/" if lost else "/login/code/")
    assert ("second_factor_removed" in actions(app)) is lost


def test_the_desk_offers_to_remove_it_where_there_is_one(app, enrol, province, sign_in):
    enrol("tp-nhap")
    manager = sign_in("quan-ly")
    pages = [
        manager.get(f"/accountview/show/{province.accounts[name]}").text for name in ("tp-nhap", "tc-nhap")
    ]
    assert ["without_second_factor" in page for page in pages] == [True, False]


def begun(browser) -> Telephone:
    browser.post("/second-factor/begin")
    shown = browser.get("/second-factor/").text
    return Telephone(re.search(r'<code class="secret">([^<]+)', shown).group(1).replace(" ", ""))


@pytest.mark.parametrize("password", ["", "sai-mat-khau"])
def test_whoever_sits_at_an_open_session_switches_nothing_on_without_the_password(app, sign_in, password):
    browser = sign_in("tp-nhap")
    code = begun(browser).code()
    answer = browser.post("/second-factor/confirm", {"code": code, "password": password})
    assert (answer.status_code, "Mật khẩu hiện tại không đúng." in answer.text) == (422, True)
    assert actions(app) == []
    assert inside(sign_in("tp-nhap"))


@pytest.mark.parametrize("act", ["codes", "off"])
def test_no_other_change_of_the_factor_goes_without_the_password(app, enrol, act):
    telephone, _codes = enrol("tp-nhap")
    browser = inside_with_code(app, telephone)
    forget_step(app)
    answer = browser.post(f"/second-factor/{act}", {"code": telephone.code()})
    assert (answer.status_code, actions(app)) == (422, ["second_factor_enabled"])


def test_switching_it_on_ends_the_sessions_that_began_without_it(sign_in):
    here, there = sign_in("tp-nhap"), sign_in("tp-nhap")
    form = {"code": begun(here).code(), "password": PASSWORD}
    assert here.post("/second-factor/confirm", form).status_code == 302
    assert (inside(here), inside(there)) == (True, False)


def test_a_rule_ends_the_sessions_and_tokens_of_whoever_has_no_factor(app, province, sign_in, enrol):
    telephone, _codes = enrol("tc-nhap")
    enrolled, running, others = inside_with_code(app, telephone, "tc-nhap"), sign_in("tp-nhap"), sign_in("td-nv")
    token = token_of(app, "tp-nhap")
    require(app, province, "Nhập liệu")
    assert (inside(enrolled), inside(running), inside(others)) == (True, False, True)
    assert asks_with(app, token) == 401


def test_a_session_that_begins_while_the_rule_is_made_is_held_to_it(app, province, sign_in):
    """The rule is asked at every request: no session, however it came about, goes on without the factor."""
    running = sign_in("tp-nhap")
    token = token_of(app, "tp-nhap")
    with app.app_context():
        db.session.add(RequiredSecondFactor(account_type="Nhập liệu"))
        db.session.commit()
    assert running.get("/home/").headers["Location"] == "/second-factor/"
    assert asks_with(app, token) == 401


def test_the_manager_who_makes_the_rule_is_not_spared(sign_in):
    manager = sign_in("quan-ly")
    assert manager.post("/second-factor-rule/", {"account_types": [MANAGER]}).status_code == 302
    assert manager.get("/auditview/list/").headers["Location"].startswith("/login/")


def token_of(app, name: str) -> str:
    typed = {"username": name, "password": PASSWORD}
    return app.test_client().post("/api/v1/security/login", json=typed).json["access_token"]


def asks_with(app, token: str) -> int:
    head = {"Authorization": f"Bearer {token}"}
    return app.test_client().get("/api/v1/agencies/", headers=head).status_code
