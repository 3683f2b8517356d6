"""The council's desk: many rows at once, and the page before the conclusion."""

import re
from decimal import Decimal

import pytest

from app.extensions import db
from app.holding import hold_row
from app.scoring.models import Round, Score
from app.scoring.operations import differences
from tests.province import NOW, score_of, sheet_of
from tests.queries import counted
from tests.scoring.views.stages import with_differences

WORDS = {"minutes_number": "05/BB", "conclusion_reason": "Theo hồ sơ", "basis": "appraised"}


@pytest.fixture
def round_id(app, province, told) -> int:
    """Consolidated: Sở Tư pháp gave itself 1,5 less at 2.1, 1 less at 1.2 and 0,5 less at 1.3."""

    return told("consolidated, three rows differ", lambda: with_differences(app, province))


@pytest.fixture
def manager(round_id, sign_in):
    return sign_in("quan-ly")


def seen(page: str) -> str:
    return re.search(r'name="seen" value="([^"]*)"', page)[1]


def codes(page: str) -> list[str]:
    """Of the list, in its order."""
    return re.findall(r'<td data-th="Tiêu chí"><span><span class="code">([\d.]+)<', page)


def concluded(app) -> dict[str, Decimal | None]:
    with app.app_context():
        rows = db.session.query(Score).filter(Score.minutes_number.is_not(None))
        return {row.criterion.code: row.concluded_points for row in rows}


def test_the_list_begins_with_the_largest_difference_and_can_be_ordered_otherwise(manager, round_id):
    assert codes(manager.get(f"/differences/{round_id}").text) == ["2.1", "1.2", "1.3"]
    assert codes(manager.get(f"/differences/{round_id}?sort=criterion").text) == ["1.2", "1.3", "2.1"]
    assert codes(manager.get(f"/differences/{round_id}?sort=agency&group=all").text) == ["1.2", "1.3", "2.1"]


def test_the_heads_of_the_map_are_names(manager, round_id):
    head = manager.get(f"/differences/{round_id}").text.split("<thead>")[1].split("</thead>")[0]
    assert "Chỉ đạo điều hành" in head and "Thể chế" in head


def test_the_thread_shows_figures_working_and_rule(manager, round_id, app, province):
    with app.app_context():
        sheet = sheet_of(db.session.get(Round, round_id), province, "SO-TP").id
    page = manager.get(f"/differences/{round_id}/agencies/{sheet}").text
    assert "Việc đã xong: <b>45</b>" in page and "45/50 = 90%" in page and "Quy định chấm" in page


def test_ticked_rows_are_concluded_and_the_number_is_remembered(app, manager, round_id):
    page = manager.get(f"/differences/{round_id}").text
    ticked = re.findall(r'name="rowid" form="asking" value="(\d+)"', page)[:2]
    answer = manager.post(f"/differences/{round_id}/conclude", WORDS | {"rowid": ticked, "seen": seen(page)})
    assert (answer.status_code, concluded(app)) == (302, {"2.1": 2, "1.2": 2})
    assert 'value="05/BB"' in manager.get(f"/differences/{round_id}").text


def test_every_row_of_the_list_is_concluded_by_one_box(app, manager, round_id):
    page = manager.get(f"/differences/{round_id}?group=all&show=open").text
    form = WORDS | {"every": "1", "seen": seen(page), "basis": "self"}
    assert manager.post(f"/differences/{round_id}/conclude?group=all", form).status_code == 302
    assert concluded(app) == {"2.1": Decimal("0.5"), "1.2": 1, "1.3": 1}


