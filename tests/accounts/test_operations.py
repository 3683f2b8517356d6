"""app/accounts/operations.py: one door a field; a change of rights ends sessions and tokens, whoever makes it."""

import pytest

from app.accounts import DATA_ENTRY, MANAGER, change_account
from app.errors import Refused
from app.extensions import db
from app.models import Account
from app.sign_in.models import AccountSession, RequiredSecondFactor
from tests.province import NOW, PASSWORD
from tests.test_account_desk import account_form


def token_of(app, name: str) -> str:
    typed = {"username": name, "password": PASSWORD}
    return app.test_client().post("/api/v1/security/login", json=typed).json["access_token"]


def asks_with(app, token: str) -> int:
    head = {"Authorization": f"Bearer {token}"}
    return app.test_client().get("/api/v1/agencies/", headers=head).status_code


def is_in(browser) -> bool:
    return browser.get("/home/").status_code == 200


def change(app, province, name: str, **values) -> None:
    with app.app_context():
        change_account(province.account(name), values, actor=province.account("quan-ly"), at=NOW)
        db.session.commit()


def test_who_was_ended_and_taken_back_has_no_old_session_and_no_old_token(app, province, sign_in):
    browser, token = sign_in("tp-nhap"), token_of(app, "tp-nhap")
    assert (is_in(browser), asks_with(app, token)) == (True, 200)
    change(app, province, "tp-nhap", active=False)
    change(app, province, "tp-nhap", active=True)
    assert (is_in(browser), asks_with(app, token)) == (False, 401)
    assert is_in(sign_in("tp-nhap"))


RIGHTS = [
    ("tp-nhap", {"account_type": "Thẩm định"}),
    ("tp-nhap", {"can_approve": True}),
    ("tp-duyet", {"can_approve": False}),
    ("tp-nhap", {"agency": "SO-TC"}),
]


@pytest.mark.parametrize(("name", "values"), RIGHTS)
def test_every_change_of_rights_ends_sessions_and_tokens(app, province, sign_in, name, values):
    browser, token = sign_in(name), token_of(app, name)
    with app.app_context():
        values = {n: province.agency(v) if n == "agency" else v for n, v in values.items()}
    change(app, province, name, **values)
    assert (is_in(browser), asks_with(app, token)) == (False, 401)


def test_what_is_no_right_ends_nothing(app, province, sign_in):
    browser = sign_in("tp-nhap")
    change(app, province, "tp-nhap", first_name="Hoa", email="hoa@thanhhoa.example", can_approve=False)
    assert is_in(browser)


def test_a_clerk_made_manager_while_managers_need_a_factor_reads_nothing(app, province, sign_in):
    with app.app_context():
        db.session.add(RequiredSecondFactor(account_type=MANAGER))
        db.session.commit()
    clerk = sign_in("tp-nhap")
    change(app, province, "tp-nhap", account_type=MANAGER)
    assert clerk.get("/auditview/list/").headers["Location"].startswith("/login/")
    assert sign_in("tp-nhap").get("/auditview/list/").headers["Location"] == "/second-factor/"


def open_sessions(app, province, name: str) -> int:
    with app.app_context():
        mine = {"account_id": province.accounts[name], "ended_at": None}
        return db.session.query(AccountSession).filter_by(**mine).count()


def test_register_and_grid_end_the_sessions_too(app, province, sign_in):
    manager, number = sign_in("quan-ly"), province.accounts["tp-nhap"]
    sign_in("tp-nhap")
    form = account_form(manager, number, account_type=DATA_ENTRY, agency=str(province.agencies["SO-TC"]))
    assert manager.post(f"/accountview/edit/{number}", form).status_code == 302
    assert open_sessions(app, province, "tp-nhap") == 0
    sign_in("tp-nhap")
    cell = {"list_form_pk": str(number), "can_approve": "1"}
    assert manager.post("/grid/accounts/ajax/update/", cell).status_code == 200
    assert open_sessions(app, province, "tp-nhap") == 0
    with app.app_context():
        account = province.account("tp-nhap")
        assert (account.agency.code, account.can_approve) == ("SO-TC", True)


def test_a_refused_change_changes_nothing(ctx, province):
    account = province.account("tp-nhap")
    with pytest.raises(Refused, match="thư điện tử"):
        values = {"first_name": "Hoa", "email": "sai"}
        change_account(account, values, actor=province.account("quan-ly"), at=NOW)
    assert (account.first_name, account.email) == ("Tp Nhap", "tp-nhap@thanhhoa.example")


def test_the_register_says_why_at_the_field_and_keeps_what_was_typed(app, province, sign_in):
    manager, number = sign_in("quan-ly"), province.accounts["tp-nhap"]
    form = account_form(manager, number, account_type=DATA_ENTRY, first_name="Hoa", email="TC-NHAP@thanhhoa.example")
    page = manager.post(f"/accountview/edit/{number}", form)
    assert (page.status_code, "đã có tài khoản khác dùng" in page.text, 'value="Hoa"' in page.text) == (422, True, True)
    with app.app_context():
        assert db.session.get(Account, number).first_name == "Tp Nhap"
