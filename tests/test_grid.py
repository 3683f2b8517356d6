"""app/grid.py: a cell saves alone, with the rules, the rights and the trail of every other screen."""

import re

import pytest

from app import grid_tables
from app.extensions import db
from app.models import AuditEvent
from app.scoring.models import Assignment, CriteriaSet, Criterion, Round
from app.scoring.operations import criteria
from tests.conftest import Browser
from tests.province import NOW, begin_appraisal, open_round
from tests.queries import counted

TABLES = ("agencies", "accounts", "rounds", "criteria", "assignments")
ENGLISH = r"\b(Empty|Edit|Delete|Create|List|Search|Save|Cancel|Yes|No|Loading|There are no items)\b"


def cell(browser, table: str, row: int, **value):
    return browser.post(f"/grid/{table}/ajax/update/", {"list_form_pk": str(row), **value})


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_vietnamese_empty_and_full(app, sign_in, province, table):
    manager = sign_in("quan-ly")
    for query in ("", "?search=khong-co-gi"):
        page = manager.get(f"/grid/{table}/{query}")
        words = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page.text, flags=re.DOTALL).replace(
            "English", ""
        )
        assert (page.status_code, re.findall(ENGLISH, words)) == (200, [])


@pytest.mark.parametrize("page", ["99999999999999999999", "2147483647", "-1", "x"])
def test_a_page_that_no_table_has_is_a_page(sign_in, page):
    assert sign_in("quan-ly").get(f"/grid/assignments/?page={page}").status_code == 200


