"""Giải trình: the answer to what the council asks, within the window of days."""

from datetime import timedelta

import pytest

from app.extensions import db
from app.holding import hold_row
from app.scoring.models import Round, Score
from app.scoring.operations.differences import ask_explanation
from tests.province import NOW, appraise_everything, begin_appraisal
from tests.scoring.views.filling import send


@pytest.fixture
def asked(year):
    """Appraised, and Sở Nội vụ asks about 2.1."""
    send(year)
    with year.app.app_context():
        round_ = db.session.get(Round, year.round_id)
        begin_appraisal(round_, year.province)
        for name in ("td-nv", "td-tp"):
            appraise_everything(round_, year.province, name)
        score = db.session.get(Score, year.scores["2.1"])
        ask_explanation(hold_row(score), "Nêu rõ số văn bản", actor=year.province.account("quan-ly"), at=NOW)
        db.session.commit()
    return year


def answer(browser, year, text, code="2.1"):
    return browser.post(f"/sheets/{year.sheet_id}/explanations/{year.scores[code]}", {"answer": text})


def test_the_question_is_shown_and_the_answer_kept(asked, sign_in):
    clerk = sign_in("tp-nhap")
    assert "Nêu rõ số văn bản" in clerk.get(f"/sheets/{asked.sheet_id}/explanations").text
    assert answer(clerk, asked, "Đã nộp đủ").status_code == 302
    assert asked.score("2.1").answer == "Đã nộp đủ"


def test_an_empty_answer_is_refused(asked, sign_in):
    refused = answer(sign_in("tp-nhap"), asked, "  ")
    assert (refused.status_code, "Hãy nhập nội dung giải trình" in refused.text) == (422, True)


def test_too_late_to_explain_keeps_what_was_typed(asked, sign_in):
    with asked.app.app_context():
        db.session.get(Score, asked.scores["2.1"]).answer_due_at = NOW - timedelta(days=1)
        db.session.commit()
    refused = answer(sign_in("tp-nhap"), asked, "Nộp muộn")
    assert (refused.status_code, "Nộp muộn" in refused.text, asked.score("2.1").answer) == (409, True, None)


def test_a_row_that_was_not_asked_about_takes_no_answer(asked, sign_in):
    assert answer(sign_in("tp-nhap"), asked, "Thêm", "1.2").status_code == 409


def test_nobody_else_explains(asked, sign_in):
    codes = [answer(sign_in(name), asked, "x").status_code for name in ("tc-nhap", "quan-ly")]
    assert (codes, asked.score("2.1").answer) == ([404, 403], None)


def test_a_row_of_another_sheet_is_not_reached_through_this_one(asked, sign_in):
    clerk = sign_in("tp-nhap")
    path = f"/sheets/{asked.other_sheet_id}/explanations/{asked.scores['2.1']}"
    assert clerk.post(path, {"answer": "x"}).status_code == 404


def test_the_appraised_mean_stands_beside_the_self_points_once_the_round_is_consolidated(asked, sign_in):
    clerk, address = sign_in("tp-nhap"), f"/sheets/{asked.sheet_id}/explanations"
    assert "Điểm thẩm định trung bình" in clerk.get(address).text
    with asked.app.app_context():
        db.session.get(Round, asked.round_id).state = "appraising"
        db.session.commit()
    assert "Điểm thẩm định trung bình" not in clerk.get(address).text
