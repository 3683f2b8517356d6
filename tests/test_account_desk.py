"""app/account_desk.py and app/account_views.py: an account's life, by the right person and by the wrong one."""

import re
from io import BytesIO

import pytest

from app import create_app
from app.accounts import DATA_ENTRY, MANAGER, change_account, lock_account
from app.errors import Refused
from app.extensions import db
from app.models import Account, AccountRequest, AuditEvent, ResetRequest
from tests.conftest import Browser, settings
from tests.province import NOW

REQUEST = {
    "last_name": "Lê Thị",
    "first_name": "Hoa",
    "position": "Chuyên viên",
    "email": "hoa@thanhhoa.example",
    "reason": "Thêm người nhập",
}
NEW = "Mua-xuan-2048"


def secrets_of(page: str) -> list[str]:
    """User name and one-time password of a slip."""
    return re.findall(r'<dd class="secret">([^<]+)</dd>', page)


def test_a_requested_account_is_approved_changes_its_password_and_works(app, sign_in, province):
    clerk, manager = sign_in("tp-nhap"), sign_in("quan-ly")
    assert clerk.post("/accountrequestview/add", REQUEST).status_code == 302
    slip = manager.post("/accounts-desk/requests/1/approve", follow_redirects=True)
    username, password = secrets_of(slip.text)
    assert (slip.status_code, username) == (200, "hoa.le.so-tp")
    hoa = sign_in(username, password)
    assert hoa.get("/home/").headers["Location"] == "/password/"
    assert hoa.post("/password/", {"old": password, "new": NEW, "again": NEW}).status_code == 302
    assert hoa.get("/proposalview/list/").status_code == 200
    with app.app_context():
        account = db.session.get(Account, db.session.get(AccountRequest, 1).account_id)
        assert (account.agency.code, account.role_names) == ("SO-TP", {"Nhập liệu"})


def test_a_request_is_decided_once(sign_in):
    sign_in("tp-nhap").post("/accountrequestview/add", REQUEST)
    manager = sign_in("quan-ly")
    assert manager.post("/accounts-desk/requests/1/approve").status_code == 302
    again = manager.post("/accounts-desk/requests/1/approve")
    assert (again.status_code, secrets_of(again.text)) == (409, [])


def test_a_refusal_needs_its_reason_and_tells_the_agency(app, sign_in):
    sign_in("tp-nhap").post("/accountrequestview/add", REQUEST)
    manager = sign_in("quan-ly")
    refused = manager.post("/accounts-desk/requests/1/refuse", {"note": " "})
    assert (refused.status_code, "Phải nêu lý do từ chối." in refused.text) == (422, True)
    assert manager.post("/accounts-desk/requests/1/refuse", {"note": "Đã đủ người"}).status_code == 302
    with app.app_context():
        request = db.session.get(AccountRequest, 1)
        assert (request.state, request.decision_note) == ("refused", "Đã đủ người")


def test_a_request_is_seen_by_its_own_agency_and_the_manager_alone(sign_in):
    sign_in("tp-nhap").post("/accountrequestview/add", REQUEST)
    answers = [
        sign_in(name).get("/accountrequestview/show/1").status_code
        for name in ("tp-duyet", "tc-nhap", "td-nv")
    ]
    assert answers == [200, 404, 403]
    assert sign_in("quan-ly").get("/accountrequestview/add").status_code == 403


def test_a_clerk_finds_the_requests_in_the_menu_and_by_words_without_marks(sign_in):
    clerk = sign_in("tp-nhap")
    clerk.post("/accountrequestview/add", REQUEST)
    assert 'href="/accountrequestview/list/"' in clerk.get("/home/").text
    pages = [clerk.get(f"/accountrequestview/list/?q={words}").text for words in ("so tu phap", "tai chinh")]
    assert ["Lê Thị Hoa" in page for page in pages] == [True, False]


