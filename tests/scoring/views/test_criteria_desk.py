"""The criteria desk over HTTP: who gets in, what each state allows, what stays after a refusal."""

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from app.extensions import db
from app.scoring.models import CriteriaSet, Criterion
from app.scoring.operations import criteria
from app.scoring.queries.criteria import compare
from tests.province import NOW, REFORM_SET, open_round
from tests.scoring.imports.tables import xlsx_table

DEMO = Path(__file__).parents[3] / "demo"
BROKEN = REFORM_SET.replace("1.1,1,Ban hành kế hoạch,1,yes_no", "1.1,1,Ban hành kế hoạch,1.5,kiểu lạ")
PAGES = ("", "import", "template.xlsx", "{set}", "{set}/xlsx", "{set}/csv", "{set}/compare")
ACTS = ("import", "{set}/check", "{set}/issue", "{set}/retire", "{set}/copy", "{set}/delete")


@pytest.fixture
def manager(sign_in):
    return sign_in("quan-ly")


@pytest.fixture
def draft(app, province):
    """The id of a draft copy of the reform set."""
    with app.app_context():
        original = db.session.get(CriteriaSet, province.reform_set)
        copy = criteria.copy_set(original, actor=province.account("quan-ly"), at=NOW)
        db.session.commit()
        return copy.id


def form(province, text=REFORM_SET, file_name="tieu-chi.csv", **changes):
    data = text if isinstance(text, bytes) else text.encode()
    return {
        "file": (io.BytesIO(data), file_name),
        "programme": "cchc",
        "groups": str(province.groups["so"]),
        "name": "Bộ mới",
        "legal_number": "192/QĐ-UBND",
        "legal_date": "18/01/2021",
        "legal_issuer": "UBND tỉnh",
    } | changes


def sets_named(app, name):
    with app.app_context():
        return db.session.scalar(
            select(func.count()).select_from(CriteriaSet).where(CriteriaSet.name == name)
        )


def state_of(app, set_id):
    with app.app_context():
        found = db.session.get(CriteriaSet, set_id)
        return found.state if found else None


@pytest.mark.parametrize("name", ["tp-nhap", "td-nv", "quan-tri"])
def test_other_account_types_open_no_page_and_do_no_act(sign_in, province, name):
    browser = sign_in(name)
    for path in PAGES:
        assert browser.get(f"/criteria/{path.format(set=province.reform_set)}").status_code == 403, path
    for path in ACTS:
        assert browser.post(f"/criteria/{path.format(set=province.reform_set)}").status_code == 403, path


def test_a_manager_opens_every_page(manager, province):
    for path in PAGES:
        assert manager.get(f"/criteria/{path.format(set=province.reform_set)}").status_code == 200, path


def test_a_set_that_is_not_there_is_not_found(manager):
    for path in ("/criteria/999", "/criteria/999/xlsx", "/criteria/999/compare"):
        assert manager.get(path).status_code == 404
    assert manager.post("/criteria/999/issue").status_code == 404


def test_the_list_of_nothing_says_what_to_do(manager):
    assert "Bỏ bớt điều kiện lọc" in manager.get("/criteria/?q=khong+co").text


@pytest.mark.parametrize("path", sorted(DEMO.glob("criteria_*.csv")), ids=lambda path: path.stem)
def test_every_demo_set_comes_in_as_csv_and_as_xlsx(app, manager, province, path):
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    leaves_before = count_leaves(app)
    for upload, name in ((path.read_bytes(), path.name), (xlsx_table(rows), f"{path.stem}.xlsx")):
        answer = manager.post("/criteria/import", form(province, upload, name, name=name))
        assert answer.status_code == 302, answer.text
    assert count_leaves(app) - leaves_before == 2 * (len(rows) - 1)


def count_leaves(app):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Criterion))


def test_what_was_typed_comes_with_the_set(app, manager, province):
    answer = manager.post("/criteria/import", form(province))
    with app.app_context():
        made = db.session.scalars(select(CriteriaSet).where(CriteriaSet.name == "Bộ mới")).one()
        kept = (made.programme, made.legal_number, str(made.legal_date), made.legal_issuer, made.state)
        assert kept == ("cchc", "192/QĐ-UBND", "2021-01-18", "UBND tỉnh", "draft")
        assert [group.code for group in made.groups] == ["so"]
        assert answer.headers["Location"] == f"/criteria/{made.id}"


