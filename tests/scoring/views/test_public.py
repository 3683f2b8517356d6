"""What anyone may see: published results, a code's report, a survey form; and nothing that is not published."""

import hashlib
import shutil
from io import BytesIO

import pytest
from sqlalchemy import func, select

from app import create_app
from app.extensions import db
from app.models import StoredFile
from app.scoring.models import Sheet, Snapshot, SurveyCampaign, SurveyResponse
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


def campaign(app, province, audience="citizen", **kind) -> tuple[str, dict, int]:
    """Token of an open campaign, full answers about Sở Tư pháp, and the first question's id."""
    round_id = opened(app, province, **kind)
    with app.app_context():
        found = db.session.scalars(select(SurveyCampaign).where(SurveyCampaign.round_id == round_id)).one()
        found.form.audience = audience
        db.session.commit()
        answers = {f"q{q.id}": "0" for q in found.form.questions if q.kind != "text"}
        return found.token, answers | {"agency": province.agencies["SO-TP"]}, found.form.questions[0].id


def responses(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(SurveyResponse))


def test_a_citizen_chooses_an_agency_answers_and_is_thanked(app, province, visitor):
    token, answers, first = campaign(app, province)
    assert "Sở Tài chính" in visitor.get(f"/survey/{token}").text
    assert f'name="q{first}"' in visitor.get(f"/survey/{token}?agency={answers['agency']}").text
    answer = visitor.post(f"/survey/{token}", answers, follow_redirects=True)
    assert ("Xin cảm ơn Ông/Bà" in answer.text, responses(app)) == (True, 1)


def test_a_browser_answers_once_about_an_agency(app, province, visitor):
    token, answers, _first = campaign(app, province)
    visitor.post(f"/survey/{token}", answers)
    assert visitor.post(f"/survey/{token}", answers).status_code == 409
    other = answers | {"agency": province.agencies["SO-TC"]}
    assert visitor.post(f"/survey/{token}", other).status_code == 302
    assert responses(app) == 2


def test_behind_tls_the_mark_of_an_answer_is_a_cookie_of_this_host_and_campaign(
    app, province, visitor, monkeypatch
):
    token, answers, _first = campaign(app, province)
    headers = {"X-CSRFToken": visitor.token(), "Referer": "https://localhost/"}
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    with app.app_context():
        number = db.session.scalars(select(SurveyCampaign.id)).one()

    def post():
        return visitor.client.post(
            f"/survey/{token}", data=answers, headers=headers, base_url="https://localhost"
        )

    answer = post()
    (mark,) = [text for text in answer.headers.getlist("Set-Cookie") if "survey" in text]
    assert mark.startswith(f"__Host-survey-{number}=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in mark.split(";")}
    assert post().status_code == 409


def test_an_unanswered_question_is_named_and_the_rest_stays(app, province, visitor):
    token, answers, first = campaign(app, province)
    answer = visitor.post(f"/survey/{token}", {k: v for k, v in answers.items() if k != f"q{first}"})
    assert (answer.status_code, answer.text.count(" checked"), "error-text" in answer.text) == (
        422,
        len(answers) - 2,
        True,
    )


def test_a_closed_form_takes_no_answer(app, province, visitor):
    token, answers, _first = campaign(app, province)
    with app.app_context():
        found = db.session.scalars(select(SurveyCampaign)).one()
        found.opens_at = found.closes_at = NOW.replace(year=2020)
        db.session.commit()
    assert "Phiếu khảo sát đã đóng" in visitor.get(f"/survey/{token}").text
    assert visitor.post(f"/survey/{token}", answers).status_code == 409


def test_forms_for_agencies_have_no_public_page(app, province, visitor):
    token, _answers, _first = campaign(app, province, audience="agency")
    assert visitor.get(f"/survey/{token}").status_code == 404


def test_a_wrong_link_or_an_agency_outside_the_round_is_not_found(app, province, visitor):
    token, answers, _first = campaign(app, province)
    assert visitor.get("/survey/nothing").status_code == 404
    outside = answers | {"agency": province.agencies["XA-A"]}
    assert visitor.post(f"/survey/{token}", outside).status_code == 404
