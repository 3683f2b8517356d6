"""What a citizen may do with a survey form: by a code once, by the open link a day's share a network."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.extensions import db
from app.scoring.models import SurveyCode, SurveyResponse
from tests.conftest import Browser
from tests.province import NOW
from tests.scoring.views.citizens import Citizens, citizens

HOME, NEXT_DOOR, ELSEWHERE = "203.0.113.7", "203.0.113.200", "198.51.100.7"


@pytest.fixture
def open_link(app, province) -> Citizens:
    return citizens(app, province)


@pytest.fixture
def by_code(app, province) -> Citizens:
    return citizens(app, province, mode="codes")


@pytest.fixture
def visitor(client) -> Browser:
    return Browser(client)


def stranger(app, address: str = HOME) -> Browser:
    """A browser without any cookie, at this address."""
    browser = Browser(app.test_client())
    browser.client.environ_base["REMOTE_ADDR"] = address
    return browser


def test_a_citizen_chooses_an_agency_answers_and_is_thanked(open_link, visitor):
    assert "Sở Tài chính" in visitor.get(open_link.url).text
    page = visitor.get(f"{open_link.url}?agency={open_link.province.agencies['SO-TP']}").text
    assert f'name="{next(iter(open_link.answers))}"' in page
    answer = visitor.post(open_link.url, open_link.about("SO-TP"), follow_redirects=True)
    assert ("Xin cảm ơn Ông/Bà" in answer.text, open_link.channels()) == (True, ["link"])


def test_a_browser_answers_once_about_an_agency(open_link, visitor):
    visitor.post(open_link.url, open_link.about("SO-TP"))
    assert visitor.post(open_link.url, open_link.about("SO-TP")).status_code == 409
    assert visitor.post(open_link.url, open_link.about("SO-TC")).status_code == 302
    assert open_link.responses() == 2


def test_what_one_page_sends_twice_before_its_cookie_comes_counts_once(app, open_link):
    typed = open_link.about("SO-TP") | {"mark": "one-page"}
    assert [stranger(app).post(open_link.url, typed).status_code for _ in range(2)] == [302, 409]
    assert open_link.responses() == 1


def test_the_page_carries_a_mark_of_its_own(open_link, visitor):
    place = f"{open_link.url}?agency={open_link.province.agencies['SO-TP']}"
    marks = {visitor.get(place).text.split('name="mark" value="')[1].split('"')[0] for _ in range(2)}
    assert [len(mark) for mark in marks] == [32, 32]


def test_a_network_gives_its_days_share_and_no_more_whatever_the_cookies(app, open_link):
    open_link.change(daily_cap=3)
    about = open_link.about("SO-TP")
    answers = [
        stranger(app, address).post(open_link.url, about)
        for address in (HOME, NEXT_DOOR, HOME, NEXT_DOOR, HOME)
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 409, 409]
    assert "đã gửi đủ 3 phiếu trong ngày" in answers[-1].text
    assert stranger(app, ELSEWHERE).post(open_link.url, about).status_code == 302
    assert open_link.responses() == 4


def test_the_next_day_the_network_has_its_share_again(app, open_link):
    open_link.change(daily_cap=1)
    stranger(app).post(open_link.url, open_link.about("SO-TP"))
    with app.app_context():
        db.session.scalars(select(SurveyResponse)).one().submitted_at -= timedelta(days=1)
        db.session.commit()
    assert stranger(app).post(open_link.url, open_link.about("SO-TP")).status_code == 302


def test_the_lines_of_one_delegated_ipv6_block_are_one_network(app, open_link):
    open_link.change(daily_cap=1)
    lines = ("2001:db8:0:1200::1", "2001:db8:0:12ff:1:2:3:4", "2001:db8:0:1300::1")
    answers = [stranger(app, line).post(open_link.url, open_link.about("SO-TP")) for line in lines]
    assert [answer.status_code for answer in answers] == [302, 409, 302]


def test_no_address_is_kept_and_networks_of_two_campaigns_cannot_be_joined(app, open_link):
    stranger(app).post(open_link.url, open_link.about("SO-TP"))
    with app.app_context():
        kept = db.session.scalars(select(SurveyResponse)).one()
        values = [str(getattr(kept, column.key)) for column in SurveyResponse.__table__.columns]
    assert (len(kept.network), any("203.0.113" in value for value in values)) == (16, False)


def test_a_code_opens_the_form_about_its_agency_once(app, by_code):
    (code,) = by_code.codes("SO-TC")
    page = stranger(app).get(f"{by_code.url}?code={code.lower().replace('-', ' ')}").text
    assert ("Sở Tài chính" in page, 'name="mark"' in page) == (True, False)
    about = by_code.about("SO-TP") | {"code": code}
    answers = [stranger(app, place).post(by_code.url, about) for place in (HOME, ELSEWHERE)]
    assert [answer.status_code for answer in answers] == [302, 409]
    with app.app_context():
        kept = db.session.scalars(select(SurveyResponse)).one()
        assert (kept.channel, kept.about_agency_id) == ("print", by_code.province.agencies["SO-TC"])


def test_a_used_code_says_so_and_shows_no_form(app, by_code):
    (code,) = by_code.codes()
    stranger(app).post(by_code.url, by_code.answers | {"code": code})
    page = stranger(app).get(f"{by_code.url}?code={code}").text
    assert ("đã được dùng" in page, 'type="radio"' in page) == (True, False)


def test_an_unanswered_question_leaves_the_code_good(app, by_code):
    (code,) = by_code.codes()
    first, *_rest = by_code.answers
    short = {name: value for name, value in by_code.answers.items() if name != first}
    answer = stranger(app).post(by_code.url, short | {"code": code})
    assert (answer.status_code, f'value="{code}"' in answer.text) == (422, True)
    assert stranger(app).post(by_code.url, by_code.answers | {"code": code}).status_code == 302


@pytest.mark.parametrize("code", ["AAAA-BBBB-CCCC", "x", "A" * 200, "\u0110\u0110"])
def test_a_code_that_nobody_made_opens_nothing(app, by_code, code):
    answer = stranger(app).post(by_code.url, by_code.answers | {"code": code})
    assert (answer.status_code, "Mã trả lời không đúng" in answer.text, by_code.responses()) == (422, True, 0)


def test_a_code_is_worth_nothing_in_another_survey_nor_after_it_is_taken_back(app, province, sign_in, by_code):
    first, second = by_code.codes(count=2)
    sign_in("quan-ly").post(f"{by_code.desk}/codes/1/revoke")
    assert stranger(app).post(by_code.url, by_code.answers | {"code": first}).status_code == 422
    assert (second != first, by_code.responses()) == (True, 0)


def test_without_a_code_nothing_is_taken_where_codes_are_asked(app, by_code):
    page = stranger(app).get(by_code.url).text
    assert ('name="code"' in page, "Chọn cơ quan" in page) == (True, False)
    answer = stranger(app).post(by_code.url, by_code.about("SO-TP") | {"mark": "x"})
    assert (answer.status_code, by_code.responses()) == (422, 0)


def test_codes_are_kept_as_digests_and_not_tied_to_the_answer(app, by_code):
    (code,) = by_code.codes()
    stranger(app).post(by_code.url, by_code.answers | {"code": code})
    with app.app_context():
        kept, response = db.session.scalars(select(SurveyCode)).one(), db.session.scalars(
            select(SurveyResponse)
        ).one()
    assert (len(kept.digest), kept.used, code in kept.digest) == (64, True, False)
    assert "code_id" not in SurveyResponse.__table__.columns
    assert (response.account_id, response.browser_mark) == (None, None)


def test_behind_tls_the_mark_of_an_answer_is_a_cookie_of_this_host_and_campaign(
    app, open_link, visitor, monkeypatch
):
    headers = {"X-CSRFToken": visitor.token(), "Referer": "https://localhost/"}
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)

    def post():
        return visitor.client.post(
            open_link.url, data=open_link.about("SO-TP"), headers=headers, base_url="https://localhost"
        )

    (mark,) = [text for text in post().headers.getlist("Set-Cookie") if "survey" in text]
    assert mark.startswith(f"__Host-survey-{open_link.campaign_id}=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in mark.split(";")}
    assert post().status_code == 409


def test_an_unanswered_question_is_named_and_the_rest_stays(open_link, visitor):
    first, *rest = open_link.answers
    answer = visitor.post(
        open_link.url, {k: v for k, v in open_link.about("SO-TP").items() if k != first}
    )
    assert (answer.status_code, answer.text.count(" checked"), "error-text" in answer.text) == (
        422,
        len(rest),
        True,
    )


def test_a_closed_form_takes_no_answer_by_link_or_code(app, open_link, visitor):
    (code,) = open_link.codes()
    open_link.change(opens_at=NOW.replace(year=2020), closes_at=NOW.replace(year=2020))
    assert "Phiếu khảo sát đã đóng" in visitor.get(open_link.url).text
    assert visitor.post(open_link.url, open_link.about("SO-TP")).status_code == 409
    assert visitor.post(open_link.url, open_link.answers | {"code": code}).status_code == 409


@pytest.mark.parametrize("audience", ["official", "agency"])
def test_forms_of_officials_and_agencies_have_no_public_page_and_take_no_strangers_answer(
    app, province, visitor, audience
):
    inside = citizens(app, province, audience=audience)
    assert visitor.get(inside.url).status_code == 404
    answers = [stranger(app).post(inside.url, inside.about("SO-TP")) for _ in range(3)]
    assert ([answer.status_code for answer in answers], inside.responses()) == ([404] * 3, 0)


def test_a_wrong_link_or_an_agency_outside_the_round_is_not_found(open_link, visitor):
    assert visitor.get("/survey/nothing").status_code == 404
    assert visitor.post(open_link.url, open_link.about("XA-A")).status_code == 404
