"""The register of a draft's criteria: adding, changing and deleting, by a browser."""

import re

import pytest

from app.extensions import db
from app.scoring.models import CriteriaSet, Criterion
from app.scoring.operations import criteria
from tests.province import NOW


@pytest.fixture
def draft(app, province):
    with app.app_context():
        issued = db.session.get(CriteriaSet, province.reform_set)
        made = criteria.copy_set(issued, actor=province.account("quan-ly"), at=NOW)
        db.session.commit()
        return made.id


def nodes(app, set_id):
    with app.app_context():
        found = db.session.scalars(
            db.select(Criterion).where(Criterion.criteria_set_id == set_id).order_by(Criterion.position)
        )
        return [(node.code, node.level, node.is_leaf, node.field_code) for node in found]


def id_of(app, set_id, code):
    with app.app_context():
        wanted = Criterion.criteria_set_id == set_id, Criterion.code == code
        return db.session.scalars(db.select(Criterion.id).where(*wanted)).one()


def form(app, set_id, parent="1", **values):
    usual = {
        "criteria_set": str(set_id),
        "parent": str(id_of(app, set_id, parent)) if parent else "__None",
        "code": "1.6",
        "name": "Sáng kiến",
        "maximum": "0,5",
        "method": "yes_no",
        "rule_text": "Có => 0,5 | Không => 0",
        "assessed_by": "self",
        "appraiser_agency": "SO-NV",
    }
    return usual | values


def test_a_criterion_is_added_below_its_parent_and_the_draft_is_read_again(app, sign_in, draft):
    before = nodes(app, draft)
    answer = sign_in("quan-ly").post("/criterionview/add", form(app, draft), follow_redirects=True)
    after = nodes(app, draft)
    place = after.index(("1.6", 2, True, "1"))
    assert (after[place - 1][0], after[place + 1][0], len(after) - len(before)) == ("1.5", "2", 1)
    assert "Bộ tiêu chí còn 1 lỗi" in answer.text  # field 1 says 7 points, its criteria have 7,5
    with app.app_context():
        added = db.session.get(Criterion, id_of(app, draft, "1.6"))
        assert [bound["label"] for bound in added.rule.get("choices", added.rule.get("tiers", []))] or added.rule


def test_a_criterion_without_a_parent_is_a_field_at_the_end(app, sign_in, draft):
    values = {"code": "4", "name": "Lĩnh vực mới", "method": "sum", "rule_text": "", "maximum": "0"}
    assert sign_in("quan-ly").post("/criterionview/add", form(app, draft, None, **values)).status_code == 302
    assert nodes(app, draft)[-1] == ("4", 1, True, "4")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"code": "1.5"}, "Mã 1.5 đã có trong bộ tiêu chí."),
        ({"maximum": "-1"}, "không được âm"),
        ({"name": " "}, "bắt buộc"),
        ({"method": "khac"}, "không hợp lệ"),
        ({"figures": "không tên"}, "Mỗi dòng phải ghi theo dạng"),
    ],
)
def test_what_is_refused_is_not_added_and_stays_typed(app, sign_in, draft, values, words):
    before = nodes(app, draft)
    answer = sign_in("quan-ly").post("/criterionview/add", form(app, draft, evidence="Tờ trình 12", **values))
    assert (answer.status_code, words.lower() in answer.text.lower(), "Tờ trình 12" in answer.text) == (422, True, True)
    assert nodes(app, draft) == before


def test_a_parent_of_another_draft_is_refused(app, sign_in, province, draft):
    with app.app_context():
        issued = db.session.get(CriteriaSet, province.reform_set)
        other = criteria.copy_set(issued, actor=province.account("quan-ly"), at=NOW)
        db.session.commit()
        other_id = other.id
    values = form(app, draft) | {"parent": str(id_of(app, other_id, "1"))}
    answer = sign_in("quan-ly").post("/criterionview/add", values)
    assert (answer.status_code, "Mục cha thuộc bộ tiêu chí khác." in answer.text) == (422, True)


def test_a_criterion_is_deleted_and_its_parent_becomes_a_leaf_with_the_last(app, sign_in, draft):
    manager = sign_in("quan-ly")
    for code in ("2.1", "2.2"):
        manager.post(f"/criterionview/delete/{id_of(app, draft, code)}")
    found = {code: leaf for code, _level, leaf, _field in nodes(app, draft)}
    assert (found["2"], "2.1" in found, "2.2" in found) == (True, False, False)


def test_what_has_criteria_below_it_is_not_deleted(app, sign_in, draft):
    before = nodes(app, draft)
    answer = sign_in("quan-ly").post(f"/criterionview/delete/{id_of(app, draft, '1')}", follow_redirects=True)
    assert ("hãy xóa mục con trước" in answer.text, nodes(app, draft)) == (True, before)


def test_criteria_of_an_issued_set_are_out_of_reach(app, sign_in, province, draft):
    manager, issued = sign_in("quan-ly"), id_of(app, province.reform_set, "1.1")
    assert manager.post(f"/criterionview/delete/{issued}").status_code == 404
    assert manager.post(f"/criterionview/edit/{issued}", {"name": "X"}).status_code == 404
    values = form(app, draft) | {"criteria_set": str(province.reform_set), "parent": "__None"}
    assert manager.post("/criterionview/add", values).status_code == 422
    assert "1.6" not in [code for code, *_rest in nodes(app, province.reform_set)]


def test_a_code_is_changed_with_the_fields_below_it(app, sign_in, draft):
    manager, number = sign_in("quan-ly"), id_of(app, draft, "2")
    page = manager.get(f"/criterionview/edit/{number}").text
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', page).group(1)
    values = {"code": "5", "name": "Thể chế", "maximum": "3", "method": "sum", "assessed_by": "self", "seen": seen}
    assert manager.post(f"/criterionview/edit/{number}", values).status_code == 302
    assert {field for code, _level, _leaf, field in nodes(app, draft) if code.startswith("2.")} == {"5"}
