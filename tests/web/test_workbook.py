"""Excel files open again with the same words and numbers, ready to print."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from app.web.workbook import Column, Row, Tab, tab_names, write_workbook

COLUMNS = (Column("Cơ quan"), Column("Điểm", "points"), Column("Chỉ số (%)", "index", places=2))


def _sheet(*rows, columns=COLUMNS, **changes):
    parts = {"name": "Khối sở", "titles": ("BẢNG XẾP HẠNG", "Kỳ 2026"), "columns": columns, "rows": rows}
    tab = Tab(**(parts | changes))
    content = write_workbook([tab], title="Xếp hạng", footer="Mã A & B")
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_titles_stand_above_the_table_and_the_header_is_frozen_and_filtered():
    sheet = _sheet(("Sở Y tế", Decimal("7.125"), Decimal("81.33")))
    assert [row[0].value for row in sheet["A1:A2"]] == ["BẢNG XẾP HẠNG", "Kỳ 2026"]
    assert [cell.value for cell in sheet[4]] == ["Cơ quan", "Điểm", "Chỉ số (%)"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A5", "A4:C5")


def test_numbers_are_numbers_and_shown_as_on_screens():
    sheet = _sheet(("A", Decimal("7.125"), Decimal("81.30")), ("B", Decimal("7.000"), Decimal("0.1")))
    assert [cell.value for cell in sheet["B"][4:]] == [7.125, 7]
    assert [cell.number_format for cell in sheet["B"][4:]] == ["#,##0.0##", "#,##0"]
    assert [cell.number_format for cell in sheet["C"][4:]] == ["0.00", "0.00"]


def test_the_places_of_an_index_follow_its_column():
    columns = (Column("Chỉ số", "index", places=3), Column("Chỉ số", "index", places=0))
    sheet = _sheet((Decimal("1.5"), Decimal("2")), columns=columns)
    assert [cell.number_format for cell in sheet[5]] == ["0.000", "0"]


def test_text_never_becomes_a_formula_a_link_or_a_number():
    words = ["=1+1", "https://example.vn", "0123", "+84", "-x", "@a", "internal:B1", "{=A1}"]
    sheet = _sheet(*((word, None, None) for word in words))
    assert [(cell.value, cell.data_type) for cell in sheet["A"][4:]] == [(word, "s") for word in words]
    assert [cell.hyperlink for cell in sheet["A"][4:]] == [None] * len(words)
    assert [bool(cell.quotePrefix) for cell in sheet["A"][4:]] == [word[0] in "=+-@" for word in words]


def test_dates_are_dates_and_moments_stand_in_the_province_s_time():
    sheet = _sheet((date(2026, 2, 5), datetime(2026, 2, 5, 20, 0, tzinfo=UTC), None))
    day, moment, nothing = sheet[5]
    assert (day.value, day.number_format) == (datetime(2026, 2, 5), "dd/mm/yyyy")
    assert (moment.value, moment.number_format) == (datetime(2026, 2, 6, 3, 0), "dd/mm/yyyy hh:mm")
    assert nothing.value is None


def test_text_wraps_and_columns_fit_their_content_up_to_a_limit():
    sheet = _sheet(("Sở Nông nghiệp và Môi trường", Decimal(1), None), ("x" * 300, Decimal(1), None))
    assert sheet["A5"].alignment.wrap_text
    assert round(sheet.column_dimensions["A"].width) == 49
    assert sheet.column_dimensions["B"].width < 12


def test_a_page_is_a4_one_page_wide_with_the_header_on_each():
    sheet = _sheet(("A", None, None), landscape=True)
    setup = sheet.page_setup
    assert (int(setup.paperSize), setup.orientation) == (9, "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (setup.fitToWidth or 1, setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$4:$4"
    assert (sheet.oddFooter.left.text, sheet.oddFooter.right.text) == ("Mã A && B", "Trang &P/&N")


def test_notes_stand_below_and_bold_rows_are_bold():
    sheet = _sheet(Row(("Tổng", Decimal(1), None), bold=True), notes=("Kết quả tạm tính",))
    assert (sheet["A5"].font.b, sheet["A7"].value) == (True, "Kết quả tạm tính")


def test_control_characters_go_and_very_long_text_is_cut():
    sheet = _sheet(("Sở\x0b Y tế", None, None), ("x" * 40_000, None, None))
    assert sheet["A5"].value == "Sở Y tế"
    assert len(sheet["A6"].value) == 32_767


def test_an_empty_table_is_still_a_file():
    assert _sheet().max_row == 4


def test_tab_names_are_such_that_excel_accepts_them():
    wanted = ["Khối A/B: [1]", "x" * 40, "X" * 40, "History", "'a'", "", "a"]
    assert tab_names(wanted) == [
        "Khối A B   1", "x" * 31, "X" * 27 + " (2)", "History (2)", "a", "Bảng", "a (2)",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["Bộ tiêu chí " * 25, "A & B " * 50, "&" * 300])
def test_a_footer_longer_than_a_page_takes_is_cut_and_keeps_the_page_number(name):
    content = write_workbook([Tab("Bộ", (), COLUMNS, ())], title="Bộ", footer=name)
    footer = openpyxl.load_workbook(io.BytesIO(content)).active.oddFooter
    assert (footer.left.text.endswith("…"), footer.right.text) == (True, "Trang &P/&N")
