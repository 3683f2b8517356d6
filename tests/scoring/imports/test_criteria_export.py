"""A set written as a table imports again as the same set."""

import io

import pytest
import xlsxwriter

from app.scoring.imports.criteria import parse_criteria
from app.scoring.imports.criteria_export import TEMPLATE_HEADINGS_EN, TEMPLATE_HEADINGS_VI, criteria_rows

from .tables import csv_table

ROWS = [
    ("1", "", "Lĩnh vực", "3.125", "sum", "tổng điểm", "", "", "", "", "", "", "Ghi chú"),
    (
        "1.1",
        "1",
        "=A1+1",
        "0.125",
        "yes_no",
        "Có => 0.125 | Không  => 0",
        "",
        "Báo cáo",
        "no",
        "self",
        "SO-NV",
        "",
        "",
    ),
    (
        "1.2",
        "1",
        "Tỷ lệ",
        "2",
        "proportional",
        "a/b; min=50%",
        "a: x; b: y",
        "",
        "yes",
        "council",
        "",
        "so;BDT",
        "",
    ),
    ("1.3", "1", "Số bài", "1", "count", "0.5 / bài", "n: số bài", "", "yes", "self", "", "", ""),
    ("1.4", "1", "Cộng", "1", "bonus", "0.5 / lần", "", "", "no", "survey", "", "", ""),
]


def test_rows_are_written_as_they_were_read():
    assert criteria_rows(parse_criteria(csv_table(TEMPLATE_HEADINGS_EN, *ROWS), "a.csv").nodes) == [
        list(row) for row in ROWS
    ]


@pytest.mark.parametrize("headings", [TEMPLATE_HEADINGS_EN, TEMPLATE_HEADINGS_VI])
def test_a_workbook_written_from_a_set_imports_as_the_same_set(headings):
    nodes = parse_criteria(csv_table(headings, *ROWS), "a.csv").nodes
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        sheet = workbook.add_worksheet()
        for place, row in enumerate([headings, *criteria_rows(nodes)]):
            sheet.write_row(place, 0, row)
    again = parse_criteria(data.getvalue(), "a.xlsx")
    assert (again.findings, again.nodes) == ([], nodes)


def test_maximums_take_the_decimal_comma_where_the_rules_do():
    rows = [
        ("1", "", "x", "0.5", "sum", *[""] * 8),
        ("1.1", "1", "x", "0.5", "yes_no", "Có => 0,5 | Không => 0", *[""] * 7),
    ]
    nodes = parse_criteria(csv_table(TEMPLATE_HEADINGS_EN, *rows), "a.csv").nodes
    written = criteria_rows(nodes)
    assert [row[3] for row in written] == ["0,5", "0,5"]
    again = parse_criteria(csv_table(TEMPLATE_HEADINGS_EN, *written), "a.csv")
    assert (again.findings, again.nodes) == ([], nodes)


def test_prose_percentages_come_back_as_the_tiers_they_became():
    rule = "Từ 70% - 100% => 1 | Từ 50% - 70% => 0.5 | Dưới 50% => 0"
    rows = [("1", "", "x", "1", "sum", *[""] * 8), ("1.1", "1", "x", "1", "percent_tiers", rule, *[""] * 7)]
    nodes = parse_criteria(csv_table(TEMPLATE_HEADINGS_EN, *rows), "a.csv").nodes
    assert parse_criteria(csv_table(TEMPLATE_HEADINGS_EN, *criteria_rows(nodes)), "a.csv").nodes == nodes


def test_the_headings_of_the_template():
    assert TEMPLATE_HEADINGS_VI == (
        "Mã", "Mã cha", "Nội dung", "Điểm tối đa", "Cách chấm", "Thang điểm", "Số liệu",
        "Tài liệu kiểm chứng", "Bắt buộc", "Nguồn điểm", "Cơ quan thẩm định", "Không áp dụng cho", "Ghi chú",
    )  # fmt: skip
