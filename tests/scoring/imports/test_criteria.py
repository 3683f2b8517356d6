"""Each mistake of a criteria table is found at its row and column; a sound table is read whole."""

from decimal import Decimal

import pytest

from app.scoring.imports.criteria import check_references, parse_criteria
from app.scoring.rules import Method

from .tables import CRITERIA_HEADINGS, criteria, csv_table, places, xlsx_table

FIELD = ("1", "", "Chỉ đạo điều hành", "1", "sum", "", "")
LEAF = ("1.1", "1", "Kế hoạch năm", "1", "manual", "", "self")
SURVEY_RULE = "form=KS-01; questions=KS-01-C02,KS-01-C03; weights=100,80,50,0"


def found(*rows, headings=CRITERIA_HEADINGS):
    return places(parse_criteria(criteria(*rows, headings=headings), "a.csv").findings)


def leaf(maximum: str, method: str, rule: str = "", assessed_by: str = "self"):
    """A field with one leaf; what is wrong with the leaf shows in row 3."""
    field = ("1", "", "Chỉ đạo điều hành", maximum, "sum", "", "")
    return field, ("1.1", "1", "Kế hoạch năm", maximum, method, rule, assessed_by)


def test_a_sound_table_is_read_without_findings():
    file = parse_criteria(criteria(FIELD, LEAF), "a.csv")
    assert (file.findings, file.nodes_count, file.leaves_count, file.max_points) == ([], 2, 1, Decimal(1))
    field, leaf_node = file.nodes
    assert (field.parent_code, field.level, field.is_leaf, field.method, field.position) == (
        None, 1, False, Method.SUM, 1,
    )  # fmt: skip
    assert (leaf_node.parent_code, leaf_node.level, leaf_node.is_leaf, leaf_node.position, leaf_node.row) == (
        "1", 2, True, 2, 3,
    )  # fmt: skip


def test_every_cell_of_a_leaf_is_read_into_its_type():
    headings = (
        "Mã", "Mã cha", "Nội dung", "Điểm tối đa", "Cách chấm", "Thang điểm", "Số liệu",
        "Tài liệu kiểm chứng", "Bắt buộc", "Nguồn điểm", "Cơ quan thẩm định", "Không áp dụng cho", "Ghi chú",
    )  # fmt: skip
    field = ("1", "", "Lĩnh vực", "0,75", "sum", *[""] * 8)
    row = (
        "1.1", "1", "Tỷ lệ", "0,75", "percent_tiers", ">=80% => 0,75 | <80% => 0",
        "a: đã làm; gấp; b: tổng: số", "Báo cáo", "có", "Hội đồng", "SO-NV", "BDT; TTT;BDT",
        "Liên kết: chỉ số CCHC cùng năm (tham khảo)",
    )  # fmt: skip
    file = parse_criteria(csv_table(headings, field, row), "a.csv")
    assert file.findings == []
    node = file.nodes[1]
    assert (node.maximum, node.method, node.rule_text) == (Decimal("0.75"), Method.PERCENT_TIERS, row[5])
    assert node.rule["bands"][0] == {"low": "80", "inclusive": True, "points": "0.75"}
    assert node.figures == {"a": "đã làm; gấp", "b": "tổng: số"}
    assert (node.evidence, node.evidence_required, node.assessed_by) == ("Báo cáo", True, "council")
    assert (node.appraiser_agency, node.not_applicable_for) == ("SO-NV", ("BDT", "TTT"))
    assert (node.note, node.linked_programme) == (row[12], "cchc")


def test_a_child_may_stand_before_its_parent():
    assert found(LEAF, FIELD) == []


def test_the_method_of_a_node_with_children_may_be_left_empty():
    assert found((*FIELD[:4], "", "", ""), LEAF) == []


def test_missing_and_duplicate_codes():
    nameless = ("", "1", "x", "1", "manual", "", "")
    assert found(FIELD, LEAF, nameless, LEAF) == [
        ("error", 4, "code", "missing_code"),
        ("error", 5, "code", "duplicate_code"),
    ]


def test_a_code_that_excel_turned_into_a_number_says_so_when_it_repeats():
    rows = [
        CRITERIA_HEADINGS,
        ["1", None, "x", 2, "sum"],
        [1.1, "1", "x", 1, "manual"],
        [1.1, "1", "y", 1, "manual"],
    ]
    findings = parse_criteria(xlsx_table(rows), "a.xlsx").findings
    assert places(findings) == [
        ("error", 2, "max_score", "sum_mismatch"),
        ("error", 3, "code", "number_for_code"),
        ("error", 4, "code", "number_for_code"),
        ("error", 4, "code", "duplicate_code"),
    ]
    assert findings[3].message == (
        "Mã 1.1 đã có ở dòng 3. Ô này là số nên Excel có thể đã bỏ số 0 ở cuối; "
        "hãy định dạng cột Mã là văn bản."
    )


def test_an_orphan():
    stray = ("9.1", "9", "x", "1", "manual", "", "")
    assert found(FIELD, LEAF, stray) == [("error", 4, "parent_code", "orphan_code")]


