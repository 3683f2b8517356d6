"""Lists of secrets: kept for the session that made them until their owner confirms, and for nobody else."""

from io import BytesIO

import openpyxl
import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import func, select

from app.clock import now
from app.errors import NotInScope
from app.extensions import db
from app.sign_in.models import AccountSession, ShownOnce
from app.sign_in.shown_once import SecretList, get_list, keep_list
from tests.conftest import PASSWORD
from tests.test_account_desk import account_form, secrets_of

HEAD = "username,full_name,email,agency_code,account_type,can_approve\n"
BANNER = "chưa xác nhận đã lưu"


def import_two(manager):
    rows = HEAD + "moi.1,Lê Văn Một,,SO-TP,Nhập liệu,có\nmoi.2,Lê Văn Hai,,SO-TC,Thẩm định,\n"
    file = {"file": (BytesIO(rows.encode()), "tai-khoan.csv")}
    return manager.post("/accounts-desk/import", file, content_type="multipart/form-data")


def kept(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(ShownOnce))


def test_reload_and_another_page_lose_nothing_until_the_owner_confirms(app, sign_in):
    manager = sign_in("quan-ly")
    page = import_two(manager).location
    first = secrets_of(manager.get(page).text)
    assert (first[::2], secrets_of(manager.get(page).text)) == (["moi.1", "moi.2"], first)
    home = manager.get("/home/").text
    assert [BANNER in home, f'href="{page}"' in home] == [True, True]
    assert manager.post(f"{page}/confirm").location == "/accounts-desk/"
    assert "Đã xóa danh sách khỏi phần mềm." in manager.get("/accounts-desk/").text
    assert (kept(app), BANNER in manager.get("/home/").text) == (0, False)
    assert [manager.get(page).status_code, manager.post(f"{page}/confirm").status_code] == [404, 404]


def test_the_answer_that_was_lost_on_its_way_is_found_again(app, sign_in):
    manager = sign_in("quan-ly")
    import_two(manager)
    assert import_two(manager).status_code == 422  # the names are taken: nothing is made twice
    assert "/shown-once/1" in manager.get("/accounts-desk/").text


def test_the_file_holds_what_the_page_shows(app, sign_in):
    manager = sign_in("quan-ly")
    page = import_two(manager).location
    names = secrets_of(manager.get(page).text)
    book = openpyxl.load_workbook(BytesIO(manager.get(f"{page}.xlsx").data))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows(max_col=5)]
    assert [row[3:5] for row in cells if str(row[3]).startswith("moi.")] == [names[:2], names[2:]]


def test_another_session_of_the_same_account_does_not_find_it(app, sign_in):
    manager, elsewhere = sign_in("quan-ly"), sign_in("quan-ly")
    page = import_two(manager).location
    for address in (page, f"{page}.xlsx"):
        assert [elsewhere.get(address).status_code, sign_in("tp-nhap").get(address).status_code] == [404, 404]
    assert elsewhere.post(f"{page}/confirm").status_code == 404
    assert (manager.get(page).status_code, BANNER in elsewhere.get("/home/").text) == (200, False)


@pytest.mark.parametrize("way", ["signs out", "ends the others", "new password", "stopped"])
def test_the_end_of_its_session_deletes_it(app, sign_in, province, way):
    manager, elsewhere = sign_in("quan-ly"), sign_in("quan-ly")
    import_two(manager)
    if way == "signs out":
        manager.post("/logout/")
    elif way == "ends the others":
        elsewhere.post("/sessions/others/end", {"password": PASSWORD})
    elif way == "new password":
        elsewhere.post("/password/", {"old": PASSWORD, "new": "Mua-xuan-2048", "again": "Mua-xuan-2048"})
    else:
        other = sign_in("quan-ly-2")
        account = province.accounts["quan-ly"]
        other.post(f"/accountview/edit/{account}", account_form(other, account, active=""))
    assert kept(app) == 0


def test_the_database_and_the_secret_key_open_nothing(app, sign_in):
    manager = sign_in("quan-ly")
    page = import_two(manager).location
    password = secrets_of(manager.get(page).text)[1]
    with app.app_context():
        row = db.session.scalars(select(ShownOnce)).one()
        assert password not in row.sealed
        with pytest.raises(InvalidTag):
            get_list(row.id, session_id=row.session_id, key="a key from no cookie")


def test_a_list_moved_to_another_session_opens_there_neither(app, sign_in):
    sign_in("quan-ly"), sign_in("quan-ly")
    with app.app_context():
        first, second = db.session.scalars(select(AccountSession.id))
        found = SecretList("Danh sách", "", "/", ["Tên", "Cơ quan", "Mã"], [["A", "B", "C"]], [2], notes=[])
        row = keep_list(found, session_id=first, key="one", at=now())
        assert get_list(row.id, session_id=first, key="one") == found
        with pytest.raises(NotInScope):
            get_list(row.id, session_id=second, key="one")
        row.session_id = second
        with pytest.raises(InvalidTag):
            get_list(row.id, session_id=second, key="one")
