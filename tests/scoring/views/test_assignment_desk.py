"""The assignment desk over HTTP: the matrix, filling it in bulk, gaps, taking back."""

import re

import pytest
from sqlalchemy import event

from app.extensions import db
from app.scoring.models import CriteriaSet, Round
from app.scoring.operations import rounds
from app.scoring.queries.assigned import Coverage, assignments_of
from tests.province import DEADLINE, NOW, begin_appraisal, open_round

ACTS = ("assign", "by-sets", "copy", "remove/1")


@pytest.fixture
def manager(sign_in):
    return sign_in("quan-ly")


@pytest.fixture
def prepared(app, province):
    with app.app_context():
        return prepare(province, "CCHC 2026").id


@pytest.fixture
def opened(app, province):
    with app.app_context():
        return open_round(province, period="2025").id


def prepare(province, name):
    round_ = rounds.create_round(
        programme="cchc",
        period="2026",
        name=name,
        entry_deadline=DEADLINE,
        sets={province.group("so"): db.session.get(CriteriaSet, province.reform_set)},
        actor=province.account("quan-ly"),
        at=NOW,
    )
    db.session.commit()
    return round_


def given(app, round_id):
    with app.app_context():
        return sorted(
            (a.appraiser.username, a.criterion.code if a.criterion else "", [g.code for g in a.agencies])
            for a in assignments_of(db.session.get(Round, round_id))
        )


def node_id(app, round_id, code):
    with app.app_context():
        criteria = db.session.get(Round, round_id).sets[0].criteria_set.criteria
        return str(next(node.id for node in criteria if node.code == code))


def form(province, **changes):
    return {
        "group": str(province.groups["so"]),
        "appraisers": str(province.accounts["td-nv"]),
        "reach": "all",
    } | changes


@pytest.mark.parametrize("name", ["tp-nhap", "td-nv", "quan-tri"])
def test_other_account_types_open_no_page_and_do_no_act(app, sign_in, opened, name):
    browser, before = sign_in(name), given(app, opened)
    for path in ("", f"{opened}"):
        assert browser.get(f"/assignments/{path}").status_code == 403
    for act in ACTS:
        assert browser.post(f"/assignments/{opened}/{act}").status_code == 403
    assert given(app, opened) == before


def test_a_round_or_an_assignment_that_is_not_there_is_not_found(manager, province, prepared):
    assert manager.get("/assignments/999").status_code == 404
    assert manager.post("/assignments/999/by-sets").status_code == 404
    assert manager.post("/assignments/999/assign", form(province)).status_code == 404
    assert manager.post(f"/assignments/{prepared}/remove/999").status_code == 404


def test_an_assignment_is_taken_back_in_its_own_round_only(app, manager, prepared, opened):
    with app.app_context():
        first = assignments_of(db.session.get(Round, opened))[0].id
    before = given(app, opened)
    assert manager.post(f"/assignments/{prepared}/remove/{first}").status_code == 404
    assert given(app, opened) == before
    assert manager.post(f"/assignments/{opened}/remove/{first}").status_code == 302
    assert len(given(app, opened)) == len(before) - 1
    assert manager.post(f"/assignments/{opened}/remove/{first}").status_code == 404


def test_the_list_without_rounds_says_what_to_do(manager):
    assert "Tạo kỳ trước" in manager.get("/assignments/").text


def test_a_round_without_sets_says_what_to_do(app, manager, province, prepared):
    manager.post(f"/rounds/{prepared}/sets", {f"set-{province.groups['so']}": ""})
    assert "Chọn bộ tiêu chí cho các khối trước" in manager.get(f"/assignments/{prepared}").text


def test_the_matrix_counts_what_stands_open_before_the_round_opens(manager, prepared):
    page = manager.get(f"/assignments/{prepared}").text
    assert re.findall(r'<span class="meter-text">(.*?)</span>', page) == ["0/23", "0/12", "0/5", "0/6"]


def test_one_press_assigns_as_the_sets_say_and_leaves_no_gap(app, manager, prepared):
    assert manager.post(f"/assignments/{prepared}/by-sets").status_code == 302
    page = manager.get(f"/assignments/{prepared}").text
    assert "Mọi tiêu chí của mọi cơ quan đã có người thẩm định." in page
    with app.app_context():
        assert Coverage(db.session.get(Round, prepared)).uncovered() == []
    before = given(app, prepared)
    manager.post(f"/assignments/{prepared}/by-sets")
    assert given(app, prepared) == before


