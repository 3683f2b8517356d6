"""Surveys answered inside: who is asked about whom, what is owed, once."""

import pytest

from app.extensions import db
from app.scoring.models import Round, SurveyAnswer, SurveyCampaign, SurveyResponse
from app.scoring.queries.surveys import campaigns_of
from tests.province import NOW


@pytest.fixture
def campaign(year) -> int:
    """The open campaign of KS-01, which officials answer about their own agency."""
    with year.app.app_context():
        return next(
            c.id for c in campaigns_of(db.session.get(Round, year.round_id)) if c.form.code == "KS-01"
        )


def questions(year, campaign) -> list[tuple[int, str]]:
    with year.app.app_context():
        return [(q.id, q.kind) for q in db.session.get(SurveyCampaign, campaign).form.questions]


def full(year, campaign) -> dict:
    return {f"q{key}": "Cần thêm máy" if kind == "text" else "1" for key, kind in questions(year, campaign)}


def url(year, campaign, code="SO-TP") -> str:
    return f"/surveys/{campaign}/{year.province.agencies[code]}"


def answers(year) -> int:
    with year.app.app_context():
        return db.session.query(SurveyAnswer).count()


def test_an_official_is_asked_about_the_own_agency_alone(year, campaign, sign_in):
    page = sign_in("tp-nhap").get("/surveys/").text
    assert (url(year, campaign) in page, url(year, campaign, "SO-TC") in page) == (True, False)


def test_a_filled_form_is_kept_and_not_offered_again(year, campaign, sign_in):
    clerk = sign_in("tp-nhap")
    assert clerk.get(url(year, campaign)).status_code == 200
    assert clerk.post(url(year, campaign), full(year, campaign)).status_code == 302
    assert answers(year) == len(questions(year, campaign))
    assert "Đã trả lời" in clerk.get("/surveys/").text
    again = clerk.post(url(year, campaign), full(year, campaign))
    assert (again.status_code, answers(year)) == (409, len(questions(year, campaign)))


def test_a_question_left_out_is_named_and_the_other_answers_stay(year, campaign, sign_in):
    typed = full(year, campaign)
    owed = next(key for key, kind in questions(year, campaign) if kind == "scale")
    del typed[f"q{owed}"]
    answer = sign_in("tp-nhap").post(url(year, campaign), typed)
    checked = sum(kind != "text" for _key, kind in questions(year, campaign)) - 1
    assert (answer.status_code, answer.text.count(" checked"), answers(year)) == (422, checked, 0)
    assert ("Cần thêm máy" in answer.text, "Hãy trả lời câu" in answer.text) == (True, True)


def test_an_option_that_is_not_on_the_form_is_refused(year, campaign, sign_in):
    typed = full(year, campaign)
    owed = next(key for key, kind in questions(year, campaign) if kind == "scale")
    assert sign_in("tp-nhap").post(url(year, campaign), typed | {f"q{owed}": "99"}).status_code == 422


def test_another_agency_or_campaign_is_out_of_reach(year, campaign, sign_in):
    clerk = sign_in("tp-nhap")
    assert clerk.get(url(year, campaign, "SO-TC")).status_code == 404
    assert clerk.post(url(year, campaign, "SO-TC"), full(year, campaign)).status_code == 404
    assert clerk.get(url(year, 999)).status_code == 404
    assert [sign_in(name).get(url(year, campaign)).status_code for name in ("quan-ly", "td-nv")] == [403, 403]


def test_after_closing_nothing_is_taken(year, campaign, sign_in):
    with year.app.app_context():
        found = db.session.get(SurveyCampaign, campaign)
        found.opens_at, found.closes_at = NOW.replace(year=2020), NOW.replace(year=2021)
        db.session.commit()
    clerk = sign_in("tp-nhap")
    assert clerk.post(url(year, campaign), full(year, campaign)).status_code == 409
    assert "Không có phiếu khảo sát nào đang mở" in clerk.get("/surveys/").text
    with year.app.app_context():
        assert db.session.query(SurveyResponse).count() == 0
