"""The manager's survey desk: links, counts, distributions, points, import of forms."""

import re
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import func, select

from app.extensions import db
from app.holding import hold_row
from app.scoring.models import Criterion, Score, SurveyCampaign, SurveyForm
from app.scoring.operations.survey_answers import respond_inside
from tests.province import NOW
from tests.scoring.views.citizens import citizens
from tests.scoring.views.stages import concluded, opened

HEAD = "form_code,title,audience,question_code,text,type,options\n"


def answered(app, province) -> tuple[int, int]:
    """(round, campaign) with one form filled about Sở Tư pháp, every answer the second best."""
    round_id = opened(app, province)
    with app.app_context():
        campaign = db.session.scalars(select(SurveyCampaign)).one()
        answers = {q.id: 1 for q in campaign.form.questions if q.kind != "text"}
        answers |= {q.id: "Nên trả lời sớm hơn" for q in campaign.form.questions if q.kind == "text"}
        clerk = province.account("tp-nhap")
        respond_inside(hold_row(campaign), province.agency("SO-TP"), answers, account=clerk, at=NOW)
        db.session.commit()
        return round_id, campaign.id


def test_the_desk_shows_the_public_link_of_a_citizens_form_and_none_of_the_officials(
    app, province, sign_in
):
    survey, manager = citizens(app, province), sign_in("quan-ly")
    page = manager.get(f"/surveys-desk/{survey.round_id}").text
    assert (f"http://localhost{survey.url}" in page, "<svg" in page) == (True, True)
    with app.app_context():
        db.session.get(SurveyCampaign, survey.campaign_id).form.audience = "official"
        db.session.commit()
    page = manager.get(f"/surveys-desk/{survey.round_id}").text
    assert ("/survey/" in page, "chỉ trả lời trong phần mềm" in page) == (False, True)


def seen(browser, round_id: int) -> dict[str, str]:
    """What the page of sources sends with the order to compute."""
    page = browser.get(f"/surveys-desk/{round_id}/sources").text
    return {"seen": page.split('name="seen" value="')[1].split('"')[0]} if "seen" in page else {}


def test_answers_are_counted_by_question_and_agency(app, province, sign_in):
    round_id, campaign_id = answered(app, province)
    manager, place = sign_in("quan-ly"), f"/surveys-desk/{round_id}/{campaign_id}"
    page = manager.get(place).text
    assert ("100 %" in page, "Nên trả lời sớm hơn" in page) == (True, True)
    other = manager.get(f"{place}?agency={province.agencies['SO-TC']}").text
    assert ("100 %" in other, "Nên trả lời sớm hơn" in other) == (False, False)


def test_answers_become_points_of_the_survey_criterion(app, province, sign_in):
    round_id, _campaign = answered(app, province)
    manager = sign_in("quan-ly")
    assert manager.post(f"/surveys-desk/{round_id}/points", seen(manager, round_id)).status_code == 302
    with app.app_context():
        points = db.session.scalars(select(Score.survey_points).where(Score.survey_points.is_not(None))).all()
    assert [str(found) for found in points] == ["1.200"]


def test_after_the_conclusion_no_points_are_computed(app, province, sign_in):
    round_id = concluded(app, province)
    assert sign_in("quan-ly").post(f"/surveys-desk/{round_id}/points").status_code == 409


def test_after_the_conclusion_no_form_is_kept_open_longer(app, province, sign_in):
    round_id = concluded(app, province)
    with app.app_context():
        campaign_id = db.session.scalars(select(SurveyCampaign.id).where(SurveyCampaign.round_id == round_id)).first()
    place = f"/surveys-desk/{round_id}/{campaign_id}/closing"
    assert sign_in("quan-ly").post(place, {"closes_at": "31/12/2030 17:00"}).status_code == 409


def test_the_closing_time_is_moved_or_refused_with_what_was_typed(app, province, sign_in):
    round_id, campaign_id = answered(app, province)
    manager, place = sign_in("quan-ly"), f"/surveys-desk/{round_id}/{campaign_id}/closing"
    assert manager.post(place, {"closes_at": "31/12/2030 17:00"}).status_code == 302
    assert "31/12/2030 17:00" in manager.get(f"/surveys-desk/{round_id}").text
    answer = manager.post(place, {"closes_at": "ngày mai"})
    assert (answer.status_code, 'value="ngày mai"' in answer.text) == (422, True)


def send_file(browser, text: str):
    data = {"file": (BytesIO(text.encode()), "phieu.csv")}
    return browser.post("/surveys-desk/import", data, content_type="multipart/form-data")


