"""The manager's codes for citizens, and paper forms brought in: made once, shown once, counted once."""

import re
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select

from app.codes import keyed_digest
from app.extensions import db
from app.scoring.models import SurveyAnswer, SurveyCampaign, SurveyCode, SurveyCodeBatch, SurveyResponse
from tests.scoring.views.citizens import Citizens, citizens
from tests.scoring.views.test_public_surveys import stranger

CODE = re.compile(r"[2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){2}")
HEAD = "agency_code,paper_number,question_code,answer\n"


@pytest.fixture
def survey(app, province) -> Citizens:
    return citizens(app, province, mode="codes")


def make(browser, survey: Citizens, **typed):
    about = {"agency": survey.province.agencies["SO-TP"], "channel": "print", "count": "3"}
    return browser.post(f"{survey.desk}/codes", about | typed)


def kept(app) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(SurveyCode.digest)))


def test_the_workbook_holds_the_codes_that_the_database_holds_as_digests(app, survey, sign_in):
    manager = sign_in("quan-ly")
    book = openpyxl.load_workbook(BytesIO(manager.get(f"{make(manager, survey).location}.xlsx").data))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows(max_col=5)]
    rows = [row for row in cells if CODE.fullmatch(row[3] or "")]
    codes = [row[3] for row in rows]
    digests = {keyed_digest(app.config["SECRET_KEY"], "survey-code", code) for code in codes}
    assert (len(codes), digests == set(kept(app))) == (3, True)
    assert rows[0][4] == f"http://localhost{survey.url}?code={codes[0]}"
    assert stranger(app).post(survey.url, survey.answers | {"code": codes[0]}).status_code == 302


def test_the_page_to_print_has_a_picture_for_each_code(app, survey, sign_in):
    manager = sign_in("quan-ly")
    page = manager.get(make(manager, survey).location).text
    codes = set(CODE.findall(page))
    assert (len(codes), page.count("<svg"), len(kept(app))) == (3, 3, 3)
    assert not codes & set(CODE.findall(sign_in("quan-ly").get(f"{survey.desk}/codes").text))


def test_all_agencies_of_the_round_get_codes_at_once(app, survey, sign_in):
    make(sign_in("quan-ly"), survey, agency="", channel="sms", count="2")
    with app.app_context():
        found = [(batch.channel, batch.count) for batch in db.session.scalars(select(SurveyCodeBatch))]
    assert (found, len(kept(app))) == ([("sms", 2)] * 3, 6)


@pytest.mark.parametrize(
    "typed",
    [
        {"count": "0"},
        {"count": "501"},
        {"count": "hai"},
        {"count": ""},
        {"channel": "fax"},
    ],
)
def test_a_wrong_order_makes_no_code(app, survey, sign_in, typed):
    answer = make(sign_in("quan-ly"), survey, **typed)
    assert (answer.status_code, "error-text" in answer.text, kept(app)) == (422, True, [])


def test_used_codes_are_counted_and_a_batch_is_taken_back_once(app, survey, sign_in):
    (code, *_rest), manager = survey.codes(count=3), sign_in("quan-ly")
    stranger(app).post(survey.url, survey.answers | {"code": code})
    assert "Thu hồi 2 mã chưa dùng" in manager.get(f"{survey.desk}/codes").text
    place = f"{survey.desk}/codes/1/revoke"
    assert [manager.post(place).status_code for _ in range(2)] == [302, 409]


def test_forms_answered_inside_have_no_codes_and_no_papers(app, province, sign_in):
    inside, manager = citizens(app, province, audience="official"), sign_in("quan-ly")
    assert manager.get(f"{inside.desk}/codes").status_code == 404
    assert (make(manager, inside).status_code, kept(app)) == (404, [])
    mode = manager.post(f"{inside.desk}/mode", {"mode": "link", "daily_cap": "5"})
    assert mode.status_code == 422


def test_codes_are_the_rule_until_the_manager_opens_the_link(app, province, opened, sign_in):
    with app.app_context():
        campaign = db.session.scalars(select(SurveyCampaign)).one()
        campaign.form.audience = "citizen"
        db.session.commit()
        desk = f"/surveys-desk/{campaign.round_id}/{campaign.id}"
        assert campaign.mode == "codes"
    manager = sign_in("quan-ly")
    for typed, status in (
        ({"mode": "all", "daily_cap": "5"}, 422),
        ({"mode": "link", "daily_cap": "0"}, 422),
        ({"mode": "link", "daily_cap": "x"}, 422),
        ({"mode": "link", "daily_cap": "7"}, 302),
    ):
        assert manager.post(f"{desk}/mode", typed).status_code == status
    with app.app_context():
        campaign = db.session.scalars(select(SurveyCampaign)).one()
        assert (campaign.mode, campaign.daily_cap) == ("link", 7)


def papers(app, survey: Citizens, *numbers: int, agency: str = "SO-TP", answer: str = "1") -> str:
    with app.app_context():
        questions = db.session.get(SurveyCampaign, survey.campaign_id).form.questions
        lines = [
            f"{agency},{number},{q.code},{'Nên nhanh hơn' if q.kind == 'text' else answer}\n"
            for number in numbers
            for q in questions
        ]
    return HEAD + "".join(lines)


def send(browser, survey: Citizens, text: str):
    fields = {"file": (BytesIO(text.encode()), "phieu.csv")}
    return browser.post(f"{survey.desk}/papers", fields, content_type="multipart/form-data")


def test_paper_forms_come_in_as_a_channel_of_their_own_each_number_once(app, survey, sign_in):
    manager, table = sign_in("quan-ly"), papers(app, survey, 1, 2)
    assert send(manager, survey, table).status_code == 302
    assert survey.channels() == ["paper", "paper"]
    again = send(manager, survey, table)
    assert (again.status_code, "đã được nhập" in again.text, survey.responses()) == (422, True, 2)
    with app.app_context():
        assert set(db.session.scalars(select(SurveyAnswer.option))) == {0, None}
        assert set(db.session.scalars(select(SurveyResponse.paper_number))) == {"1", "2"}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"answer": "5"}, "từ 1 đến 4"),
        ({"answer": "0"}, "từ 1 đến 4"),
        ({"agency": "XA-A"}, "không có cơ quan XA-A"),
    ],
)
def test_a_table_of_papers_with_a_mistake_brings_in_nothing(app, survey, sign_in, table, words):
    answer = send(sign_in("quan-ly"), survey, papers(app, survey, 1, **table))
    assert (answer.status_code, words in answer.text, survey.responses()) == (422, True, 0)


def test_a_paper_with_a_question_left_out_or_twice_brings_in_nothing(app, survey, sign_in):
    manager, lines = sign_in("quan-ly"), papers(app, survey, 1).splitlines(keepends=True)
    for table in (lines[:2], [*lines, lines[1]]):
        assert send(manager, survey, "".join(table)).status_code == 422
    assert survey.responses() == 0


def test_the_form_for_papers_is_what_the_import_reads(survey, sign_in):
    book = openpyxl.load_workbook(BytesIO(sign_in("quan-ly").get(f"{survey.desk}/papers.xlsx").data))
    assert [cell.value for cell in book.worksheets[0][4]][:4] == [
        "Mã cơ quan",
        "Số tờ phiếu",
        "Mã câu hỏi",
        "Trả lời",
    ]
    assert "KS-01-C01" in {row[0].value for row in book.worksheets[1].iter_rows()}
