"""The list of agencies from a file: findings beside the form, all or nothing, managers alone."""

import re
from io import BytesIO

import openpyxl
from sqlalchemy import select

from app.extensions import db
from app.models import Agency

GOOD = "Mã,Tên cơ quan,Mã khối\nSO-YT,Sở Y tế,so\nSO-TP,Sở Tư pháp tỉnh,so\n"
BAD = "Mã,Tên cơ quan,Mã khối\nSO-YT,Sở Y tế,khoi-la\nSO-XD,,so\n"


def send(browser, text: str, name: str = "cơ quan.csv"):
    return browser.post("/agencies-desk/import", {"file": (BytesIO(text.encode()), name)})


def pending_of(preview) -> str:
    return re.search(r'name="pending" value="([^"]+)"', preview.text)[1]


def names(app) -> set[str]:
    with app.app_context():
        return set(db.session.scalars(select(Agency.name)))


def test_new_agencies_are_made_and_known_codes_brought_up_to_date(app, sign_in):
    browser, before = sign_in("quan-ly"), names(app)
    preview = send(browser, GOOD)
    assert (preview.status_code, names(app)) == (200, before)
    assert "<strong>Sở Tư pháp tỉnh</strong>" in preview.text and "Thêm mới: SO-YT" in preview.text
    answer = browser.post("/agencies-desk/import", {"pending": pending_of(preview)})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/agencyview/list/")
    assert "Đã thêm 1 cơ quan, cập nhật 1." in browser.get("/agencyview/list/").text
    assert names(app) == before - {"Sở Tư pháp"} | {"Sở Y tế", "Sở Tư pháp tỉnh"}


def test_a_mistake_is_shown_by_row_and_column_and_nothing_comes_in(app, sign_in):
    before = names(app)
    answer = send(sign_in("quan-ly"), BAD)
    assert answer.status_code == 422
    cells = answer.text.split('<tr class="error">')[1:]
    assert [
        ("Mã khối" in cells[0], ">2</td>" in cells[0]),
        ("Tên cơ quan" in cells[1], ">3</td>" in cells[1]),
    ] == [
        (True, True),
        (True, True),
    ]
    assert names(app) == before


def test_no_file_is_said_beside_the_field(sign_in):
    answer = sign_in("quan-ly").post("/agencies-desk/import")
    assert (answer.status_code, "Hãy chọn tệp danh sách cơ quan, đơn vị." in answer.text) == (422, True)


def test_a_file_that_is_no_table_is_refused(app, sign_in):
    before = names(app)
    answer = send(sign_in("quan-ly"), "\x00\x01", "ảnh.xlsx")
    assert (answer.status_code, names(app)) == (422, before)


def test_units_and_appraisers_may_not(app, sign_in):
    before = names(app)
    assert [send(sign_in(name), GOOD).status_code for name in ("tp-nhap", "td-nv", "quan-tri")] == [
        403,
        403,
        403,
    ]
    assert names(app) == before


def test_the_template_imports_again(app, sign_in):
    browser = sign_in("quan-ly")
    data = browser.get("/agencies-desk/template.xlsx").data
    rows = list(openpyxl.load_workbook(BytesIO(data)).active.iter_rows(values_only=True))
    assert rows[0][:4] == ("Mã", "Tên cơ quan", "Tên viết tắt", "Mã khối")
    answer = browser.post("/agencies-desk/import", {"file": (BytesIO(data), "mẫu.xlsx")})
    assert "Không có khối nào mang mã huyen." in answer.text
