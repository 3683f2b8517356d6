"""What anyone may see: published results, a code's report; and nothing that is not published."""

import hashlib
import json
import re
import shutil
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest

from app import create_app
from app.clock import local_date
from app.codes import code_of_digest
from app.extensions import db
from app.holding import hold_row
from app.models import StoredFile
from app.scoring.models import Round, Sheet, Snapshot
from app.scoring.operations import publishing, reopening
from app.scoring.queries.records import record_of
from app.scoring.rules import format_points
from tests.conftest import Browser, settings
from tests.province import DECISION, NOW, decision
from tests.scoring.views.stages import concluded, consolidated, opened, sheet_id

SECRET = "Diễn giải riêng"
CODE = "ABCD-2345-WXYZ"
SIGNED = b"%PDF-1.4 signed"
ROWS = [("1.1", "1", "0.75", False), ("1.2", "2", "1.5", False), ("1.3", "1.5", None, True)]
ROWS += [("2.1", "2", "1.25", False)]
CONTENT = json.dumps(
    {
        "points": "3.5",
        "maximum": "5",
        "rows": [
            {"code": code, "name": code, "maximum": most, "points": points, "not_applicable": na, "explanation": SECRET}
            for code, most, points, na in ROWS
        ],
    }
)


@pytest.fixture
def visitor(client) -> Browser:
    return Browser(client)


def test_a_visitor_sees_a_published_ranking(app, province, visitor):
    round_id = concluded(app, province, published=True)
    assert f"/public/rounds/{round_id}" in visitor.get("/").text
    page = visitor.get(f"/public/rounds/{round_id}").text
    assert ("Sở Tư pháp" in page, "99/QĐ-UBND" in page) == (True, True)


def test_the_public_page_tells_the_decision_and_apart_from_it_the_day_it_was_put_up(app, province, visitor):
    round_id, today = concluded(app, province), f"{local_date(NOW):%d/%m/%Y}"
    with app.app_context():
        round_ = db.session.get(Round, round_id)
        round_.opened_at = round_.concluded_at = NOW - timedelta(days=9)
        given = decision("789/QĐ-UBND")._replace(decided_on=local_date(NOW) - timedelta(days=4))
        publishing.publish(hold_row(round_), given, actor=province.account("quan-ly"), at=NOW)
        db.session.commit()
    signed = f"{local_date(NOW) - timedelta(days=4):%d/%m/%Y}"
    said = f"Quyết định số 789/QĐ-UBND ngày {signed} (Chủ tịch Nguyễn Văn A)"
    page = visitor.get(f"/public/rounds/{round_id}").text
    assert f"{said} · đăng ngày {today}" in page
    assert said in visitor.get("/public/").text


def test_the_decision_is_downloaded_while_the_result_is_published(app, province, visitor, sign_in):
    round_id = concluded(app, province, published=True)
    path = f"/public/rounds/{round_id}/decision"
    with visitor.get(path) as answer:
        assert (answer.status_code, answer.data, answer.mimetype) == (200, DECISION, "application/pdf")
    manager = sign_in("quan-ly")
    manager.post(f"/rounds/{round_id}/unpublish", {"reason": "Đính chính"})
    assert manager.get(path).status_code == 404
    page = manager.get(f"/rounds/{round_id}").text
    kept = re.search(r"/rounds/\d+/publications/\d+", page)[0]
    with manager.get(kept) as answer:
        assert "Đính chính" in page and answer.data == DECISION
    assert sign_in("tp-nhap").get(kept).status_code == 403


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


def approved(app, province, *, status="current", sent=False, content=CONTENT) -> str:
    """A report with a code; its digest."""
    key = sheet_id(app, province, opened(app, province), "SO-TP")
    with app.app_context():
        sheet = db.session.get(Sheet, key)
        digest = hashlib.sha256(content.encode()).hexdigest()
        snapshot = Snapshot(
            sheet_id=key, code=CODE, digest=digest, content=content, created_at=NOW, status=status
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


def test_whoever_holds_the_code_sees_total_and_fields_and_no_more(app, province, visitor):
    approved(app, province)
    page = visitor.get(f"/verify/{CODE}").text
    cells = re.findall(r'<td class="num[^>]*>([^<]*)</td>', page)
    assert ("3,5/5" in page, cells) == (True, ["2,25", "3", "1,25", "2", "3,5", "5"])
    assert SECRET not in page and "Ban hành kế hoạch" not in page


def test_bonuses_and_penalties_are_told_as_they_are_printed(app, province, visitor):
    told = json.loads(CONTENT)
    for code, points in (("3.1", "0.5"), ("3.2", "1")):
        told["rows"].append(told["rows"][0] | {"code": code, "maximum": "2", "points": points})
    approved(app, province, content=json.dumps(told))
    page = visitor.get(f"/verify/{CODE}").text
    cells = re.findall(r'<td class="num[^>]*>([^<]*)</td>', page)
    assert cells == ["2,25", "3", "1,25", "2", "-0,5", "–", "3,5", "5"]


def test_content_that_has_not_the_printed_digest_shows_no_points(app, province, visitor):
    approved(app, province)
    with app.app_context():
        db.session.get(Snapshot, 1).content = CONTENT.replace('"3.5"', '"4.5"')
        db.session.commit()
    page = visitor.get(f"/verify/{CODE}").text
    assert "không còn đúng giá trị băm" in page and "4,5" not in page


def test_the_code_of_a_ranking_shows_its_points_until_it_is_opened_again(app, province, visitor):
    round_id = concluded(app, province)
    with app.app_context():
        record = record_of(db.session.get(Round, round_id))
        code, line = code_of_digest(record.digest), json.loads(record.content)["ranking"][0]
    page = visitor.get(f"/verify/{code.lower()}").text
    assert format_points(Decimal(line["points"])) in page and "Sở Tư pháp" in page and "đang có hiệu lực" in page
    with app.app_context():
        held = hold_row(db.session.get(Round, round_id))
        reopening.reopen_round(held, "Cộng sai", actor=province.account("quan-ly"), at=NOW)
        db.session.commit()
    assert "không còn hiệu lực" in visitor.get(f"/verify/{code}").text


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
