"""Criteria files that people reported: each gives the right result on the command line and on the web page."""

from decimal import Decimal
from pathlib import Path

import pytest

from app.extensions import db
from app.scoring.imports.surveys import parse_surveys
from app.scoring.models import CriteriaSet, Criterion
from app.scoring.queries.sheets import suggestion_of
from app.scoring.rules import Figures

REPORTS = Path(__file__).parents[1] / "data" / "reports"
NOT_KNOWN = {"orphan_agency", "unknown_agency"}
"""What the little province lacks and the demo has; warnings that the files are not about."""


@pytest.fixture
def issue(scoring):
    """``issue("…")`` → the answer of importing and issuing that file."""

    def run(name: str, *more: str):
        words = ("--programme", "cchc", "--group", "so", "--name", "x", "--issue", "--json", *more)
        return scoring("import-criteria", REPORTS / f"criteria-{name}.xlsx", *words)

    return run


def codes(answer) -> list[tuple]:
    found = answer.json["findings"]
    return [(f["severity"], f["row"], f["column"], f["code"]) for f in found if f["code"] not in NOT_KNOWN]


def given(app, answer, code: str, **figures) -> Decimal | None:
    with app.app_context():
        made = db.session.get(CriteriaSet, answer.json["set_id"])
        criterion = next(node for node in made.criteria if node.code == code)
        numbers = {name: value if name == "option" else Decimal(value) for name, value in figures.items()}
        return suggestion_of(criterion, Figures(**numbers)).points


def test_bounds_as_fractions_are_warned_of(issue):
    answer = issue("bounds-as-fractions")
    assert (answer.status, codes(answer)) == (0, [("warning", 4, "rule", "bounds_as_fractions")])


def test_points_per_two_documents_count_full_pairs(app, issue):
    answer = issue("points-per-two-documents")
    assert (answer.status, codes(answer)) == (0, [])
    assert [given(app, answer, "1.1.1", n=n) for n in (1, 2, 4, 5, 9)] == [
        Decimal(0), Decimal("0.25"), Decimal("0.5"), Decimal("0.5"), Decimal(1),
    ]  # fmt: skip


def test_fewer_weights_than_levels_are_refused(issue):
    answer = issue("three-weights-for-four-levels")
    assert (answer.status, answer.json["set_id"]) == (1, None)
    assert {code for *_place, code in codes(answer)} == {"weights_missing"}
    assert answer.json["findings"][0]["message"].endswith("Mức không tính điểm thì ghi dấu “-”.")


def test_a_line_break_separates_options(app, issue):
    answer = issue("options-on-two-lines")
    assert (answer.status, codes(answer)) == (0, [])
    assert [given(app, answer, "1.1.1", option=place) for place in range(4)] == [1, Decimal("0.5"), 0, None]


def test_a_bonus_field_may_state_its_maximum(app, issue):
    answer = issue("bonus-field-with-maximum")
    assert (answer.status, answer.json["max_points"]) == (0, "95")
    with app.app_context():
        leaf = db.session.query(Criterion).filter_by(criteria_set_id=answer.json["set_id"], code="2.1").one()
        assert leaf.caps == [["2", "5"]]


def test_fewer_is_better(app, issue):
    answer = issue("lower-is-better")
    assert (answer.status, codes(answer)) == (0, [])
    assert [given(app, answer, "1.1.1", a=late, b=100) for late in (0, 3, 5, 10, 11)] == [
        1, 1, 1, Decimal("0.5"), 0,
    ]  # fmt: skip


