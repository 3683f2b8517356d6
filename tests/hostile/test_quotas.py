"""What an agency may keep: by number and by size; the refusal says how much is used and how much is allowed."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest

from app.extensions import db
from app.models import StoredFile
from app.scoring.queries.evidence import RESERVE
from tests.hostile.files import PDF
from tests.scoring.views.filling import approve
from tests.scoring.views.stages import opened, sheet_id


@pytest.fixture
def desk(app, province, sign_in):
    """Upload address of a clerk of Sở Tư pháp; the settings are put back afterwards."""
    before = {name: app.config[name] for name in ("AGENCY_FILES", "AGENCY_FILES_BYTES")}
    sheet = sheet_id(app, province, opened(app, province), "SO-TP")
    with app.app_context():
        score = db.session.execute(db.text("select min(id) from score where sheet_id = :id"), {"id": sheet})
        url = f"/evidence/rows/{score.scalar_one()}/upload"
    yield sign_in("tp-nhap"), url
    app.config.update(before)


def upload(desk, *contents: bytes):
    browser, url = desk
    files = [(BytesIO(content), f"{place}.pdf") for place, content in enumerate(contents)]
    return browser.htmx(url, {"files": files}, content_type="multipart/form-data")


def stored(app) -> tuple[int, int]:
    with app.app_context():
        rows = db.session.query(StoredFile).count()
    return rows, sum(path.is_file() for path in app.config["FILES_DIR"].rglob("*"))


def test_one_document_more_than_allowed_is_refused_with_both_numbers(app, desk):
    app.config["AGENCY_FILES"] = 2
    assert upload(desk, PDF, PDF + b"2").status_code == 200
    answer = upload(desk, PDF + b"3")
    assert (answer.status_code, "đã lưu 2 tài liệu, mức tối đa là 2" in answer.text) == (422, True)
    assert stored(app) == (2, 2)


def test_a_file_that_has_no_room_is_refused_with_what_is_used_and_allowed(app, desk):
    app.config["AGENCY_FILES_BYTES"] = 600_000
    assert upload(desk, PDF + bytes(400_000 - len(PDF) - 5) + b"%%EOF").status_code == 200
    answer = upload(desk, PDF + bytes(300_000 - len(PDF) - 5) + b"%%EOF")
    assert answer.status_code == 422
    assert "đã dùng 390 KB trong 585 KB dành cho tài liệu" in answer.text
    assert "tệp “0.pdf” (292 KB) không còn chỗ" in answer.text
    assert stored(app) == (1, 1)


def test_files_sent_together_are_all_kept_or_none(app, desk):
    app.config["AGENCY_FILES"] = 2
    assert upload(desk, PDF, PDF + b"2", PDF + b"3").status_code == 422
    assert stored(app) == (0, 0)


def test_of_many_uploads_at_once_no_more_than_allowed_are_kept(app, desk):
    app.config["AGENCY_FILES"] = 3
    browser, url = desk
    token = browser.token()
    cookie = "; ".join(f"{c.key}={c.value}" for c in browser.client._cookies.values())

    def one(number: int) -> int:
        data = {"files": (BytesIO(PDF + b"%d" % number), "a.pdf")}
        client = app.test_client(use_cookies=False)
        headers = {"X-CSRFToken": token, "Cookie": cookie}
        with client.post(url, data=data, content_type="multipart/form-data", headers=headers) as answer:
            return answer.status_code

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(one, range(8)))
    assert (codes, stored(app)) == ([302] * 3 + [422] * 5, (3, 3))


def sign(browser, year, content: bytes):
    form = {"file": (BytesIO(content), "ky.pdf")}
    return browser.post(f"/sheets/{year.sheet_id}/sign", form, content_type="multipart/form-data")


def test_scans_of_signed_reports_count_also_those_that_were_replaced(app, year, sign_in, monkeypatch):
    approve(year)
    clerk, (rows, files) = sign_in("tp-nhap"), stored(app)
    monkeypatch.setitem(app.config, "AGENCY_FILES", rows + 2 - RESERVE)
    codes = [sign(clerk, year, PDF + number).status_code for number in (b"1", b"2", b"1")]
    assert (codes, stored(app)) == ([302, 302, 302], (rows + 2, files + 2))
    answer = sign(clerk, year, PDF + b"3")
    words = f"đã lưu {rows + 2} tài liệu, mức tối đa là {rows + 2}"
    assert (answer.status_code, words in answer.text) == (422, True)
    assert (year.sheet().signed_file_name, stored(app)) == ("ky.pdf", (rows + 2, files + 2))


def test_full_shelves_take_a_signed_report_and_nothing_else(app, year, sign_in, monkeypatch):
    approve(year)
    clerk, (rows, files) = sign_in("tp-nhap"), stored(app)
    monkeypatch.setitem(app.config, "AGENCY_FILES", rows)
    assert (sign(clerk, year, PDF + b"1").status_code, stored(app)) == (302, (rows + 1, files + 1))
    library = clerk.htmx(
        "/evidence/library/upload",
        {"files": (BytesIO(PDF + b"4"), "a.pdf")},
        content_type="multipart/form-data",
    )
    words = f"đã lưu {rows + 1} tài liệu, mức tối đa là {rows}"
    assert (library.status_code, words in library.text, stored(app)) == (422, True, (rows + 1, files + 1))


def test_the_library_shows_what_is_used(app, desk):
    upload(desk, PDF)
    assert "Đã lưu 1 trong 5000 tài liệu, 35 byte trong 5 GB." in desk[0].get("/evidence/").text