def test_points_of_a_row_are_kept_inline_and_none_is_lost_without_a_word(app, manager, round_id):
    page = manager.get(f"/differences/{round_id}").text
    first, second, _third = re.findall(r'name="rowid" form="asking" value="(\d+)"', page)
    form = WORDS | {"seen": seen(page), f"points-{first}": "1,25"}
    answer = manager.post(f"/differences/{round_id}/conclude", form | {"rowid": [second]})
    assert (answer.status_code, "chưa đánh dấu" in answer.text, 'value="1,25"' in answer.text) == (422, True, True)
    assert manager.post(f"/differences/{round_id}/conclude", form | {"rowid": [first, second]}).status_code == 302
    assert concluded(app) == {"2.1": Decimal("1.25"), "1.2": 2}


@pytest.mark.parametrize("lack", ["minutes_number", "conclusion_reason", "basis", "rowid"])
def test_a_refusal_changes_nothing_and_keeps_what_was_typed(app, manager, round_id, lack):
    page = manager.get(f"/differences/{round_id}").text
    ticked = re.findall(r'name="rowid" form="asking" value="(\d+)"', page)
    form = WORDS | {"rowid": ticked, "seen": seen(page)}
    answer = manager.post(f"/differences/{round_id}/conclude", {k: v for k, v in form.items() if k != lack})
    assert (answer.status_code, concluded(app)) == (422, {})
    kept = {"minutes_number": 'value="05/BB"', "conclusion_reason": ">Theo hồ sơ<", "basis": '"appraised" checked'}
    assert all(words in answer.text for name, words in kept.items() if name != lack)


def test_a_row_changed_meanwhile_is_named(app, manager, province, round_id):
    page = manager.get(f"/differences/{round_id}").text
    with app.app_context():
        score = score_of(sheet_of(db.session.get(Round, round_id), province, "SO-TP"), "1.3")
        differences.ask_explanation(hold_row(score), "Vì sao?", actor=province.account("quan-ly"), at=NOW)
        db.session.commit()
    answer = manager.post(f"/differences/{round_id}/conclude", WORDS | {"every": "1", "seen": seen(page)})
    assert (answer.status_code, "1.3 – Sở Tư pháp" in answer.text, concluded(app)) == (409, True, {})


def test_the_page_before_the_conclusion_lists_what_is_left_and_asks_for_its_number(app, manager, round_id):
    page = manager.get(f"/rounds/{round_id}/conclude").text
    assert 'name="kept" value="3" required' in page and 'name="asked"' not in page
    mark = re.search(r'name="mark" value="(\w+)"', page)[1]
    for form in ({}, {"mark": mark}, {"mark": mark, "kept": "2"}, {"mark": mark, "kept": "x"}):
        answer = manager.post(f"/rounds/{round_id}/conclude", form)
        assert (answer.status_code, "3 dòng chênh lệch giữ điểm thẩm định" in answer.text) == (409, True)
    assert manager.post(f"/rounds/{round_id}/conclude", {"mark": mark, "kept": "3"}).status_code == 302


def test_an_undecided_answer_leaves_no_button_to_conclude(app, manager, province, round_id):
    with app.app_context():
        score = score_of(sheet_of(db.session.get(Round, round_id), province, "SO-TP"), "1.3")
        differences.ask_explanation(hold_row(score), "Vì sao?", actor=province.account("quan-ly"), at=NOW)
        differences.answer_explanation(hold_row(score), "Đã nộp", actor=province.account("tp-nhap"), at=NOW)
        db.session.commit()
    page = manager.get(f"/rounds/{round_id}/conclude").text
    assert "1 giải trình đã trả lời, Hội đồng chưa kết luận" in page and 'name="mark"' not in page
    assert codes(manager.get(f"/differences/{round_id}?group=all&show=answered").text) == ["1.3"]
    assert manager.post(f"/rounds/{round_id}/conclude", {"kept": "2"}).status_code == 409


def test_a_round_of_many_differences_takes_no_more_statements(app, manager, round_id):
    """The list, its page of rows and the map do not ask row by row."""
    few = len(counted(lambda: manager.get(f"/differences/{round_id}?show=answered")))
    assert len(counted(lambda: manager.get(f"/differences/{round_id}"))) <= few + 1