def test_deductions_from_the_full_mark(app, issue):
    answer = issue("deductions-from-full-mark")
    assert (answer.status, codes(answer)) == (0, [("warning", 9, "rule", "count_deducts")])
    assert [given(app, answer, "3.1", n=late) for late in (0, 3, 11)] == [20, 14, 0]


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("bounds-as-fractions", 302, None),
        ("points-per-two-documents", 302, None),
        ("three-weights-for-four-levels", 422, "chỉ có 3 trọng số"),
        ("options-on-two-lines", 302, None),
        ("bonus-field-with-maximum", 302, None),
        ("lower-is-better", 302, None),
        ("deductions-from-full-mark", 302, None),
    ],
)
def test_the_web_page_says_the_same(app, province, sign_in, name, status, said):
    with (REPORTS / f"criteria-{name}.xlsx").open("rb") as file:
        form = {"file": (file, f"{name}.xlsx"), "programme": "cchc", "name": "x"}
        form |= {"groups": str(province.groups["so"])}
        answer = sign_in("quan-ly").post("/criteria/import", form)
    assert answer.status_code == status, answer.text
    if said:
        assert said in answer.text
    with app.app_context():
        assert (db.session.query(CriteriaSet).filter_by(name="x").count() == 1) == (status == 302)


def test_answers_on_two_lines_are_four():
    file = REPORTS / "survey-options-on-two-lines.xlsx"
    parsed = parse_surveys(file.read_bytes(), file.name)
    assert parsed.rows[0].questions[0].options == ("Rất tốt", "Tốt", "Trung bình", "Yếu")


HEAD = "code,parent_code,name,max_score,scoring_method,rule,figures\n"


def test_a_negative_maximum_is_kept_as_a_draft_with_a_finding(app, scoring, written):
    path = written("s.csv", HEAD + "1,,Lĩnh vực,1,sum,,\n1.1,1,A,-1,manual,x,\n1.2,1,B,1,manual,x,\n")
    words = ("--programme", "cchc", "--group", "so", "--name", "âm", "--draft", "--json")
    answer = scoring("import-criteria", path, *words)
    found = [(f["row"], f["code"]) for f in answer.json["findings"] if f["severity"] == "error"]
    assert (answer.json["set_id"] is not None, found) == (True, [(3, "max_not_positive")])
    with app.app_context():
        made = db.session.get(CriteriaSet, answer.json["set_id"])
        assert ([node.maximum for node in made.criteria], made.has_errors) == ([1, 0, 1], True)


@pytest.mark.parametrize(
    ("figures", "kinds"),
    [
        ("a: Số việc; b: Tổng số việc", ["whole", "whole"]),
        ("a: Số vốn đã giải ngân (triệu đồng); b: Dự toán", ["money", "money"]),
        ("a: Giá trị [tiền]; b: Giá trị giao [money]", ["money", "money"]),
        ("a: Diện tích (ha); b: Giá trị [số thập phân]", ["decimal", "decimal"]),
        ("a: Tỷ lệ hài lòng [phần trăm]", ["percent"]),
        ("a: Số vốn [số nguyên]; b: Doanh thu (tỷ đồng)", ["whole", "decimal"]),
    ],
)
def test_figures_have_kinds_which_an_issued_set_exports_again(app, scoring, written, sign_in, figures, kinds):
    text = HEAD + f'1,,Lĩnh vực,1,sum,,\n1.1,1,A,1,percent_tiers,>=80% => 1 | <80% => 0,"{figures}"\n'
    words = ("--programme", "cchc", "--group", "so", "--issue", "--json")
    made = scoring("import-criteria", written("s.csv", text), *words, "--name", "loại").json["set_id"]

    def kinds_of(set_id: int) -> list[str]:
        with app.app_context():
            return [str(one.kind) for one in db.session.get(CriteriaSet, set_id).criteria[1].asked]

    assert kinds_of(made) == kinds
    exported = sign_in("quan-ly").get(f"/criteria/{made}/csv").data.decode("utf-8-sig")
    again = scoring("import-criteria", written("e.csv", exported), *words, "--name", "lại")
    assert (again.json["findings"], kinds_of(again.json["set_id"])) == ([], kinds)


def test_an_unknown_kind_is_an_error(scoring, written):
    text = HEAD + "1,,Lĩnh vực,1,sum,,\n1.1,1,A,1,count,1 / lần,n: Số lần [chữ]\n"
    words = ("--programme", "cchc", "--group", "so", "--name", "lạ", "--json")
    answer = scoring("import-criteria", written("s.csv", text), *words)
    assert [(f["row"], f["column"], f["code"]) for f in answer.json["findings"]] == [
        (3, "figures", "unknown_figure_kind")
    ]
