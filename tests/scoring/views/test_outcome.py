"""Kết quả từng tiêu chí: after the conclusion the agency sees each row's points and why, on screen and as files."""

import re
from io import BytesIO

import openpyxl
import pytest
from pypdf import PdfReader

from app.extensions import db
from app.holding import hold_row
from app.models import Notification
from app.scoring.models import Score, Sheet
from app.scoring.operations import differences
from tests.province import NOW, score_of
from tests.scoring.views.stages import concluded, consolidated, sheet_id

APPRAISERS = ("Td Nv", "Td Tp")
REASON = "Theo hồ sơ kiểm chứng."
WHY = REASON.rstrip(".")


@pytest.fixture
def sheet(app, province) -> int:
    return sheet_id(app, province, concluded(app, province), "SO-TP")


def page(browser, sheet: int, query: str = "") -> str:
    return " ".join(browser.get(f"/sheets/{sheet}/outcome{query}").text.split())


def row(text: str, app, sheet: int, code: str) -> str:
    with app.app_context():
        key = score_of(db.session.get(Sheet, sheet), code).id
    return text.split(f'id="row-{key}"')[1].split("</tr>")[0]


def test_each_row_says_its_points_the_reasons_and_the_minutes_and_names_no_appraiser(app, sheet, sign_in):
    text = page(sign_in("tp-nhap"), sheet)
    found = row(text, app, sheet, "2.1")
    numbers = re.findall(r'<td class="num[^>]*>([^<]*)</td>', found)
    assert numbers == ["–", "2", "1,5", "1,5"]
    assert (REASON in found, "Theo hồ sơ" in found, "(biên bản số 05/BB)" in found) == (True, True, True)
    assert [name for name in APPRAISERS if name in text] == []


def test_figures_and_working_stand_beside_the_points(app, province, sheet, sign_in):
    with app.app_context():
        score = score_of(db.session.get(Sheet, sheet), "1.2")
        score.figure_a, score.figure_b = 9, 10
        db.session.commit()
    found = row(page(sign_in("tp-nhap"), sheet), app, sheet, "1.2")
    assert ("Việc đã xong: 9; Việc phải làm: 10" in found, "9/10 = 90% → bậc 2 → 1 điểm" in found) == (True, True)


def test_the_filter_leaves_the_rows_that_differ(app, province, sheet, sign_in):
    with app.app_context():
        score = score_of(db.session.get(Sheet, sheet), "1.2")
        db.session.get(Sheet, sheet).not_submitted = False
        score.self_points = score.criterion.maximum
        db.session.commit()
        ids = {code: score_of(db.session.get(Sheet, sheet), code).id for code in ("1.2", "2.1")}
    text = page(sign_in("tp-nhap"), sheet, "?only=differs")
    assert (f'id="row-{ids["2.1"]}"' in text, f'id="row-{ids["1.2"]}"' in text) == (True, False)


def test_before_the_conclusion_there_is_no_outcome(app, province, sign_in):
    sheet = sheet_id(app, province, consolidated(app, province), "SO-TP")
    codes = [
        sign_in("tp-nhap").get(f"/sheets/{sheet}/{what}").status_code
        for what in ("outcome", "outcome.pdf", "outcome.xlsx")
    ]
    assert codes == [409, 409, 409]


def test_another_agencys_outcome_does_not_exist_and_a_manager_opens_any(sheet, sign_in):
    places = ("outcome", "outcome.pdf", "outcome.xlsx")
    codes = {
        name: [sign_in(name).get(f"/sheets/{sheet}/{what}").status_code for what in places]
        for name in ("tc-nhap", "quan-ly")
    }
    assert codes == {"tc-nhap": [404] * 3, "quan-ly": [200] * 3}


def test_the_workbook_says_the_same_row_by_row(sheet, sign_in):
    answer = sign_in("tp-nhap").get(f"/sheets/{sheet}/outcome.xlsx")
    lines = list(openpyxl.load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))
    head = next(line for line in lines if line[0] == "Mã")
    found = dict(zip(head, next(line for line in lines if line[0] == "2.1"), strict=True))
    assert [found[name] for name in ("Tự chấm", "Thẩm định", "Kết luận", "Điểm cuối cùng")] == [None, 2, 1.5, 1.5]
    assert [found[name] for name in ("Lý do của người thẩm định", "Lý do kết luận", "Số biên bản")] == [
        REASON,
        "Theo hồ sơ",
        "05/BB",
    ]
    bonuses = dict(zip(head, next(line for line in lines if line[0] == "3"), strict=True))
    assert (bonuses["Điểm tối đa"], found["Điểm tối đa"]) == (None, 2)
    assert not any(name in str(lines) for name in APPRAISERS)
    assert "K%E1%BA%BFt%20qu%E1%BA%A3" in answer.headers["Content-Disposition"]


def test_the_pdf_is_an_administrative_document_of_the_agencys_outcome(sheet, sign_in):
    answer = sign_in("tp-nhap").get(f"/sheets/{sheet}/outcome.pdf")
    text = " ".join(" ".join(part.extract_text() for part in PdfReader(BytesIO(answer.data)).pages).split())
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert ("của Sở Tư pháp" in text, "05/BB" in text, REASON in text) == (True, True, True)


def asked(app, province) -> int:
    sheet = sheet_id(app, province, consolidated(app, province), "SO-TP")
    with app.app_context():
        held = hold_row(score_of(db.session.get(Sheet, sheet), "1.1"))
        manager = province.account("quan-ly")
        differences.ask_explanation(held, "Nêu rõ số văn bản", actor=manager, at=NOW)
        db.session.commit()
    return sheet


def test_who_is_asked_to_explain_sees_why_on_home_page_and_notice_without_a_name(app, province, sign_in):
    sheet, clerk = asked(app, province), sign_in("tp-nhap")
    texts = {
        where: clerk.get(where).text
        for where in ("/home/", f"/sheets/{sheet}/explanations", "/home/notifications")
    }
    assert {where: WHY in text for where, text in texts.items()} == dict.fromkeys(texts, True)
    assert [name for name in APPRAISERS for text in texts.values() if name in text] == []
    with app.app_context():
        notes = db.session.query(Notification.text).filter(Notification.text.contains(WHY)).all()
    assert {text for (text,) in notes} == {
        f"Đề nghị giải trình tiêu chí 1.1 – CCHC 2026. Lý do thẩm định: {WHY}"
    }


def test_a_row_that_nobody_asked_about_shows_no_reason_before_the_conclusion(app, province, sign_in):
    sheet = asked(app, province)
    text = sign_in("tp-nhap").get(f"/sheets/{sheet}/explanations").text
    with app.app_context():
        other = db.session.get(Score, score_of(db.session.get(Sheet, sheet), "1.2").id)
        assert f'id="row-{other.id}"' not in text
