"""What anyone may see: published results, a code's report; and nothing that is not published."""

import hashlib
import shutil
from io import BytesIO

import pytest

from app import create_app
from app.extensions import db
from app.models import StoredFile
from app.scoring.models import Sheet, Snapshot
from tests.conftest import Browser, settings
from tests.province import NOW
from tests.scoring.views.stages import concluded, consolidated, opened, sheet_id

CODE = "ABCD-2345-WXYZ"
SIGNED = b"%PDF-1.4 signed"


@pytest.fixture
def visitor(client) -> Browser:
    return Browser(client)


def test_a_visitor_sees_a_published_ranking(app, province, visitor):
    round_id = concluded(app, province, published=True)
    assert f"/public/rounds/{round_id}" in visitor.get("/").text
    page = visitor.get(f"/public/rounds/{round_id}").text
    assert ("Sở Tư pháp" in page, "99/QĐ-UBND" in page) == (True, True)


@pytest.mark.parametrize("stage", [opened, consolidated, concluded])
def test_a_visitor_sees_nothing_unpublished(app, province, visitor, stage):
    round_id = stage(app, province)
    assert "CCHC 2026" not in visitor.get("/").text
    assert visitor.get(f"/public/rounds/{round_id}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/results/", "/results/1", "/home/", "/progress/1", "/surveys-desk/1", "/system/"]
)
def test_a_visitor_is_asked_to_sign_in_for_everything_else(visitor, path):
    answer = visitor.get(path)
    assert (answer.status_code, "/login/" in answer.location) == (302, True)


def test_people_who_are_signed_in_go_home_and_still_reach_the_public_pages(app, province, sign_in):
    round_id, clerk = concluded(app, province, published=True), sign_in("tp-nhap")
    assert clerk.get("/").location == "/home/"
    assert clerk.get("/public/").status_code == 200
    assert clerk.get(f"/public/rounds/{round_id}").status_code == 200


def approved(app, province, *, status="current", sent=False) -> str:
    """A report with a code; its digest."""
    key = sheet_id(app, province, opened(app, province), "SO-TP")
    with app.app_context():
        sheet = db.session.get(Sheet, key)
        digest = hashlib.sha256(b"content").hexdigest()
        snapshot = Snapshot(
            sheet_id=key, code=CODE, digest=digest, content="{}", created_at=NOW, status=status
        )
        db.session.add(snapshot)
        db.session.flush()
        if status == "current":
            sheet.snapshot = snapshot
        if sent:
            sha256 = hashlib.sha256(SIGNED).hexdigest()
            sheet.signed_file = StoredFile(
                sha256=sha256, size=len(SIGNED), media_type="application/pdf", created_at=NOW
            )
        db.session.commit()
    return digest


def test_a_printed_code_leads_to_its_report(app, province, visitor):
    digest = approved(app, province)
    page = visitor.get(f"/verify/{CODE}").text
    assert ("Sở Tư pháp" in page, digest in page, "đang có hiệu lực" in page) == (True, True, True)


def test_a_code_is_read_in_any_case_and_with_spaces(app, province, visitor):
    approved(app, province)
    answer = visitor.get("/verify/?code=abcd 2345 wxyz", follow_redirects=True)
    assert "Sở Tư pháp" in answer.text


def test_an_unknown_code_is_answered_plainly(app, visitor):
    answer = visitor.get("/verify/AAAA-BBBB-CCCC")
    assert (answer.status_code, "Không có báo cáo nào mang mã này" in answer.text) == (404, True)


def test_a_withdrawn_report_says_so(app, province, visitor):
    approved(app, province, status="withdrawn")
    assert "đã được rút lại để sửa" in visitor.get(f"/verify/{CODE}").text


def test_a_report_replaced_by_a_newer_one_says_so(app, province, visitor):
    approved(app, province, status="withdrawn")
    with app.app_context():
        sheet = db.session.get(Snapshot, 1).sheet
        sheet.snapshot = Snapshot(
            sheet_id=sheet.id, code="ABCD-2345-WXYA", digest="0" * 64, content="{}", created_at=NOW
        )
        db.session.commit()
    assert "thay bằng một bản mới hơn" in visitor.get(f"/verify/{CODE}").text


@pytest.mark.parametrize(
    ("content", "words"), [(SIGNED, "đúng là bản đã gửi"), (b"x", "không phải là bản đã gửi")]
)
def test_a_file_is_compared_with_what_was_sent(app, province, visitor, content, words):
    approved(app, province, sent=True)
    data = {"file": (BytesIO(content), "ban-ky.pdf")}
    assert words in visitor.post(f"/verify/{CODE}", data, content_type="multipart/form-data").text


def test_codes_cannot_be_tried_in_bulk(tmp_path, filled):
    shutil.copy(filled[0] / "scoring.db", tmp_path)
    client = create_app(settings(tmp_path) | {"RATELIMIT_ENABLED": True}).test_client()
    answers = [client.get("/verify/AAAA-BBBB-CCCC").status_code for _ in range(31)]
    assert (answers[:30], answers[30]) == ([404] * 30, 429)
