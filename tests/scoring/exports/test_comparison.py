"""Whether the signed file still is the approved report: its code, its totals, its rows."""

import json
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest

from app.pdf_text import page_texts
from app.scoring.exports.comparison import PdfFacts, compared
from app.scoring.exports.report import GROUND, report_document
from app.scoring.queries.signed_papers import Content, kept_reading, told
from app.web.documents import Paragraph, Row, Table, write_pdf
from tests.province import NOW
from tests.scoring.exports.files import ISSUER


def facts(pdf: bytes) -> PdfFacts:
    return PdfFacts(page_texts(BytesIO(pdf)), ())


def with_rows(document, change):
    """The document with every row of its tables through ``change``."""
    body = [
        replace(item, rows=[change(row) for row in item.rows]) if isinstance(item, Table) else item
        for item in document.body
    ]
    return replace(document, body=body)


@pytest.fixture
def sheet(approved):
    return approved.sheet("SO-TP")


@pytest.fixture
def document(sheet):
    return report_document(sheet, ISSUER, at=NOW)


def _reading(sheet, document):
    return compared(sheet, facts(write_pdf(document)), ISSUER)


def test_the_approved_report_is_recognised_and_kept_as_it_was_read(sheet, document):
    reading = _reading(sheet, document)
    assert (reading.is_approved_report, reading.asks, reading.places) == (True, False, [])
    assert kept_reading(json.loads(json.dumps(reading.kept()))) == reading


def test_a_number_written_into_the_paper_changes_nothing(sheet, document):
    assert _reading(sheet, replace(document, number="12/BC-STP")).is_approved_report


def test_changed_points_are_named_by_their_row(sheet, document):
    def change(row):
        raised = row.cells[0] == "1.2" and len(row.cells) == 6
        return Row((*row.cells[:4], Decimal(2), row.cells[5]), row.level, row.bold, row.heads) if raised else row

    reading = _reading(sheet, with_rows(document, change))
    assert (reading.content, reading.places, reading.asks) == (Content.DIFFERENT, ["1.2"], True)


@pytest.mark.parametrize("column", [1, 2, 3, 5])
def test_a_change_in_any_cell_is_seen(sheet, document, column):
    def change(row):
        if row.cells[0] != "2.2" or len(row.cells) != 6:
            return row
        cells = list(row.cells)
        cells[column] = f"{cells[column]} thêm"
        return replace(row, cells=cells)

    assert _reading(sheet, with_rows(document, change)).places == ["2.2"]


def test_a_changed_total_is_seen(sheet, document):
    body = [
        Paragraph(item.text.replace("5,5/9", "8,5/9")) if isinstance(item, Paragraph) else item
        for item in document.body
    ]
    assert _reading(sheet, replace(document, body=body)).places == ["Tổng điểm tự chấm"]


def test_a_row_put_in_is_seen(sheet, document):
    added = Row(("1.2a", "Tiêu chí thêm", Decimal(1), "", Decimal(1), ""))
    body = [
        replace(item, rows=[*item.rows[:3], added, *item.rows[3:]])
        if isinstance(item, Table) and GROUND in [column.title for column in item.columns]
        else item
        for item in document.body
    ]
    assert _reading(sheet, replace(document, body=body)).places == ["1.2"]


def test_a_row_left_out_is_seen(sheet, document):
    body = [
        replace(item, rows=[row for row in item.rows if row.cells[0] != "2.1"])
        if isinstance(item, Table)
        else item
        for item in document.body
    ]
    assert _reading(sheet, replace(document, body=body)).places == ["2.1"]


def test_a_picture_of_the_paper_has_neither_code_nor_content(sheet):
    picture = compared(sheet, PdfFacts(["", ""], ()), ISSUER)
    broken = compared(sheet, PdfFacts(None, ()), ISSUER)
    assert [(one.has_code, one.content, one.asks) for one in (picture, broken)] == [(False, Content.UNREAD, True)] * 2
    assert ["bản quét ảnh" in str(line.sentence) for line in told(picture)] == [True]


def test_another_text_with_the_code_is_not_taken_for_the_report(sheet):
    page = f"Mã xác thực: {sheet.snapshot.code} " + "Báo cáo công tác quý IV của cơ quan. " * 20
    reading = compared(sheet, PdfFacts([page], ()), ISSUER)
    assert (reading.has_code, reading.content, reading.is_approved_report) == (True, Content.FOREIGN, False)


def test_another_text_without_a_code_is_not_called_a_picture(sheet):
    reading = compared(sheet, PdfFacts(["Báo cáo công tác quý IV của cơ quan. " * 20], ()), ISSUER)
    said = [(line.tone, str(line.sentence)) for line in told(reading)]
    assert (reading.content, reading.asks) == (Content.FOREIGN, True)
    assert said == [
        ("warn", "Không thấy mã xác thực của bản đã duyệt trong tệp."),
        ("danger", "Phần lớn nội dung của bản đã duyệt không có trong tệp; hãy kiểm tra đã đính đúng tệp chưa."),
    ]


def test_a_page_without_the_code_is_named(sheet, document):
    pages = page_texts(BytesIO(write_pdf(document)))
    reading = compared(sheet, PdfFacts([*pages, "Phụ lục kèm theo"], ()), ISSUER)
    assert (reading.pages_without_code, reading.content, reading.asks) == ([len(pages) + 1], Content.SAME, True)


def test_a_code_is_found_whatever_dashes_and_line_ends_stand_in_it(sheet):
    code = sheet.snapshot.code.replace("-", "\u2011\n", 1)
    assert compared(sheet, PdfFacts([f"Mã xác thực: {code}"], ()), ISSUER).has_code


def test_a_report_approved_before_figures_were_kept_is_recognised_in_both_layouts(sheet):
    content = json.loads(sheet.snapshot.content)
    del content["version"], content["agency"]["place"], content["agency"]["symbol"]
    for row in content["rows"]:
        del row["told"], row["working"], row["na_by_rule"]
        for evidence in row["evidence"]:
            del evidence["issued_on"]
    sheet.snapshot.content = json.dumps(content)
    now = report_document(sheet, ISSUER, at=NOW)
    columns = [0, 1, 2, 4, 5]
    then = [
        replace(
            item,
            columns=[item.columns[at] for at in columns],
            rows=[replace(row, cells=[row.cells[at] for at in columns]) for row in item.rows],
        )
        if isinstance(item, Table) and GROUND in [column.title for column in item.columns]
        else item
        for item in now.body
    ]
    for document in (now, replace(now, body=then)):
        assert _reading(sheet, document).content == Content.SAME
