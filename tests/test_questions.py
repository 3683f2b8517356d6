"""Questions about an announcement or a guide: asked there, talked over as proposals, read by nobody else."""

import pytest

from app.clock import now
from app.extensions import db
from app.office.models import Announcement, Proposal
from tests.statements import counted

GUIDE = "/guide/nhap-lieu.md"


@pytest.fixture
def announced(app, province) -> dict[str, int]:
    """The ids of an announcement to everyone and of one to the communes alone, by title."""
    with app.app_context():
        rows = [
            Announcement(title="Tập huấn", body="…", published_at=now()),
            Announcement(title="Dành cho xã", body="…", published_at=now(), groups=[province.group("xa")]),
        ]
        db.session.add_all(rows)
        db.session.commit()
        return {row.title: row.id for row in rows}


def ask(browser, where: str, title: str = "Mang theo gì?"):
    return browser.post(f"/proposalview/add?{where}", {"kind": "question", "title": title, "body": "…"})


def page_of(announcement: int) -> str:
    return f"/announcementview/show/{announcement}"


def test_the_form_comes_with_what_it_is_about(sign_in, announced):
    clerk = sign_in("tp-nhap")
    for where, title in (
        (f"announcement={announced['Tập huấn']}", "Tập huấn"),
        ("guide=nhap-lieu", "Hướng dẫn nhập liệu"),
    ):
        page = clerk.get(f"/proposalview/add?{where}").text
        assert f"Hỏi về: {title}" in page
        assert '<option selected value="question">' in page
    assert "Hỏi về" not in clerk.get("/proposalview/add").text


def test_it_stands_with_its_state_and_answer_where_it_was_asked(app, sign_in, announced):
    number = announced["Tập huấn"]
    clerk, manager = sign_in("tp-nhap"), sign_in("quan-ly")
    assert ask(clerk, f"announcement={number}").status_code == 302
    assert ask(clerk, "guide=nhap-lieu", "Ký số ở đâu?").status_code == 302
    with app.app_context():
        asked = db.session.scalars(db.select(Proposal).order_by(Proposal.id)).all()
        assert [(p.announcement_id, p.guide) for p in asked] == [(number, None), (None, "nhap-lieu")]
        asked[0].state, asked[0].answer = "answered", "Chỉ cần giấy mời."
        db.session.commit()
    for browser in (clerk, sign_in("tp-duyet"), manager):
        page = browser.get(page_of(number)).text
        assert ("Mang theo gì?" in page, "Đã trả lời" in page, "Chỉ cần giấy mời." in page) == (True,) * 3
        page = browser.get(GUIDE).text
        assert ("Ký số ở đâu?" in page, "Mới gửi" in page, "Mang theo gì?" in page) == (True, True, False)
    assert page_of(number) in clerk.get("/proposalview/show/1").text
    assert GUIDE in clerk.get("/proposalview/show/2").text


def test_another_agency_sees_neither_the_question_nor_that_there_is_one(sign_in, announced):
    ask(sign_in("tp-nhap"), f"announcement={announced['Tập huấn']}")
    ask(sign_in("tp-nhap"), "guide=nhap-lieu")
    for name in ("tc-nhap", "td-nv"):
        other = sign_in(name)
        for place in (page_of(announced["Tập huấn"]), GUIDE):
            page = other.get(place).text
            assert ("Mang theo gì?" in page, "Chưa có câu hỏi nào." in page) == (False, True)


def test_many_questions_cost_no_more_statements_than_one(sign_in, announced):
    number, manager = announced["Tập huấn"], sign_in("quan-ly")
    ask(sign_in("tp-nhap"), f"announcement={number}")
    manager.get(page_of(number))
    with counted() as one:
        manager.get(page_of(number))
    for name in ("tc-nhap", "tp-duyet", "tc-nhap"):
        ask(sign_in(name), f"announcement={number}", name)
    with counted() as more:
        page = manager.get(page_of(number)).text
    assert (len(more), page.count('class="who"')) == (len(one), 4)


@pytest.mark.parametrize(
    "where", ["announcement=99", "announcement=x", "announcement=-1", "guide=../README", "guide=x"]
)
def test_nothing_is_asked_about_what_is_not_there(app, sign_in, announced, where):
    clerk = sign_in("tp-nhap")
    assert (clerk.get(f"/proposalview/add?{where}").status_code, ask(clerk, where).status_code) == (404, 404)
    with app.app_context():
        assert db.session.query(Proposal).count() == 0


def test_an_announcement_to_others_is_not_there_to_be_asked_about(app, sign_in, announced):
    where = f"announcement={announced['Dành cho xã']}"
    assert ask(sign_in("tp-nhap"), where).status_code == 404
    assert ask(sign_in("quan-ly"), where).status_code == 302


def test_a_question_outlives_its_announcement(app, sign_in, announced):
    number, manager = announced["Tập huấn"], sign_in("quan-ly")
    ask(sign_in("tp-nhap"), f"announcement={number}")
    manager.post(f"/announcementview/delete/{number}")
    assert manager.get(page_of(number)).status_code == 404
    page = sign_in("tp-nhap").get("/proposalview/show/1").text
    assert ("Mang theo gì?" in page, "Hỏi về" in page) == (True, False)


def test_an_answered_question_has_an_answer(app, sign_in, announced):
    ask(sign_in("tp-nhap"), "guide=nhap-lieu")
    manager = sign_in("quan-ly")
    seen = manager.get("/proposalview/edit/1").text.split('name="seen"')[1].split('value="')[1].split('"')[0]
    answer = manager.post("/proposalview/edit/1", {"state": "answered", "answer": "", "seen": seen})
    assert (answer.status_code, "Hãy ghi nội dung trả lời." in answer.text) == (422, True)


def test_home_lists_only_announcements_that_open(sign_in, announced):
    """An appraiser belongs to no group, and is told of nothing that is for one."""
    every = {*announced}
    for name, titles in {"td-nv": {"Tập huấn"}, "tp-nhap": {"Tập huấn"}, "quan-ly": every}.items():
        browser = sign_in(name)
        page = browser.get("/home/").text
        assert {title for title in announced if title in page} == titles, name
        opened = {title for title, number in announced.items() if browser.get(page_of(number)).status_code == 200}
        assert opened == titles, name