def test_a_file_with_errors_imports_nothing_and_shows_each_by_row_and_column(app, manager, province):
    answer = manager.post("/criteria/import", form(province, BROKEN))
    assert (answer.status_code, sets_named(app, "Bộ mới")) == (422, 0)
    for words in ("Không có cách chấm", "Cách chấm", "192/QĐ-UBND", 'value="Bộ mới"', "18/01/2021"):
        assert words in answer.text


def test_a_file_with_errors_is_kept_as_a_draft_on_request_and_cannot_be_issued(app, manager, province):
    answer = manager.post("/criteria/import", form(province, BROKEN, keep_draft="on"))
    assert (answer.status_code, sets_named(app, "Bộ mới")) == (302, 1)
    page = answer.headers["Location"]
    set_id = int(page.rsplit("/", 1)[1])
    assert "disabled" in manager.get(page).text
    assert manager.post(f"{page}/issue").status_code == 302
    assert state_of(app, set_id) == "draft"
    assert "nên chưa thể ban hành" in manager.get(page).text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "Hãy đặt tên bộ tiêu chí."),
        ({"groups": ""}, "Hãy chọn ít nhất một khối áp dụng."),
        ({"programme": "khac"}, "Hãy chọn chương trình."),
        ({"legal_date": "18/13/2021"}, "Ngày phải ghi theo dạng dd/mm/yyyy"),
        ({"file": (io.BytesIO(b""), "")}, "Hãy chọn tệp bộ tiêu chí."),
    ],
)
def test_wrong_input_is_named_beside_its_field_and_the_rest_stays(app, manager, province, changes, sentence):
    answer = manager.post("/criteria/import", form(province, **changes))
    assert (answer.status_code, sets_named(app, "Bộ mới")) == (422, 0)
    assert sentence in answer.text and "192/QĐ-UBND" in answer.text


def test_something_that_is_no_table_is_a_finding(manager, province):
    answer = manager.post("/criteria/import", form(province, b"PK\x03\x04 nothing", "set.xlsx"))
    assert answer.status_code == 422
    assert "Chưa nhập gì" in answer.text


def test_a_draft_is_issued_then_retired_and_neither_twice(app, manager, draft):
    manager.post(f"/criteria/{draft}/issue")
    assert state_of(app, draft) == "issued"
    manager.post(f"/criteria/{draft}/issue")
    assert "nên không thực hiện được" in manager.get(f"/criteria/{draft}").text
    manager.post(f"/criteria/{draft}/retire")
    assert state_of(app, draft) == "retired"
    manager.post(f"/criteria/{draft}/retire")
    assert state_of(app, draft) == "retired"


def test_an_issued_set_becomes_a_new_version_to_edit(app, manager, province):
    answer = manager.post(f"/criteria/{province.reform_set}/copy")
    set_id = int(answer.headers["Location"].rsplit("/", 1)[1])
    with app.app_context():
        copy = db.session.get(CriteriaSet, set_id)
        assert (copy.version, copy.state, len(copy.criteria)) == (2, "draft", 12)


def test_only_a_draft_is_deleted(app, manager, province, draft):
    manager.post(f"/criteria/{draft}/delete")
    manager.post(f"/criteria/{province.reform_set}/delete")
    assert (state_of(app, draft), state_of(app, province.reform_set)) == (None, "issued")


def test_a_check_keeps_the_findings_of_today(app, manager, draft):
    with app.app_context():
        db.session.get(CriteriaSet, draft).criteria[1].maximum = 3
        db.session.commit()
    manager.post(f"/criteria/{draft}/check")
    with app.app_context():
        found = db.session.get(CriteriaSet, draft).findings
        assert {finding["severity"] for finding in found} == {"error"}
    assert "còn lỗi" in manager.get("/criteria/").text


@pytest.mark.parametrize("kind", ["xlsx", "csv", "xlsx?headings=en"])
def test_an_export_imports_again_as_the_same_set(app, manager, province, kind):
    exported = manager.get(f"/criteria/{province.reform_set}/{kind}").data
    answer = manager.post("/criteria/import", form(province, exported, f"x.{kind[:4].rstrip('?')}"))
    set_id = int(answer.headers["Location"].rsplit("/", 1)[1])
    with app.app_context():
        first, again = (db.session.get(CriteriaSet, key) for key in (province.reform_set, set_id))
        assert compare(first.criteria, again.criteria).is_same
        assert [n.code for n in first.criteria] == [n.code for n in again.criteria]
        assert [n.rule for n in first.criteria] == [n.rule for n in again.criteria]


