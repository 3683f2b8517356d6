"""What paper says of a row: figures, working, evidence as a document; the period in words."""

from datetime import date

import pytest

from app.scoring.rules import UNKNOWN, document_title, ground_text, period_told

DAY = date(2026, 2, 7)


@pytest.mark.parametrize(
    ("number", "issued_on", "title"),
    [
        ("21/KH-TP", DAY, "Kế hoạch số 21/KH-TP ngày 07/02/2026"),
        ("105/QĐ-UBND", None, "Quyết định số 105/QĐ-UBND"),
        ("05/2026/NQ-HĐND", DAY, "Nghị quyết số 05/2026/NQ-HĐND ngày 07/02/2026"),
        ("12/TTr-STC", None, "Tờ trình số 12/TTr-STC"),
        ("9/Ctr-UBND", None, "Chương trình số 9/Ctr-UBND"),
        ("123/SYT-VP", DAY, "Văn bản số 123/SYT-VP ngày 07/02/2026"),
        ("lần 2", None, "Văn bản số lần 2"),
        ("", DAY, "QD lon 15MB.pdf (ngày 07/02/2026)"),
        (" ", None, "QD lon 15MB.pdf"),
    ],
)
def test_evidence_is_named_as_a_document_and_by_its_file_only_where_nothing_else_is_known(
    number, issued_on, title
):
    assert document_title(number, issued_on, "QD lon 15MB.pdf") == title


def test_figures_come_before_their_working_and_what_was_not_kept_is_a_dash():
    told = ["Việc đã xong: 42", "Việc phải làm: 45"]
    assert ground_text(told, "42/45 = 93,33%") == "Việc đã xong: 42; Việc phải làm: 45\n42/45 = 93,33%"
    assert (ground_text([], "Bậc 1"), ground_text([], None), ground_text(None, None)) == (
        "Bậc 1",
        "",
        UNKNOWN,
    )


def test_a_period_is_told_in_words():
    periods = ("2026", "2026-H1", "2026-H2", "2026-Q3", "2026-05")
    assert [period_told(period) for period in periods] == [
        "năm 2026",
        "6 tháng đầu năm 2026",
        "6 tháng cuối năm 2026",
        "quý III năm 2026",
        "tháng 5 năm 2026",
    ]