@pytest.mark.parametrize("name", ["tp-nhap", "td-nv", "quan-tri"])
def test_the_desk_is_the_managers(sign_in, province, name):
    browser, number = sign_in(name), province.accounts["tc-nhap"]
    assert browser.get("/accounts-desk/").status_code == 403
    assert browser.post(f"/accounts-desk/accounts/{number}/password").status_code == 403
    assert browser.post(f"/accounts-desk/accounts/{number}/unlock", {"reason": "x"}).status_code == 403


def test_what_is_not_there_is_not_found(sign_in):
    manager = sign_in("quan-ly")
    for url in ("requests/9/approve", "resets/9/settle", "accounts/999/unlock", "accounts/999/password"):
        assert manager.post(f"/accounts-desk/{url}").status_code == 404


def reset(browser, username: str):
    form = {"username": username, "contact": "0237 385 2246", "head_of_agency": "Ông A, Giám đốc"}
    return browser.post("/reset-request/", form)


def test_a_forgotten_password_is_asked_for_and_given_anew(app, client, sign_in):
    answer = reset(Browser(client), "TP-Nhap")
    assert answer.headers["Location"] == "/login/"
    before = sign_in("tp-nhap")
    slip = sign_in("quan-ly").post("/accounts-desk/resets/1/settle", follow_redirects=True)
    username, password = secrets_of(slip.text)
    assert (username, before.get("/home/").status_code) == ("tp-nhap", 302)
    assert sign_in("tp-nhap", password).get("/home/").headers["Location"] == "/password/"


def test_asking_never_tells_whether_the_account_exists(app, client):
    known, unknown = reset(Browser(client), "tp-nhap"), reset(Browser(client), "khong-co")
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    reset(Browser(client), "tp-nhap")
    with app.app_context():
        assert db.session.query(ResetRequest).count() == 3


def test_an_incomplete_request_keeps_what_was_typed(client):
    page = Browser(client).post(
        "/reset-request/", {"username": "tp-nhap", "contact": "", "head_of_agency": "Ông A"}
    )
    assert (page.status_code, 'value="tp-nhap"' in page.text, 'value="Ông A"' in page.text) == (
        422,
        True,
        True,
    )


def test_a_name_that_no_account_has_is_refused_and_nothing_is_given(client, sign_in):
    reset(Browser(client), "khong-co")
    answer = sign_in("quan-ly").post("/accounts-desk/resets/1/settle")
    assert (answer.status_code, "Không có tài khoản “khong-co”." in answer.text) == (422, True)


def test_requests_for_passwords_are_limited_in_number(app, filled, tmp_path):
    limited = create_app(settings(tmp_path) | {
        "RATELIMIT_ENABLED": True, "SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"]
    })  # fmt: skip
    browser = Browser(limited.test_client())
    assert [reset(browser, f"a{n}").status_code for n in range(6)] == [302] * 5 + [429]


def test_a_locked_account_is_unlocked_with_a_reason(app, sign_in, province):
    with app.app_context():
        lock_account(province.account("td-tp"), "Đã gửi kết quả", actor=None, at=NOW)
        db.session.commit()
    manager, url = sign_in("quan-ly"), f"/accounts-desk/accounts/{province.accounts['td-tp']}/unlock"
    without = manager.post(url, {"reason": ""})
    assert (without.status_code, "Phải nêu lý do mở khóa." in without.text) == (422, True)
    assert manager.post(url, {"reason": "Chấm bổ sung"}).status_code == 302
    assert sign_in("td-tp").get("/home/").status_code == 200
    with app.app_context():
        event = db.session.scalars(db.select(AuditEvent).filter_by(action="account_unlocked")).one()
        assert (event.actor_name, event.changes["reason"]) == ("quan-ly", "Chấm bổ sung")


def account_form(manager, number: int, **values) -> dict:
    page = manager.get(f"/accountview/edit/{number}").text
    fields = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page).group(1)
        for name in ("last_name", "first_name", "email", "seen")
    }
    return fields | {"account_type": "Quản lý", "agency": "1", "active": "y"} | values