@pytest.mark.parametrize("headings", ["vi", "en"])
def test_the_template_imports_as_it_stands(manager, province, headings):
    template = manager.get(f"/criteria/template.xlsx?headings={headings}").data
    first = openpyxl.load_workbook(io.BytesIO(template)).worksheets[0]
    assert first.cell(1, 1).value == {"vi": "Mã", "en": "code"}[headings]
    answer = manager.post("/criteria/import", form(province, template, "mau.xlsx"))
    assert answer.status_code == 302, answer.text


def test_two_versions_are_compared_leaf_by_leaf(app, manager, province, draft):
    with app.app_context():
        db.session.get(CriteriaSet, draft).criteria[1].appraiser_agency = "SO-TC"
        db.session.commit()
    page = manager.get(f"/criteria/{draft}/compare?with={province.reform_set}").text
    assert "<del>SO-NV</del>" in page and "<ins>SO-TC</ins>" in page


def test_a_leaf_linked_to_the_reform_index_says_so(manager, province):
    page = manager.get(f"/criteria/{province.task_set}").text
    assert page.count("điểm gợi ý = điểm tối đa × chỉ số") == 1


def test_a_set_names_the_rounds_that_use_it(app, manager, province):
    with app.app_context():
        open_round(province)
    assert "CCHC 2026" in manager.get(f"/criteria/{province.reform_set}").text


@pytest.mark.parametrize(("ticked", "allowed"), [({}, True), ({"no_deviation": "on"}, False)])
def test_a_set_says_whether_it_takes_deviations_and_its_copy_too(app, manager, province, ticked, allowed):
    page = manager.post("/criteria/import", form(province, **ticked)).headers["Location"]
    with app.app_context():
        made = db.session.get(CriteriaSet, int(page.rsplit("/", 1)[1]))
        copy = criteria.copy_set(made, actor=province.account("quan-ly"), at=NOW)
        assert (made.allows_deviation, copy.allows_deviation) == (allowed, allowed)
    assert ("chỉ nhận điểm tính từ số liệu" in manager.get(page).text) is not allowed
    assert "Cho tự chấm khác gợi ý khi có giải trình" in manager.get(page).text
    footer = openpyxl.load_workbook(io.BytesIO(manager.get(f"{page}/xlsx").data)).worksheets[0].oddFooter.left.text
    assert footer.startswith("Chỉ nhận điểm tính từ số liệu") is not allowed


def test_what_was_ticked_stays_when_the_file_is_refused(manager, province):
    answer = manager.post("/criteria/import", form(province, BROKEN, no_deviation="on"))
    assert 'name="no_deviation" checked' in answer.text


def test_a_comparison_shows_that_deviations_are_no_longer_taken(app, manager, province, draft):
    same = manager.get(f"/criteria/{draft}/compare?with={province.reform_set}").text
    assert "Hai bộ giống hệt nhau" in same
    with app.app_context():
        db.session.get(CriteriaSet, draft).allows_deviation = False
        db.session.commit()
    page = manager.get(f"/criteria/{draft}/compare?with={province.reform_set}").text
    assert "<del>Có</del>" in page and "<ins>Không</ins>" in page and "Hai bộ giống hệt nhau" not in page


def test_the_register_sets_it_on_a_draft_and_shows_it(app, manager, draft):
    page = f"/criteriasetview/edit/{draft}"
    boxes = re.findall(r"<input[^>]*allows_deviation[^>]*>", manager.get(page).text)
    assert len(boxes) == 1 and "checked" in boxes[0]
    made = manager.get("/criteriasetview/add").text
    assert "checked" in re.search(r"<input[^>]*allows_deviation[^>]*>", made).group()
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', manager.get(page).text).group(1)
    with app.app_context():
        found = db.session.get(CriteriaSet, draft)
        typed = {"name": found.name, "groups": [str(group.id) for group in found.groups], "seen": seen}
    assert manager.post(page, typed).status_code == 302
    with app.app_context():
        assert db.session.get(CriteriaSet, draft).allows_deviation is False
    assert "Cho tự chấm khác gợi ý" in manager.get(f"/criteriasetview/show/{draft}").text
