"""Clerk and leader: presenting, handing back with comments by row, settling them, approving; who sees what."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from app.extensions import db
from app.holding import hold_row
from app.models import Account, Notification, OutgoingMail
from app.scoring.models import LeaderComment, Score, Sheet
from app.scoring.operations import review, sheets
from app.scoring.rules import Figures
from tests.province import NOW
from tests.scoring.views.filling import approve, fill


def post(browser, year, what, **data):
    return browser.post(f"/sheets/{year.sheet_id}/{what}", data=data)


def check(browser, year) -> str:
    return browser.get(f"/sheets/{year.sheet_id}/check").text


def present(year) -> None:
    fill(year)
    with year.app.app_context():
        sheet = hold_row(db.session.get(Sheet, year.sheet_id))
        review.present(sheet, "Kính trình", actor=year.province.account("tp-nhap"), at=NOW)
        db.session.commit()


def hand_back(year, text="Bổ sung số liệu", code="1.2") -> int:
    """Id of the comment on the row."""
    with year.app.app_context():
        sheet = hold_row(db.session.get(Sheet, year.sheet_id))
        leader = year.province.account("tp-duyet")
        review.hand_back(sheet, "Xem lại", {year.scores[code]: text}, actor=leader, at=NOW)
        db.session.commit()
        return db.session.scalars(select(LeaderComment.id).where(LeaderComment.score_id.is_not(None))).one()


def notices(year, name: str) -> list[str]:
    """What the account was told since the round was opened."""
    with year.app.app_context():
        mine = (Notification.account_id == year.province.accounts[name]) & Notification.text.not_like("Đã mở kỳ%")
        return [note.text for note in db.session.scalars(select(Notification).where(mine).order_by(Notification.id))]


def letters(year) -> list[str]:
    with year.app.app_context():
        since = OutgoingMail.subject.not_like("Đã mở kỳ%")
        return list(db.session.scalars(select(OutgoingMail.recipient).where(since).order_by(OutgoingMail.id)))


def change_row(year, code="1.3") -> None:
    with year.app.app_context():
        held = hold_row(db.session.get(Score, year.scores[code]))
        entry = sheets.RowEntry(Figures(n=Decimal(3)), explanation="")
        sheets.save_row(held, entry, version=held.row.version, actor=year.province.account("tp-nhap"), at=NOW)
        db.session.commit()


def comments(year) -> list[tuple]:
    with year.app.app_context():
        return [
            (c.text, c.answer, c.settled_at is not None)
            for c in db.session.scalars(select(LeaderComment).order_by(LeaderComment.id))
        ]


def test_presenting_puts_one_line_on_the_leaders_home_and_tells_the_leader_alone(year, sign_in):
    fill(year)
    assert post(sign_in("tp-nhap"), year, "present", note="Kính trình").status_code == 302
    home = sign_in("tp-duyet").get("/home/").text
    assert (home.count('id="waiting"'), f'href="/sheets/{year.sheet_id}/check"' in home) == (1, True)
    assert [len(notices(year, name)) for name in ("tp-duyet", "tp-nhap", "tc-duyet")] == [1, 0, 0]
    assert letters(year) == ["tp-duyet@thanhhoa.example"]


def test_presenting_freezes_nothing_and_the_leader_sees_which_rows_changed_since(year, sign_in):
    present(year)
    leader = sign_in("tp-duyet")
    assert "Đã sửa sau khi trình" not in check(leader, year)
    change_row(year)
    page = check(leader, year)
    changed = page.split('id="changed"')[1].split("</div>")[0]
    assert (f"#row-{year.scores['1.3']}" in changed, f"#row-{year.scores['1.2']}" in changed) == (True, False)


def test_presenting_again_tells_again_only_when_something_changed(year, sign_in):
    present(year)
    clerk = sign_in("tp-nhap")
    assert post(clerk, year, "present").status_code == 302
    assert len(notices(year, "tp-duyet")) == 1
    change_row(year)
    assert post(clerk, year, "present").status_code == 302
    assert len(notices(year, "tp-duyet")) == 2
    assert "Đã sửa sau khi trình" not in check(clerk, year)


def test_a_sheet_with_errors_is_not_presented(year, sign_in):
    answer = post(sign_in("tp-nhap"), year, "present", note="Gửi sớm")
    assert (answer.status_code, "Còn 7 lỗi" in answer.text, year.sheet().presented_at) == (409, True, None)
    assert notices(year, "tp-duyet") == []


def test_without_a_leaders_account_presenting_says_what_to_do(year, sign_in):
    fill(year)
    with year.app.app_context():
        db.session.get(Account, year.province.accounts["tp-duyet"]).active = False
        db.session.commit()
    answer = post(sign_in("tp-nhap"), year, "present")
    words = "Cơ quan chưa có tài khoản lãnh đạo phê duyệt"
    assert (answer.status_code, words in answer.text, year.sheet().presented_at) == (409, True, None)


def test_an_agency_whose_one_account_enters_and_approves_is_led_straight_to_approving(year, sign_in):
    fill(year)
    leader = sign_in("tp-duyet")
    page = check(leader, year)
    assert ("/approve" in page, "/present" in page) == (True, False)
    assert post(leader, year, "approve").status_code == 302


def test_handing_back_shows_the_comments_at_the_rows_until_they_are_settled(year, sign_in):
    present(year)
    leader, clerk = sign_in("tp-duyet"), sign_in("tp-nhap")
    row = f"comment-{year.scores['1.2']}"
    answer = post(leader, year, "hand-back", **{"comment": "Xem lại toàn bộ", row: "Kèm báo cáo quý IV"})
    assert (answer.status_code, year.sheet().presented_at, year.sheet().state) == (302, None, "draft")
    page = clerk.get(f"/sheets/{year.sheet_id}").text
    assert ("Xem lại toàn bộ" in page, "Kèm báo cáo quý IV" in page) == (True, True)
    assert "còn 2 ý kiến chưa xử lý" in clerk.get("/home/").text
    assert notices(year, "tp-nhap") == ["Nguyễn Văn Tp Duyet trả lại phiếu “CCHC 2026” kèm 2 ý kiến."]


def test_a_settled_comment_leaves_the_row_and_stays_in_the_history_with_its_answer(year, sign_in):
    comment, clerk = hand_back(year), sign_in("tp-nhap")
    answer = clerk.post(f"/sheets/comments/{comment}/settle", data={"answer": "Đã bổ sung"})
    assert answer.location == f"/sheets/{year.sheet_id}#row-{year.scores['1.2']}"
    assert "Bổ sung số liệu" not in clerk.get(f"/sheets/{year.sheet_id}").text
    page = check(sign_in("tp-duyet"), year)
    assert ("Bổ sung số liệu" in page, "Đã bổ sung" in page) == (True, True)


def test_settling_twice_keeps_the_first_answer(year, sign_in):
    comment, clerk = hand_back(year), sign_in("tp-nhap")
    for text in ("Lần đầu", "Lần hai"):
        clerk.post(f"/sheets/comments/{comment}/settle", data={"answer": text})
    assert comments(year) == [("Xem lại", "", False), ("Bổ sung số liệu", "Lần đầu", True)]


def test_an_answer_that_is_refused_stays_typed_and_changes_nothing(year, sign_in):
    comment, clerk = hand_back(year), sign_in("tp-nhap")
    text = "dài " * 1100
    answer = clerk.post(f"/sheets/comments/{comment}/settle", data={"answer": text})
    assert (answer.status_code, text.strip() in answer.text) == (422, True)
    assert comments(year)[1] == ("Bổ sung số liệu", "", False)


def test_handing_back_without_a_word_is_refused_and_what_was_typed_stays(year, sign_in):
    present(year)
    leader = sign_in("tp-duyet")
    answer = post(leader, year, "hand-back", comment="  ")
    assert (answer.status_code, "Hãy ghi ý kiến chung" in answer.text, comments(year)) == (422, True, [])
    row = f"comment-{year.scores['1.2']}"
    answer = post(leader, year, "hand-back", **{"comment": "x" * 4001, row: "Kèm báo cáo"})
    assert (answer.status_code, "Kèm báo cáo" in answer.text, comments(year)) == (422, True, [])
    assert year.sheet().presented_at is not None


def test_a_comment_on_a_row_of_another_sheet_does_not_exist(year, sign_in):
    with year.app.app_context():
        other = db.session.get(Sheet, year.other_sheet_id).scores[0].id
    answer = post(sign_in("tp-duyet"), year, "hand-back", **{f"comment-{other}": "Lạc"})
    assert (answer.status_code, comments(year)) == (404, [])


@pytest.mark.parametrize(
    ("what", "codes"),
    [
        ("present", {"tc-nhap": 404, "quan-ly": 403, "td-nv": 403}),
        ("hand-back", {"tp-nhap": 403, "tc-duyet": 404, "quan-ly": 403}),
    ],
)
def test_nobody_else_presents_or_hands_back(year, sign_in, what, codes):
    fill(year)
    found = {name: post(sign_in(name), year, what, comment="x").status_code for name in codes}
    assert (found, comments(year), year.sheet().presented_at) == (codes, [], None)


def test_only_the_agency_settles_a_comment(year, sign_in):
    comment = hand_back(year)
    address = f"/sheets/comments/{comment}/settle"
    codes = {name: sign_in(name).post(address).status_code for name in ("tc-nhap", "quan-ly", "td-nv")}
    assert (codes, comments(year)[1][2]) == ({"tc-nhap": 404, "quan-ly": 403, "td-nv": 403}, False)


@pytest.mark.parametrize("what", ["present", "hand-back"])
def test_an_approved_or_late_sheet_is_neither_presented_nor_handed_back(year, sign_in, what):
    fill(year)
    year.end_entry()
    person = sign_in("tp-nhap" if what == "present" else "tp-duyet")
    assert (post(person, year, what, comment="x").status_code, comments(year)) == (409, [])


def test_approving_settles_what_is_open_and_tells_the_clerks(year, sign_in):
    present(year)
    hand_back(year)
    assert post(sign_in("tp-duyet"), year, "approve").status_code == 302
    assert [settled for _text, _answer, settled in comments(year)] == [True, True]
    assert "đã phê duyệt phiếu “CCHC 2026”" in notices(year, "tp-nhap")[-1]
    assert notices(year, "tp-duyet") == ["Nguyễn Văn Tp Nhap trình phê duyệt phiếu “CCHC 2026”."]


def test_both_see_the_history_with_names_times_and_comments(year, sign_in):
    present(year)
    hand_back(year)
    with year.app.app_context():
        sheet = hold_row(db.session.get(Sheet, year.sheet_id))
        sheets.approve(sheet, actor=year.province.account("tp-duyet"), at=NOW)
        db.session.commit()
    for name in ("tp-nhap", "tp-duyet"):
        history = check(sign_in(name), year).split('id="history"')[1]
        acts = ["Phê duyệt báo cáo", "Trả lại kèm ý kiến", "Trình lãnh đạo"]
        places = [history.index(f"<b>{act}</b>") for act in acts]
        assert places == sorted(places)
        assert ("Kính trình" in history, "Ý kiến ở tiêu chí: 1.2" in history) == (True, True)


def test_a_sheet_reopened_or_returned_is_no_longer_presented(year, sign_in):
    approve(year)
    assert post(sign_in("tp-duyet"), year, "reopen").status_code == 302
    assert (year.sheet().presented_at, year.sheet().state) == (None, "draft")
    assert notices(year, "tp-nhap")[-1] == "Nguyễn Văn Tp Duyet đã mở lại phiếu “CCHC 2026” để sửa."


def test_the_next_step_is_a_button_at_the_same_place_on_home_and_sheet(year, sign_in):
    def steps(name: str) -> list[tuple[str, str]]:
        browser, found = sign_in(name), []
        for address in ("/home/", f"/sheets/{year.sheet_id}"):
            bar = browser.get(address).text.split(f'id="next-step-{year.sheet_id}"')[1].split("</div>")[0]
            found.append((bar.split('href="')[1].split('"')[0], bar.rsplit("</a>")[0].rsplit(">")[-1]))
        return found

    sheet = f"/sheets/{year.sheet_id}"
    assert steps("tp-nhap") == [(f"{sheet}#sheet-figures", "Nhập tiếp")] * 2
    fill(year)
    assert steps("tp-nhap") == [(f"{sheet}/check", "Kiểm tra và trình lãnh đạo")] * 2
    assert steps("tp-duyet") == [(f"{sheet}/check", "Kiểm tra và phê duyệt báo cáo")] * 2


@pytest.mark.parametrize(
    ("state", "words"),
    [("appraising", "Chờ kết quả thẩm định"), ("appraised", "Đã thẩm định xong; chờ Hội đồng kết luận")],
)
def test_a_sheet_that_was_sent_says_what_it_waits_for(year, sign_in, state, words):
    with year.app.app_context():
        db.session.get(Sheet, year.sheet_id).state = state
        db.session.commit()
    assert f"<strong>{words}</strong>" in sign_in("tp-nhap").get(f"/sheets/{year.sheet_id}").text


def test_a_leader_is_called_one_wherever_the_type_is_shown(year, sign_in):
    assert "Lãnh đạo phê duyệt" in sign_in("tp-duyet").get("/home/").text
    assert "Lãnh đạo phê duyệt" not in sign_in("tp-nhap").get("/home/").text
    manager = sign_in("quan-ly")
    listed = manager.get("/accountview/list/?roles=Lãnh đạo phê duyệt").text
    assert ("tp-duyet" in listed, "tp-nhap" in listed) == (True, False)
    entering = manager.get("/accountview/list/?roles=Nhập liệu").text
    assert ("tp-duyet" in entering, "tp-nhap" in entering) == (False, True)