def test_several_people_and_criteria_are_given_some_agencies_at_once(app, manager, prepared, province):
    codes = [node_id(app, prepared, code) for code in ("1", "1.1", "2.1")]
    people = [str(province.accounts[name]) for name in ("td-nv", "td-tp")]
    wanted = form(
        province,
        appraisers=people,
        criteria=codes,
        reach="some",
        agencies=str(province.agencies["SO-TC"]),
    )
    assert manager.post(f"/assignments/{prepared}/assign", wanted).status_code == 302
    assert given(app, prepared) == [
        (name, code, ["SO-TC"]) for name in ("td-nv", "td-tp") for code in ("1", "2.1")
    ]


def test_agencies_ticked_under_all_are_not_counted(app, manager, prepared, province):
    manager.post(f"/assignments/{prepared}/assign", form(province, agencies=str(province.agencies["SO-TC"])))
    assert given(app, prepared) == [("td-nv", "", [])]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"appraisers": ""}, "Hãy chọn ít nhất một người thẩm định."),
        ({"appraisers": "999"}, "Hãy chọn ít nhất một người thẩm định."),
        ({"reach": "some"}, "Hãy chọn ít nhất một cơ quan, hoặc chọn tất cả."),
        ({"group": "999"}, "Hãy chọn khối có trong kỳ này."),
    ],
)
def test_a_refused_assignment_keeps_what_was_ticked(app, manager, prepared, province, changes, sentence):
    field = node_id(app, prepared, "2")
    answer = manager.post(f"/assignments/{prepared}/assign", form(province, criteria=field) | changes)
    assert (answer.status_code, sentence in answer.text, given(app, prepared)) == (422, True, [])
    assert f'name="criteria" value="{field}" checked' in answer.text


def test_a_clerk_is_never_given_work_as_an_appraiser(app, manager, prepared, province):
    wanted = form(province, appraisers=str(province.accounts["tp-nhap"]))
    assert manager.post(f"/assignments/{prepared}/assign", wanted).status_code == 422
    assert given(app, prepared) == []


def test_a_gap_left_by_the_agencys_own_person_is_named(manager, prepared, province):
    manager.post(f"/assignments/{prepared}/assign", form(province))
    page = manager.get(f"/assignments/{prepared}").text
    assert "Người được giao thuộc chính cơ quan: Sở Nội vụ" in page
    assert "8 tiêu chí chỉ giao cho người của chính cơ quan" in page


def test_last_years_assignments_come_over_once(app, manager, prepared, opened):
    assert manager.post(f"/assignments/{prepared}/copy", {"source": opened}).status_code == 302
    assert given(app, prepared) == given(app, opened)
    manager.post(f"/assignments/{prepared}/copy", {"source": opened})
    assert given(app, prepared) == given(app, opened)


def test_assignments_are_copied_from_a_chosen_round(manager, prepared):
    assert manager.post(f"/assignments/{prepared}/copy").status_code == 422
    assert manager.post(f"/assignments/{prepared}/copy", {"source": "999"}).status_code == 404
    assert manager.post(f"/assignments/{prepared}/copy", {"source": prepared}).status_code == 422


def test_after_consolidation_the_matrix_is_only_read(app, manager, opened, province):
    with app.app_context():
        round_ = db.session.get(Round, opened)
        begin_appraisal(round_, province)
        round_.state = "consolidated"
        db.session.commit()
        first = assignments_of(round_)[0].id
    page = manager.get(f"/assignments/{opened}").text
    assert ("chỉ xem, không đổi phân công" in page, f"/remove/{first}" in page) == (True, False)
    assert manager.post(f"/assignments/{opened}/by-sets").status_code == 409
    assert manager.post(f"/assignments/{opened}/assign", form(province)).status_code == 409
    assert manager.post(f"/assignments/{opened}/remove/{first}").status_code == 409


def test_the_matrix_asks_as_often_for_many_assignments_as_for_none(app, manager, prepared):
    statements = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    manager.get(f"/assignments/{prepared}")
    few = len(statements)
    manager.post(f"/assignments/{prepared}/by-sets")
    manager.get(f"/assignments/{prepared}")
    statements.clear()
    manager.get(f"/assignments/{prepared}")
    assert len(statements) - few <= 2
