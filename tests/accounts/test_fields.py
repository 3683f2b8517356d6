"""app/accounts/fields.py, app/field_rules.py: the rule of a field is the noun's, whichever way it comes in."""

from io import BytesIO

import pytest

from app.accounts import account_named, account_of_email, create_account
from app.errors import Refused
from app.extensions import db
from app.field_rules import code_of, email_of, one_line
from app.models import Account, AccountRequest
from tests.province import NOW, PASSWORD
from tests.test_account_desk import HEAD, account_form

EVIL = [
    "a@b.vn\r\nBcc: x@y.vn",
    "a@b.vn, evil@x.vn",
    "a@b.vn;evil@x.vn",
    "a@b.vn evil@x.vn",
    "@",
    "a@",
    "a@b",
    "a b@c.vn",
    "<a@b.vn>",
    "a@b..vn",
    "a@-b.vn",
    "á@b.vn",
    "a@b.vn\x00",
    "a" * 65 + "@b.vn",
]
TAKEN = ["TC-NHAP@thanhhoa.example", " tc-nhap@thanhhoa.example"]


@pytest.mark.parametrize("text", EVIL)
def test_an_address_is_one_well_formed_address(text):
    with pytest.raises(Refused, match="không hợp lệ"):
        email_of(text)


@pytest.mark.parametrize("text", ["An.Le@thanhhoa.gov.vn", " a+b@so-tp.vn ", "a@chamdiem.invalid"])
def test_a_good_address_is_kept_in_small_letters(text):
    assert email_of(text) == text.strip().lower()


def stored(app, province) -> str:
    with app.app_context():
        return province.account("tp-nhap").email


def by_grid(browser, province, text: str):
    cell = {"list_form_pk": str(province.accounts["tp-nhap"]), "email": text}
    return browser.post("/grid/accounts/ajax/update/", cell)


def by_register(browser, province, text: str):
    number = province.accounts["tp-nhap"]
    form = account_form(browser, number, account_type="Nhập liệu", email=text)
    return browser.post(f"/accountview/edit/{number}", form)


def by_new_account(browser, province, text: str):
    form = {
        "last_name": "Lê", "first_name": "An", "email": text, "account_type": "Thẩm định", "username": "moi",
    }  # fmt: skip
    return browser.post("/accountview/add", form)


def by_import(browser, province, text: str):
    quoted = text.replace('"', '""')
    table = HEAD + f'moi,Lê An,"{quoted}",SO-TP,Thẩm định,\n'
    file = {"file": (BytesIO(table.encode()), "tai-khoan.csv")}
    return browser.post("/accounts-desk/import", file, content_type="multipart/form-data")


WAYS = [by_grid, by_register, by_new_account, by_import]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("text", [EVIL[0], EVIL[1], "@", *TAKEN, "tc-duyet@thanhhoa.example"])
def test_no_way_in_takes_a_bad_or_taken_address(app, sign_in, province, way, text):
    with app.app_context():
        people = db.session.query(Account).count()
    answer = way(sign_in("quan-ly"), province, text)
    assert answer.status_code == 422, answer.text
    assert stored(app, province) == "tp-nhap@thanhhoa.example"
    with app.app_context():
        assert db.session.query(Account).count() == people


@pytest.mark.parametrize("way", WAYS)
def test_no_way_in_takes_another_accounts_user_name_for_an_address(app, sign_in, province, way):
    with app.app_context():
        province.account("tc-nhap").username = "le.an@so-tc.vn"
        db.session.commit()
    answer = way(sign_in("quan-ly"), province, "Le.An@so-tc.vn")
    assert (answer.status_code, stored(app, province)) == (422, "tp-nhap@thanhhoa.example")


def test_no_user_name_is_another_accounts_address(ctx, province):
    with pytest.raises(Refused, match="là thư điện tử của tài khoản khác"):
        create_account(
            username="TC-nhap@thanhhoa.example", last_name="Lê", first_name="An", email="an@b.vn",
            account_type="Thẩm định", actor=None, at=NOW,
        )  # fmt: skip


def test_a_request_for_an_account_has_the_same_rule(app, sign_in):
    form = {
        "last_name": "Lê", "first_name": "An", "position": "", "email": EVIL[1], "reason": "",
    }  # fmt: skip
    page = sign_in("tp-nhap").post("/accountrequestview/add", form)
    assert (page.status_code, "không hợp lệ" in page.text) == (422, True)
    with app.app_context():
        assert db.session.query(AccountRequest).count() == 0


def twins(province) -> None:
    """Rows of former days: two accounts with one address but for its capitals."""
    province.account("tp-nhap").email, province.account("tc-nhap").email = "chung@b.vn", "CHUNG@b.vn"
    db.session.flush()


def test_of_two_accounts_with_one_address_none_is_meant(ctx, province):
    twins(province)
    assert (account_of_email("chung@b.vn"), account_named("Chung@b.vn")) == (None, None)


def test_a_name_that_is_anothers_address_means_nobody(ctx, province):
    province.account("tp-nhap").username = "tc-nhap@thanhhoa.example"
    db.session.flush()
    assert account_named("tc-nhap@thanhhoa.example") is None


def test_nobody_signs_in_by_an_address_that_two_have(app, province):
    with app.app_context():
        twins(province)
        db.session.commit()
    from tests.conftest import Browser

    browser = Browser(app.test_client())
    answer = browser.post("/login/", {"username": "chung@b.vn", "password": PASSWORD})
    assert (answer.status_code, "không đúng" in answer.text) == (200, True)


@pytest.mark.parametrize("text", ["Lê\r\nBcc: x", "Lê\x00", "a\u2028b"])
def test_a_name_stands_on_one_line(text):
    with pytest.raises(Refused, match="một dòng"):
        one_line(text, "name")


@pytest.mark.parametrize("text", ["", "SO TP", "SO-ĐT", "-SO", "so=3", "so,xa", "SO\nTP"])
def test_a_code_is_letters_and_digits(text):
    with pytest.raises(Refused):
        code_of(text)


def test_the_import_finds_an_address_that_is_a_name_within_the_file(app, sign_in):
    table = HEAD + "le.an@b.vn,Lê An,,SO-TP,Thẩm định,\nmoi.2,Lê Hai,le.an@b.vn,SO-TC,Thẩm định,\n"
    file = {"file": (BytesIO(table.encode()), "tai-khoan.csv")}
    page = sign_in("quan-ly").post("/accounts-desk/import", file, content_type="multipart/form-data")
    assert (page.status_code, "là tên đăng nhập của tài khoản khác" in page.text) == (422, True)
