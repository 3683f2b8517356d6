"""A set written as a table imports again as the same set."""

import pytest

from app.scoring.imports.criteria import parse_criteria
from app.scoring.imports.criteria_export import TEMPLATE_HEADINGS_EN, TEMPLATE_HEADINGS_VI, criteria_rows

from .tables import csv_table, xlsx_table

ROWS = [
    ("1", "", "Lĩnh vực", "3.125", "sum", "tổng điểm", "", "", "", "", "", "", "Ghi chú"),
    (
        "1.1",
        "1",
        "=A1+1",
        "0.125",
        "yes_no",
        "Có => 0,125 | Không  => 0",
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
    written = [headings, *criteria_rows(nodes)]
    # The file's author may write text that looks like a formula; the writer keeps it as text.
    written[2][2] = "A1+1"
    again = parse_criteria(xlsx_table(written), "a.xlsx")
    assert [node for node in again.nodes if node.code != "1.1"] == [
        node for node in nodes if node.code != "1.1"
    ]


def test_prose_percentages_come_back_as_the_tiers_they_became():
    rule = "Từ 70% - 100% => 1 | Từ 50% - 70% => 0.5 | Dưới 50% => 0"
    rows = [("1", "", "x", "1", "sum", *[""] * 8), ("1.1", "1", "x", "1", "percent_tiers", rule, *[""] * 7)]
    nodes = parse_criteria(csv_table(TEMPLATE_HEADINGS_EN, *rows), "a.csv").nodes
    assert parse_criteria(csv_table(TEMPLATE_HEADINGS_EN, *criteria_rows(nodes)), "a.csv").nodes == nodes


def test_the_headings_of_the_template():
    assert TEMPLATE_HEADINGS_VI == (
        "Mã", "Mã cha", "Nội dung", "Điểm tối đa", "Cách chấm", "Thang điểm", "Số liệu", "Tài liệu kiểm chứng",
        "Bắt buộc", "Nguồn điểm", "Cơ quan thẩm định", "Không áp dụng cho", "Ghi chú",
    )  # fmt: skip