def forms(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(SurveyForm))


def test_forms_are_imported_from_a_file(app, sign_in):
    before = forms(app)
    row = "KS-99,Phiếu mới,citizen,KS-99-C01,Ông/Bà hài lòng không?,choice,Có | Không\n"
    assert send_file(sign_in("quan-ly"), HEAD + row).status_code == 302
    assert forms(app) == before + 1


def test_a_file_with_mistakes_is_refused_row_by_row(app, sign_in):
    before = forms(app)
    answer = send_file(sign_in("quan-ly"), HEAD + "KS-99,Phiếu mới,ai đó,KS-99-C01,Câu hỏi,choice,Có\n")
    assert (answer.status_code, answer.text.count('<tr class="error">'), forms(app)) == (422, 2, before)


@pytest.mark.parametrize("name", ["tp-nhap", "td-nv", "quan-tri"])
def test_nobody_but_a_manager_works_here(app, province, sign_in, name):
    round_id, campaign_id = answered(app, province)
    browser = sign_in(name)
    assert browser.get(f"/surveys-desk/{round_id}").status_code != 200
    browser.post(f"/surveys-desk/{round_id}/points")
    with app.app_context():
        assert db.session.scalars(select(Score.id).where(Score.survey_points.is_not(None))).all() == []


def send_points(browser, round_id: int, data: bytes, name: str = "diem.csv"):
    fields = {"file": (BytesIO(data), name)}
    return browser.post(f"/surveys-desk/{round_id}/import-points", fields, content_type="multipart/form-data")


def points(app) -> list[str]:
    with app.app_context():
        given = select(Score.survey_points).where(Score.survey_points.is_not(None)).order_by(Score.id)
        return [str(found) for found in db.session.scalars(given)]


def test_the_table_of_survey_points_comes_back_filled_in(app, province, sign_in):
    round_id, manager = opened(app, province), sign_in("quan-ly")
    book = openpyxl.load_workbook(BytesIO(manager.get(f"/surveys-desk/{round_id}/points.xlsx").data))
    rows = list(book.active.iter_rows(min_row=5, max_col=6))
    for row in rows:
        row[5].value = 0.5
    kept = BytesIO()
    book.save(kept)
    assert send_points(manager, round_id, kept.getvalue(), "điểm.xlsx").status_code == 302
    assert (len(rows) > 0, points(app)) == (True, ["0.500"] * len(rows))
    assert "Mọi tiêu chí khảo sát đã có điểm." in manager.get(f"/surveys-desk/{round_id}").text


def test_survey_points_that_would_be_replaced_are_shown_first(app, province, sign_in):
    round_id, manager = opened(app, province), sign_in("quan-ly")
    table = "Mã cơ quan,Mã tiêu chí,Điểm\nSO-TP,1.5,%s\n"
    assert send_points(manager, round_id, (table % "0.5").encode()).status_code == 302
    page = send_points(manager, round_id, (table % "0.75").encode())
    assert (page.status_code, points(app)) == (200, ["0.500"])
    assert "SO-TP – 1.5" in page.text and "<strong>0,75</strong>" in page.text
    pending = re.search(r'name="pending" value="([^"]+)"', page.text)[1]
    assert manager.post(f"/surveys-desk/{round_id + 1}/import-points", {"pending": pending}).status_code == 404
    assert manager.post(f"/surveys-desk/{round_id}/import-points", {"pending": pending}).status_code == 302
    assert points(app) == ["0.750"]
    again = send_points(manager, round_id, (table % "0.75").encode())
    assert (again.status_code, "giống nội dung đã có" in again.text) == (200, True)


def test_a_table_of_survey_points_with_a_mistake_brings_in_nothing(app, province, sign_in):
    round_id = opened(app, province)
    text = "agency_code,criterion_code,points\nSO-TP,1.5,1\nSO-NV,1.5,99\n"
    with app.app_context():
        code = db.session.scalars(select(Criterion.code).where(Criterion.assessed_by == "survey")).first()
    answer = send_points(sign_in("quan-ly"), round_id, text.replace("1.5", code).encode())
    assert (answer.status_code, 'class="error"' in answer.text, points(app)) == (422, True, [])


def test_points_of_a_concluded_round_are_not_brought_in(app, province, sign_in):
    round_id = concluded(app, province)
    before = points(app)
    answer = send_points(sign_in("quan-ly"), round_id, b"agency_code,criterion_code,points\nSO-TP,1.5,1\n")
    assert (answer.status_code, points(app)) == (409, before)
