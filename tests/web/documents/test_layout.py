"""Figures, dates and addresses as administrative documents write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

from app.web.documents import Column, Table, layout
from tests.web.documents.sample import report


def test_january_february_and_days_below_ten_carry_a_zero():
    assert layout.long_date(date(2026, 1, 9)) == "ngày 09 tháng 01 năm 2026"
    assert layout.long_date(date(2026, 3, 31)) == "ngày 31 tháng 3 năm 2026"


def test_an_open_number_leaves_room_for_the_pen():
    assert layout.number_line(report(number=None)) == f"Số: {layout.OPEN_NUMBER}/"
    assert layout.number_line(report(number=None, symbol="BC-SYT")) == f"Số: {layout.OPEN_NUMBER}/BC-SYT"


def test_figures_take_the_decimal_comma_and_the_thousands_point():
    assert layout.figure_text(Decimal("1234.500")) == "1.234,5"
    assert layout.figure_text(Decimal("100")) == "100"
    assert layout.figure_text(Decimal("81.335"), places=2) == "81,34"


def test_cells_say_nothing_for_none_and_dates_the_vietnamese_way():
    column = Column("Ngày", 20)
    assert layout.cell_text(None, column) == ""
    assert layout.cell_text(date(2026, 2, 5), column) == "05/02/2026"
    assert layout.cell_text(datetime(2026, 2, 5, 14, 5, tzinfo=UTC), column) == "14:05 05/02/2026"


def test_columns_fill_the_width_of_the_text():
    table = Table([Column("A", 1), Column("B", 3)], [])
    assert layout.column_widths(table, 165) == [41.25, 123.75]


def test_the_last_recipient_ends_with_a_full_stop():
    assert layout.recipient_lines(report()) == ["- Như trên;", "- Sở Nội vụ;", "- Lưu: VT, VP."]


def test_long_words_may_break_and_keep_their_letters():
    code = "0123456789abcdef" * 4
    assert layout.breakable(code).replace("\u200b", "") == code
    assert layout.breakable("Sở Y tế") == "Sở Y tế"