def test_nobody_takes_their_own_type_or_account_away(app, sign_in, province):
    manager, number = sign_in("quan-ly"), province.accounts["quan-ly"]
    for change in ({"account_type": "Nhập liệu"}, {"active": ""}):
        form = {key: value for key, value in account_form(manager, number, **change).items() if value}
        page = manager.post(f"/accountview/edit/{number}", form)
        assert (page.status_code, "Không thể tự đổi loại" in page.text) == (422, True)
    with app.app_context():
        assert (province.account("quan-ly").role_names, province.account("quan-ly").active) == (
            {"Quản lý"},
            True,
        )


def test_a_change_of_type_is_on_the_trail(app, sign_in, province):
    manager, number = sign_in("quan-ly"), province.accounts["quan-ly-2"]
    form = account_form(manager, number, account_type="Nhập liệu")
    assert manager.post(f"/accountview/edit/{number}", form).status_code == 302
    with app.app_context():
        event = db.session.scalars(db.select(AuditEvent).filter_by(action="account_type_changed")).one()
        assert event.changes["account_type"] == ["Quản lý", "Nhập liệu"]


@pytest.mark.parametrize("change", [{"account_type": DATA_ENTRY}, {"account_type": MANAGER, "active": False}])
def test_the_last_manager_who_can_sign_in_stays_one(ctx, province, change):
    actor, last = province.account("quan-ly"), province.account("quan-ly-2")
    lock_account(actor, "Kiểm tra", actor=None, at=NOW)
    db.session.flush()
    with pytest.raises(Refused, match="tài khoản quản lý cuối cùng"):
        change_account(last, change | {"agency": province.agency("SO-NV")}, actor=actor, at=NOW)


def test_a_manager_adds_an_account_and_gets_its_slip_once(app, sign_in, province):
    manager = sign_in("quan-ly")
    form = {
        "last_name": "Trần",
        "first_name": "Bình",
        "email": "binh@thanhhoa.example",
        "account_type": "Thẩm định",
        "username": "",
        "agency": str(province.agencies["SO-TP"]),
    }
    slip = manager.post("/accountview/add", form, follow_redirects=True)
    username, password = secrets_of(slip.text)
    assert (slip.status_code, username) == (200, "binh.tran.so-tp")
    again = manager.post("/accountview/add", form)
    assert (
        again.status_code,
        secrets_of(again.text),
        "Thư điện tử “binh@thanhhoa.example” đã có tài khoản khác dùng." in again.text,
    ) == (
        422,
        [],
        True,
    )
    with app.app_context():
        stored = db.session.scalars(
            db.select(AuditEvent.changes).where(AuditEvent.object_type == "Account")
        ).all()
        assert password not in str(stored)


def upload(manager, text: str):
    return manager.post(
        "/accounts-desk/import",
        {"file": (BytesIO(text.encode()), "tai-khoan.csv")},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


HEAD = "username,full_name,email,agency_code,account_type,can_approve\n"
FIRST = "moi.1,Lê Văn Một,,SO-TP,Nhập liệu,có\n"


def test_a_list_of_accounts_comes_in_with_a_slip_for_each(app, sign_in):
    page = upload(
        sign_in("quan-ly"),
        HEAD + "moi.1,Lê Văn Một,,SO-TP,Nhập liệu,có\nmoi.2,Lê Văn Hai,,SO-TC,Thẩm định,\n",
    )
    assert (page.status_code, secrets_of(page.text)[::2]) == (200, ["moi.1", "moi.2"])


def test_a_list_with_an_error_makes_no_account(app, sign_in):
    page = upload(
        sign_in("quan-ly"), HEAD + "moi.1,Lê Văn Một,,SO-TP,Nhập liệu,\ntp-nhap,Trùng Tên,,SO-XX,Nhập liệu,\n"
    )
    assert page.status_code == 422
    assert [
        words in page.text
        for words in ("Không có cơ quan nào mang mã SO-XX.", "Tên đăng nhập “tp-nhap” đã có.")
    ] == [True, True]
    with app.app_context():
        assert db.session.query(Account).filter_by(username="moi.1").count() == 0