def test_a_saved_cell_is_on_the_trail(app, sign_in, province):
    answer = cell(sign_in("quan-ly"), "agencies", province.agencies["SO-TP"], short_name="Tư pháp")
    assert (answer.status_code, answer.text) == (200, "")
    with app.app_context():
        event = db.session.scalars(db.select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert (event.actor_name, event.object_type, event.label, event.changes) == (
            "quan-ly", "Agency", "SO-TP Sở Tư pháp", {"short_name": [None, "Tư pháp"]},
        )  # fmt: skip


@pytest.mark.parametrize(
    "value, status, words",
    [
        ({"active_to": "31-12"}, 422, "Ngày phải ghi theo dạng dd/mm/yyyy, ví dụ 31/12/2026."),
        ({"group": "khong-co"}, 422, "Không có mã “khong-co”."),
        ({"name": " "}, 422, "Trường này bắt buộc."),
        ({"code": "SO-NV"}, 422, "Mã “SO-NV” đã có"),
    ],
)
def test_a_refused_cell_says_why_and_writes_nothing(app, sign_in, province, value, status, words):
    answer = cell(sign_in("quan-ly"), "agencies", province.agencies["SO-TP"], **value)
    assert (answer.status_code, answer.text[: len(words)]) == (status, words)
    with app.app_context():
        agency = province.agency("SO-TP")
        assert (agency.code, agency.name, agency.group.code, agency.active_to) == (
            "SO-TP",
            "Sở Tư pháp",
            "so",
            None,
        )


def test_a_manager_does_not_switch_the_own_account_off(app, sign_in, province):
    manager = sign_in("quan-ly")
    assert cell(manager, "accounts", province.accounts["quan-ly"], active="0").status_code == 422
    assert cell(manager, "accounts", province.accounts["tp-nhap"], active="0").status_code == 200
    assert cell(manager, "accounts", province.accounts["td-nv"], can_approve="1").status_code == 422
    with app.app_context():
        assert [province.account(name).active for name in ("quan-ly", "tp-nhap")] == [True, False]


def test_a_drafts_cell_is_checked_with_its_whole_set(app, sign_in, province):
    with app.app_context():
        made = criteria.copy_set(
            db.session.get(CriteriaSet, province.reform_set), actor=province.account("quan-ly"), at=NOW
        )
        db.session.commit()
        row, set_id = next(node.id for node in made.criteria if node.code == "1.3"), made.id
    manager = sign_in("quan-ly")
    assert cell(manager, "criteria", row, maximum="1,25").text == "Đã lưu. Bộ tiêu chí còn 1 lỗi."
    assert cell(manager, "criteria", row, maximum="mười").status_code == 422
    assert cell(manager, "criteria", row, maximum="1,5").text == ""
    with app.app_context():
        assert str(db.session.get(Criterion, row).maximum) == "1.500"
        assert db.session.get(CriteriaSet, set_id).has_errors is False


def test_a_deadline_moves_until_appraisal_begins(app, sign_in, province):
    with app.app_context():
        round_id = open_round(province).id
    manager = sign_in("quan-ly")
    assert cell(manager, "rounds", round_id, entry_deadline="31/12/2027 17:00").status_code == 200
    with app.app_context():
        begin_appraisal(db.session.get(Round, round_id), province)
    assert cell(manager, "rounds", round_id, entry_deadline="01/01/2028").status_code == 409


def test_an_assignment_goes_to_another_appraiser_and_to_nobody_else(app, sign_in, province):
    with app.app_context():
        open_round(province)
        rows = db.session.scalars(
            db.select(Assignment).where(Assignment.appraiser_id == province.accounts["td-nv"])
        )
        row = rows.first().id
    manager = sign_in("quan-ly")
    assert cell(manager, "assignments", row, appraiser="tp-nhap").status_code == 422
    assert cell(manager, "assignments", row, appraiser="td-tp").status_code in (200, 409)


def test_a_session_that_has_ended_is_told_so_instead_of_sent_to_a_page(client, province):
    assert cell(Browser(client), "agencies", province.agencies["SO-TP"], name="X").status_code == 401


def test_a_table_asks_the_same_number_of_queries_for_few_rows_and_for_many(app, sign_in, province):
    manager = sign_in("quan-ly")
    few = len(counted(lambda: manager.get("/grid/assignments/")))
    with app.app_context():
        open_round(province)
    assert len(counted(lambda: manager.get("/grid/assignments/"))) - few <= 2


def marks(browser, table: str) -> dict[tuple[str, str], str]:
    """(row, cell) → the mark that the page has drawn into it."""
    page = browser.get(f"/grid/{table}/").text
    cells = [dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in re.findall(r"<a ([^>]*data-seen[^>]*)>", page)]
    return {(cell["data-pk"], cell["name"]): cell["data-seen"] for cell in cells}


def test_a_cell_that_somebody_else_has_saved_is_asked_about_with_both_values(app, sign_in, province):
    row = province.agencies["SO-TP"]
    first, second = sign_in("quan-ly"), sign_in("quan-ly-2")
    seen = marks(second, "agencies")[str(row), "name"]
    assert cell(first, "agencies", row, name="Sở Tư pháp tỉnh").status_code == 200
    asked = cell(second, "agencies", row, name="Sở Pháp", seen=seen)
    assert (asked.status_code, "“Sở Tư pháp tỉnh”" in asked.text) == (409, True)
    with app.app_context():
        assert province.agency("SO-TP").name == "Sở Tư pháp tỉnh"
    again = cell(second, "agencies", row, name="Sở Pháp", seen=asked.headers["X-Seen"])
    after = cell(second, "agencies", row, name="Sở P", seen=again.headers["X-Seen"])
    assert (again.status_code, after.status_code) == (200, 200)


def test_another_cell_of_the_row_is_no_change_of_this_one(sign_in, province):
    manager, row = sign_in("quan-ly"), province.agencies["SO-TP"]
    seen = marks(manager, "agencies")
    assert cell(manager, "agencies", row, short_name="TP", seen=seen[str(row), "short_name"]).status_code == 200
    assert cell(manager, "agencies", row, name="Sở Pháp", seen=seen[str(row), "name"]).status_code == 200


@pytest.mark.parametrize("table", TABLES)
def test_every_cell_that_can_be_edited_carries_a_mark(app, sign_in, province, table):
    with app.app_context():
        open_round(province)
        criteria.copy_set(
            db.session.get(CriteriaSet, province.reform_set), actor=province.account("quan-ly"), at=NOW
        )
        db.session.commit()
    found = marks(sign_in("quan-ly"), table)
    view = next(view for view in grid_tables.TABLES if view.name == table)
    assert {name for _row, name in found} == set(view.cells)
