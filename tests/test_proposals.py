"""The talk about a proposal: who writes, who is told, and that states stay in it."""

import re

import pytest

from app.extensions import db
from app.models import Notification
from app.office.models import ProposalMessage


@pytest.fixture
def proposal(sign_in) -> str:
    """The address of a proposal of Sở Tư pháp."""
    sign_in("tp-nhap").post("/proposalview/add", {"kind": "criteria", "title": "Sửa 1.2", "body": "Vì khó đếm"})
    return "/proposalview/show/1"


def reply(browser, body: str):
    return browser.post("/proposalview/reply/1", {"body": body})


def decide(manager, state: str, answer: str) -> None:
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', manager.get("/proposalview/edit/1").text).group(1)
    manager.post("/proposalview/edit/1", {"state": state, "answer": answer, "seen": seen})


def talk(app) -> list[tuple]:
    with app.app_context():
        query = db.select(ProposalMessage).order_by(ProposalMessage.id)
        return [(turn.author.username, turn.body, turn.state) for turn in db.session.scalars(query)]


def told(app, province) -> dict[str, int]:
    """Account's name → how many notifications it has, where any."""
    names = {number: name for name, number in province.accounts.items()}
    with app.app_context():
        found = [names[row.account_id] for row in db.session.query(Notification)]
        return {name: found.count(name) for name in sorted(found)}


def test_both_sides_write_in_turn_and_each_is_told_of_the_other(app, province, sign_in, proposal):
    assert reply(sign_in("quan-ly"), "Cho ví dụ?").status_code == 302
    assert told(app, province) == {"tp-duyet": 1, "tp-nhap": 1}
    reply(sign_in("tp-duyet"), "Như năm 2025.")
    assert talk(app) == [("quan-ly", "Cho ví dụ?", None), ("tp-duyet", "Như năm 2025.", None)]
    assert told(app, province) == {"quan-ly": 1, "quan-ly-2": 1, "tp-duyet": 1, "tp-nhap": 1}


def test_a_decision_is_a_turn_of_the_talk_with_its_state(app, province, sign_in, proposal):
    manager = sign_in("quan-ly")
    decide(manager, "considering", "")
    decide(manager, "declined", "Trái quy định.")
    assert talk(app) == [("quan-ly", "", "considering"), ("quan-ly", "Trái quy định.", "declined")]
    page = sign_in("tp-nhap").get(proposal).text
    assert (page.count("Chuyển sang"), "Trái quy định." in page, "2 lượt" in page) == (2, True, True)


def test_saving_without_a_change_says_nothing(app, province, sign_in, proposal):
    decide(sign_in("quan-ly"), "new", "")
    assert (talk(app), told(app, province)) == ([], {})


@pytest.mark.parametrize("body", ["", "   ", "a" * 4001])
def test_empty_and_endless_words_are_refused_and_stay_typed(app, sign_in, proposal, body):
    answer = reply(sign_in("tp-nhap"), body)
    assert (answer.status_code, 'role="alert"' in answer.text, body in answer.text) == (422, True, True)
    assert talk(app) == []


def test_another_agency_and_an_appraiser_neither_read_nor_write(app, sign_in, proposal):
    for name in ("tc-nhap", "td-nv"):
        browser = sign_in(name)
        assert (browser.get(proposal).status_code, reply(browser, "…").status_code) == (404, 404)
    assert sign_in("quan-tri").post("/proposalview/reply/1", {"body": "…"}).status_code == 403
    assert talk(app) == []


def test_an_answer_given_before_there_was_a_talk_is_still_read(app, sign_in, proposal):
    with app.app_context():
        db.session.execute(db.text("update proposal set answer = 'Đã ghi nhận.', state = 'accepted'"))
        db.session.commit()
    assert "Đã ghi nhận." in sign_in("tp-nhap").get(proposal).text


def test_words_are_shown_as_words(sign_in, proposal):
    clerk = sign_in("tp-nhap")
    reply(clerk, "<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in clerk.get(proposal).text