def test_a_cycle_is_reported_on_its_members_and_not_below_them():
    loop = [("2", "3", "x", "1", "sum", "", ""), ("3", "2", "x", "1", "sum", "", "")]
    below = ("3.1", "3", "x", "0", "bonus", "", "")
    own_parent = ("4", "4", "x", "1", "sum", "", "")
    cycles = [place for place in found(FIELD, LEAF, *loop, below, own_parent) if place[3] == "cycle"]
    assert cycles == [("error", row, "parent_code", "cycle") for row in (4, 5, 7)]


def test_a_missing_name():
    assert found(FIELD, ("1.1", "1", "", *LEAF[3:])) == [("error", 3, "name", "missing_name")]


@pytest.mark.parametrize("text", ["", "một", "1.2345", "1e3", "1 điểm"])
def test_unreadable_maximum_points_are_reported_once(text):
    row = ("1.1", "1", "x", text, "yes_no", "Có => 1 | Không => 0", "")
    assert found(FIELD, row) == [("error", 3, "max_score", "bad_points")]


@pytest.mark.parametrize("text", ["0", "-1"])
def test_the_maximum_of_a_leaf_is_positive(text):
    assert found(*leaf(text, "manual"))[-1] == ("error", 3, "max_score", "max_not_positive")


def test_sums_that_do_not_add_up():
    findings = parse_criteria(criteria((*FIELD[:3], "1.5", *FIELD[4:]), LEAF), "a.csv").findings
    assert places(findings) == [("error", 2, "max_score", "sum_mismatch")]
    assert findings[0].message == "Điểm tối đa là 1,5 nhưng tổng điểm tối đa của các tiêu chí con là 1."


def test_bonus_and_penalty_stand_outside_the_sums():
    bonus = ("1.2", "1", "x", "2", "bonus", "0.5 / sáng kiến", "")
    field_of_extras = ("2", "", "Cộng, trừ", "0", "sum", "", "")
    penalty = ("2.1", "2", "x", "3", "penalty", "1 / lần", "")
    file = parse_criteria(criteria(FIELD, LEAF, bonus, field_of_extras, penalty), "a.csv")
    assert (file.findings, file.max_points) == ([], Decimal(1))


@pytest.mark.parametrize(("method", "code"), [("magic", "unknown_method"), ("sum", "leaf_without_method"),
                                              ("", "leaf_without_method")])  # fmt: skip
def test_a_leaf_needs_a_method_of_its_own(method, code):
    assert found(*leaf("1", method)) == [("error", 3, "scoring_method", code)]


def test_methods_may_be_named_in_vietnamese():
    file = parse_criteria(criteria(*leaf("1", "Chấm trực tiếp")), "a.csv")
    assert (file.findings, file.nodes[1].method) == ([], Method.MANUAL)


def test_a_node_with_children_must_be_a_sum():
    assert found((*FIELD[:4], "manual", "", ""), LEAF) == [("error", 2, "scoring_method", "method_on_inner")]


def test_a_leaf_on_the_first_level():
    assert found(FIELD, LEAF, ("2", "", "x", "1", "manual", "", "")) == [
        ("error", 4, "code", "leaf_on_first_level")
    ]


def test_a_fifth_level_is_too_deep():
    chain = [
        (str(level), str(level - 1) if level > 1 else "", "x", "1", "sum", "", "") for level in range(1, 5)
    ]
    assert found(*chain, ("5", "4", "x", "1", "manual", "", "")) == [("error", 6, "parent_code", "too_deep")]


def test_unknown_sources_of_points_fall_back_to_the_unit_itself():
    file = parse_criteria(criteria(*leaf("1", "manual", assessed_by="ai đó")), "a.csv")
    assert places(file.findings) == [("warning", 3, "assessed_by", "unknown_assessed_by")]
    assert file.nodes[1].assessed_by == "self"


def test_a_survey_leaf_is_assessed_by_its_survey_when_nothing_is_said():
    assert (
        parse_criteria(criteria(*leaf("1", "survey", SURVEY_RULE, "")), "a.csv").nodes[1].assessed_by
        == "survey"
    )


@pytest.mark.parametrize(("method", "rule", "figures", "expected"), [
    ("proportional", "a/b", "", [("warning", 3, "figures", "figures_missing")]),
    ("proportional", "a/b", "a: đã làm", [("warning", 3, "figures", "figures_missing")]),
    ("count", "0.5 / bài", "a: số bài", [("warning", 3, "figures", "figures_missing")]),
    ("count", "0.5 / bài", "số bài", [("warning", 3, "figures", "figures_unreadable")]),
    ("proportional", "a/b", "a: x; a: y", [("warning", 3, "figures", "figures_unreadable")]),
    ("count", "0.5 / bài", "n: số bài", []),
    ("manual", "", "", []),
])  # fmt: skip
def test_figures_are_named_where_the_method_asks_for_them(method, rule, figures, expected):
    headings = (*CRITERIA_HEADINGS, "figures")
    assert (
        found((*FIELD, ""), ("1.1", "1", "x", "1", method, rule, "", figures), headings=headings) == expected
    )


def test_figures_are_not_missed_in_a_file_without_their_column():
    assert found(*leaf("1", "proportional", "a/b")) == []


def test_an_unclear_answer_to_evidence_required_is_a_warning():
    headings = (*CRITERIA_HEADINGS, "evidence_required")
    assert found((*FIELD, ""), (*LEAF, "có lẽ"), headings=headings) == [
        ("warning", 3, "evidence_required", "bad_yes_no")
    ]


def test_issues_of_a_rule_are_reported_in_its_column():
    assert found(*leaf("1", "yes_no", "Có => 0.5 | Không => 0")) == [("error", 3, "rule", "best_not_max")]
    assert found(*leaf("1", "percent_tiers", "Từ 70% - 100% => 1 | Từ 50% - 70% => 0.5 | Dưới 50% => 0")) == [
        ("warning", 3, "rule", "tier_overlap")
    ]


def test_a_rule_with_too_many_options_is_not_compared_option_by_option():
    rule = " | ".join(f"Từ {bound}% => 1" for bound in range(31))
    assert found(*leaf("1", "tiers", rule)) == [("error", 3, "rule", "rule_too_long")]


def test_the_rarer_decimal_sign_is_warned_of_where_it_stands():
    rows = [
        ("1", "", "x", "1.5", "sum", "", ""),
        ("1.1", "1", "x", "0.5", "yes_no", "Đạt 99,5% kế hoạch => 0,5 | Không => 0", ""),
        ("1.2", "1", "x", "1", "percent_tiers", ">=50% => 1 | >=20.5% => 0.5 | <20.5% => 0", ""),
    ]
    assert found(*rows) == [("warning", 3, "rule", "decimal_mixed")]


def test_decimal_commas_alone_and_numbers_of_a_workbook_are_fine():
    rows = [CRITERIA_HEADINGS, ["1", None, "x", 0.5, "sum"],
            ["1.1", "1", "x", 0.5, "yes_no", "Có => 0,5 | Không => 0"]]  # fmt: skip
    assert parse_criteria(xlsx_table(rows), "a.xlsx").findings == []


def test_all_findings_come_at_once_in_the_order_of_the_rows():
    rows = [
        (*FIELD[:3], "5", *FIELD[4:]),
        ("1.1", "1", "", "1", "magic", "", "ai"),
        ("", "", "x", "", "", "", ""),
    ]
    assert found(*rows) == [
        ("error", 2, "max_score", "sum_mismatch"),
        ("error", 3, "name", "missing_name"),
        ("error", 3, "scoring_method", "unknown_method"),
        ("warning", 3, "assessed_by", "unknown_assessed_by"),
        ("error", 4, "code", "missing_code"),
    ]


def test_references_to_what_is_not_there():
    headings = (*CRITERIA_HEADINGS, "appraiser_agency", "not_applicable_for")
    rows = [
        ("1", "", "x", "2", "sum", "", "", "", ""),
        ("1.1", "1", "x", "1", "survey", SURVEY_RULE, "", "SO-NV", "so;SO-TP"),
        ("1.2", "1", "x", "1", "survey", SURVEY_RULE.replace("form=KS-01", "form=KS-09"), "", "SO-X", "la"),
    ]
    file = parse_criteria(criteria(*rows, headings=headings), "a.csv")
    known = {"forms": {"KS-01": {"KS-01-C02"}}, "agencies": {"SO-NV", "SO-TP"}, "groups": {"so"}}
    assert (file.findings, places(check_references(file, **known))) == ([], [
        ("error", 3, "rule", "unknown_question"),
        ("warning", 4, "rule", "unknown_form"),
        ("warning", 4, "appraiser_agency", "unknown_agency"),
        ("warning", 4, "not_applicable_for", "unknown_agency"),
    ])  # fmt: skip


def test_plain_numbers_are_codes_where_no_code_has_a_second_part():
    rule = "Có => 1 | Không => 0"
    head = ["Mã", "Mã cha", "Nội dung tiêu chí", "Điểm tối đa", "Cách chấm điểm", "Thang điểm"]
    rows = [head, [1, "", "A", 1, "sum", ""], [2, 1, "B", 1, "yes_no", rule]]
    assert parse_criteria(xlsx_table(rows), "a.xlsx").findings == []
    rows = [head, [1, "", "A", 1, "sum", ""], ["1.1", 1, "B", 1, "yes_no", rule]]
    assert {found.code for found in parse_criteria(xlsx_table(rows), "a.xlsx").findings} == {"number_for_code"}


def test_a_line_break_separates_the_names_of_figures():
    head = ("code", "parent_code", "name", "max_score", "scoring_method", "rule", "figures", "evidence_required")
    leaf = ("1.1", "1", "B", "1", "proportional", "a/b", "a: Số đạt\nb: Tổng số", "bắt buộc")
    parsed = parse_criteria(criteria(("1", "", "A", "1", "sum", "", "", ""), leaf, headings=head), "a.csv")
    assert (parsed.nodes[1].figures, parsed.findings) == ({"a": "Số đạt", "b": "Tổng số"}, [])
    assert parsed.nodes[1].evidence_required
