"""What a spreadsheet does to a table is a finding at its place, in every format; nothing is taken or left silently."""

import unicodedata
from datetime import date
from pathlib import Path

import pytest

from app.scoring.imports import grid
from app.scoring.imports.columns import Column, Reading
from app.scoring.imports.table import read_table

from .sheets import changed, line, ods, typed, written
from .tables import places, xlsx_table

COLUMNS = (
    Column("code", ("Mã",), required=True, kind="code"),
    Column("name", ("Nội dung",), required=True),
    Column("points", ("Điểm tối đa",), kind="number"),
    Column("day", ("Ngày",), kind="date"),
    Column("groups", ("Không áp dụng cho",), kind="codes"),
    Column("paper", ("Số tờ",), kind="label"),
)
OFFICE = Path(__file__).parents[2] / "data" / "office"
HEAD = ["Mã", "Nội dung", "Điểm tối đa", "Ngày", "Không áp dụng cho", "Số tờ"]


def read(data: bytes, name: str = "a.xlsx", **reading):
    return read_table(data, name, COLUMNS, Reading(**reading))


def found(data: bytes, name: str = "a.xlsx", **reading):
    return places(read(data, name, **reading).findings)


def cells(data: bytes, column: str, name: str = "a.xlsx", **reading) -> list[str]:
    return [row.cells[column] for row in read(data, name, **reading).rows]


def one(place: str, value, number_format: str = "General", row=("1a", "x")):
    """A table of one row with this cell, in that format."""

    def change(sheet):
        sheet[place] = value
        sheet[place].number_format = number_format

    return changed([HEAD, list(row)], change)


ERRORS = ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "Err:502", "#####"]


@pytest.mark.parametrize("text", ERRORS)
@pytest.mark.parametrize(("place", "column"), [("A2", "code"), ("C2", "points"), ("D2", "day"), ("E2", "groups")])
def test_an_error_value_is_an_error_at_its_cell(text, place, column):
    assert found(one(place, text)) == [("error", 2, column, "error_value")]


@pytest.mark.parametrize("text", ERRORS)
def test_an_error_value_in_a_csv_is_one_too(text):
    assert found(f"Mã,Nội dung,Ngày\n1a,x,{text}\n".encode(), "a.csv") == [("error", 2, "day", "error_value")]


@pytest.mark.parametrize("text", ["#1", "# ghi chú", "Mục #2!", "#", "##", "C#", "a #N/A b"])
def test_text_with_a_number_sign_is_no_error_value(text):
    assert found(one("B2", text)) == []


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("S? N?i v?", True),
        ("C?i cách hành chính", True),
        ("Đã công khai chưa?", False),
        ("Có hay không? Nêu rõ", False),
        ("https://a.vn/x?y", False),
        ("index.php?id=1", False),
    ],
)
def test_letters_that_became_question_marks_are_an_error(text, lost):
    said = [("error", 2, "name", "letters_lost")] if lost else []
    assert [finding for finding in found(one("B2", text)) if finding[-1] == "letters_lost"] == said


def test_an_error_value_of_an_ods_is_an_error():
    error = typed("string", "#N/A", ' calcext:value-type="error"')
    assert found(ods([line(*HEAD), line("1a", "x", error)]), "a.ods") == [("error", 2, "points", "error_value")]


def formula(value) -> bytes:
    def write(workbook):
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ["1a", "x"])
        sheet.write_formula(1, 2, "=1+1", None, value)

    return written(write)


@pytest.mark.parametrize(
    ("data", "column"),
    [
        (one("C2", "=1+1"), "points"),
        (one("A2", '="1"&"a"'), "code"),
        (one("D2", "=DATE(2026,1,1)", "dd/mm/yyyy"), "day"),
        (formula(0), "points"),
        (formula(""), "points"),
    ],
)
def test_a_formula_that_was_never_computed_is_an_error(data, column):
    assert found(data) == [("error", 2, column, "uncomputed")]


def test_a_formula_without_a_value_is_an_error_in_ods_and_as_text_in_csv():
    empty = '<table:table-cell table:formula="of:=1+1"/>'
    assert found(ods([line(*HEAD), line("1a", "x", empty)]), "a.ods") == [("error", 2, "points", "uncomputed")]
    assert found("Mã,Nội dung,Điểm tối đa\n1a,x,=SUM(C3:C9)\n".encode(), "a.csv") == [
        ("error", 2, "points", "uncomputed")
    ]


def test_a_computed_formula_is_its_value():
    assert cells(formula(2), "points") == ["2"]


@pytest.mark.parametrize(
    ("value", "number_format", "said"),
    [
        (1.1, "0.00", ("error", "number_shown_otherwise")),
        (7, "000", ("error", "number_shown_otherwise")),
        (5, '"SO-"00', ("error", "number_shown_otherwise")),
        (1.1, "General", ("error", "number_for_code")),
        (2.5, "General", ("error", "number_for_code")),
        (1.12, "General", ("warning", "number_for_code")),
        (12, "General", ("warning", "number_for_code")),
    ],
)
def test_a_number_in_a_column_of_codes_is_refused_or_warned_of(value, number_format, said):
    assert found(one("A2", value, number_format)) == [(said[0], 2, "code", said[1])]


@pytest.mark.parametrize(("place", "column"), [("A2", "code"), ("C2", "points"), ("E2", "groups"), ("F2", "paper")])
def test_a_date_where_none_belongs_is_an_error(place, column):
    assert found(one(place, date(2026, 10, 1), "dd/mm/yyyy")) == [("error", 2, column, "date_in_cell")]


def test_a_list_of_codes_that_became_a_decimal_number_is_an_error():
    assert found(one("E2", 1.25)) == [("error", 2, "groups", "number_for_code")]


def test_a_paper_number_may_be_a_number_but_not_one_shown_otherwise():
    assert found(one("F2", 12)) == []
    assert found(one("F2", 12, "0000")) == [("error", 2, "paper", "number_shown_otherwise")]


@pytest.mark.parametrize("text", ["01/10/2026", "10-Jan", "Jan-10", "2026-10-01", "1-thg 10"])
def test_a_csv_code_that_a_spreadsheet_made_a_date_is_an_error(text):
    assert found(f"Mã,Nội dung\n{text},x\n".encode(), "a.csv") == [("error", 2, "code", "date_in_cell")]


def test_a_csv_code_that_a_spreadsheet_shortened_is_an_error():
    assert found("Mã,Nội dung\n1.23E+11,x\n".encode(), "a.csv") == [("error", 2, "code", "number_shortened")]


def test_numbers_shown_otherwise_are_known_in_ods():
    shown = typed("float", "1,10", ' office:value="1.1"')
    same = typed("float", "2,5", ' office:value="2.5"')
    assert found(ods([line(*HEAD), line(shown, "x", same)]), "a.ods") == [
        ("error", 2, "code", "number_shown_otherwise")
    ]


def hide(*names: str):
    def change(sheet):
        for name in names:
            if name.isdigit():
                sheet.row_dimensions[int(name)].hidden = True
            else:
                sheet.column_dimensions[name].hidden = True

    return changed([HEAD, ["1a", "x"], ["1b", "y"], ["1c", "z"]], change)


def test_hidden_rows_are_left_and_said_unless_asked_for():
    assert (cells(hide("3"), "code"), found(hide("3"))) == (
        ["1a", "1c"],
        [("warning", 3, None, "hidden_row")],
    )
    assert cells(hide("3"), "code", hidden_rows=True) == ["1a", "1b", "1c"]


@pytest.mark.parametrize("more", [' table:visibility="collapse"', ' table:visibility="filter"'])
def test_hidden_and_filtered_rows_of_an_ods_are_left(more):
    data = ods([line(*HEAD), line("1a", "x"), line("1b", "y", more=more)])
    assert (cells(data, "code", "a.ods"), found(data, "a.ods")) == (["1a"], [("warning", 3, None, "hidden_row")])


def test_a_hidden_column_is_read_and_said():
    assert found(hide("B")) == [("warning", 1, "name", "hidden_column")]


def test_the_sheets_that_are_not_read_are_named():
    def write(workbook):
        for name in ("Hướng dẫn", "Cũ", "Mới", "Khác"):
            sheet = workbook.add_worksheet(name)
            if name != "Hướng dẫn":
                sheet.write_row(0, 0, HEAD)
            sheet.write_row(1, 0, [name, "x"])
            if name == "Cũ":
                sheet.hide()

    data = written(write)
    table = read(data)
    assert ([row.cells["code"] for row in table.rows], places(table.findings)) == (
        ["Mới"],
        [("warning", None, None, code) for code in ("sheets_left", "hidden_sheet", "other_sheet_fits")],
    )
    assert table.findings[0].message == "Chỉ đọc trang tính “Mới”; không đọc: “Hướng dẫn”, “Cũ”, “Khác”."
    assert (cells(data, "code", sheet="cu"), found(data, sheet="cu")) == (["Cũ"], [])
    assert found(data, sheet="không có") == [("error", None, None, "unknown_sheet")]


def test_a_hidden_sheet_of_an_ods_is_not_read():
    data = ods([line(*HEAD), line("1a", "x")], [line(*HEAD), line("1b", "y")], hidden=[1])
    assert cells(data, "code", "a.ods") == ["1b"]


@pytest.mark.parametrize(
    "heading", ["Nội dung:", "NOI DUNG", "nội  dung *", "Nội_dung", "Nộidung", "Nội dung.", "name"]
)
def test_a_heading_is_known_whatever_signs_and_spaces_it_has(heading):
    assert found(xlsx_table([["Mã", heading], ["1a", "x"]])) == []


@pytest.mark.parametrize("heading", ["Nội dung (ghi rõ)", "Nội dung [x]", "Nội dung (bắt buộc):"])
def test_a_heading_with_brackets_is_known_and_said(heading):
    assert found(xlsx_table([["Mã", heading], ["1a", "x"]])) == [("warning", 1, "name", "heading_in_brackets")]


@pytest.mark.parametrize("heading", ["Điểm tói đaa", "Điểm tôi đ", "Dim tối đa"])
def test_a_misspelt_heading_is_refused(heading):
    assert found(xlsx_table([["Mã", "Nội dung", heading], ["1a", "x", 1]])) == [
        ("error", 1, "points", "misspelt_heading")
    ]


def test_headings_that_are_not_known_are_listed_with_columns_that_have_none():
    table = read(xlsx_table([["Mã", "Nội dung", "Người ký", None, "Điểm 2"], ["1a", "x", "a", "b", "c"]]))
    assert [finding.message for finding in table.findings] == ["Không đọc các cột: “Người ký”, “Điểm 2”, D."]


def test_two_headings_of_one_column_are_refused():
    assert found(xlsx_table([["Mã", "Nội dung", "name"], ["1a", "x", "y"]])) == [
        ("error", 1, "name", "doubled_heading")
    ]


@pytest.mark.parametrize(("row", "code"), [(30, None), (31, "no_header")])
def test_the_heading_row_is_looked_for_in_thirty_rows(row, code):
    table = read(xlsx_table([["Tỉnh"]] * (row - 1) + [HEAD, ["1a", "x"]]))
    assert [finding.code for finding in table.findings] == ([code] if code else [])
    assert code is None or "Không thấy dòng tiêu đề trong 30 dòng đầu" in table.findings[0].message


def merge(area: str, *rows):
    return changed([HEAD, *rows], lambda sheet: sheet.merge_cells(area))


def test_merged_cells_are_filled_down_and_said():
    data = merge("E2:E3", ["1a", "x", 1, None, "so"], ["1b", "y", 1])
    assert (cells(data, "groups"), found(data)) == (["so", "so"], [("warning", 3, "groups", "merged_cells")])


def test_merged_points_and_cells_over_several_columns_are_refused():
    assert found(merge("C2:C3", ["1a", "x", 2], ["1b", "y"])) == [("error", 3, "points", "merged_cells")]
    assert found(merge("B2:C2", ["1a", "x"])) == [("error", 2, "name", "merged_cells")]


def test_merged_cells_of_an_ods_are_filled_down():
    joined = typed("string", "so", ' table:number-rows-spanned="2"')
    under = "<table:covered-table-cell/>"
    data = ods([line(*HEAD), line("1a", "x", "", "", joined), line("1b", "y", "", "", under)])
    assert cells(data, "groups", "a.ods") == ["so", "so"]


def test_a_title_that_is_merged_over_the_table_says_nothing():
    data = changed([["BẢNG TIÊU CHÍ"], HEAD, ["1a", "x"]], lambda sheet: sheet.merge_cells("A1:F1"))
    assert found(data) == []


def test_a_short_csv_row_is_said():
    assert found("Mã,Nội dung,Ngày\n1a,x\n1b,y,\n".encode(), "a.csv") == [("warning", 2, None, "too_few_cells")]


def test_rows_and_cells_that_an_ods_repeats_are_each_read():
    twice = line("1a", "x", more=' table:number-rows-repeated="2"')
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    rest = line(empty, more=' table:number-rows-repeated="1048000"')
    data = ods([line(*HEAD), twice, line("1b", "Dòng\u00a0hai"), rest])
    assert cells(data, "code", "a.ods") == ["1a", "1a", "1b"]


@pytest.mark.parametrize("repeated", ["rows", "columns"])
def test_an_ods_that_reaches_too_far_is_refused(repeated):
    wide = typed("string", "x", ' table:number-columns-repeated="16384"')
    body = line("1a", "x", more=' table:number-rows-repeated="900000"') if repeated == "rows" else line(wide)
    assert found(ods([line(*HEAD), body]), "a.ods") == [("error", None, None, "too_many_rows")]


@pytest.mark.parametrize(
    ("data", "name"),
    [(xlsx_table([HEAD, ["1a", "x"], ["1b", "y"]]), "a.xlsx"), (ods([line(*HEAD), line("1a", "x")]), "a.ods")],
)
def test_a_file_of_too_many_cells_is_refused(monkeypatch, data, name):
    assert found(data, name) == []
    monkeypatch.setattr(grid, "MAX_CELLS", 7)
    assert found(data, name) == [("error", None, None, "too_many_rows")]


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_a_damaged_ods_is_an_error(cut):
    data = ods([line(*HEAD), line("1a", "x")])
    assert found(data[: int(len(data) * cut)], "a.ods") == [("error", None, None, "damaged_file")]


def test_a_password_is_called_one():
    assert found(ods([line(*HEAD)], encrypted=True), "a.ods") == [("error", None, None, "has_password")]
    locked = bytearray(xlsx_table([HEAD, ["1a", "x"]]))
    at = locked.index(b"PK\x01\x02")
    while at >= 0:  # the flag that a member of the archive is encrypted
        locked[at + 8] |= 1
        at = locked.find(b"PK\x01\x02", at + 1)
    assert found(bytes(locked)) == [("error", None, None, "has_password")]


@pytest.mark.parametrize("text", ["Ðiện Biên", "Ｓở", unicodedata.normalize("NFD", "Sở Tư pháp")])
def test_look_alikes_wide_and_decomposed_letters_are_folded_and_said(text):
    data = xlsx_table([HEAD, ["1a", text]])
    assert cells(data, "name")[0] in ("Điện Biên", "Sở", "Sở Tư pháp")
    assert found(data) == [("warning", 2, "name", "not_nfc")]

ODD = [
    ("warning", None, None, "sheets_left"),
    ("warning", None, None, "hidden_sheet"),
    ("warning", None, None, "other_sheet_fits"),
    ("error", 2, "points", "error_value"),
    ("error", 2, "day", "error_value"),
    ("error", 3, "code", "number_shown_otherwise"),
    ("warning", 4, None, "hidden_row"),
    ("warning", 6, "groups", "merged_cells"),
    ("error", 7, "code", "date_in_cell"),
]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_what_libreoffice_saved_is_found_in_every_format(kind):
    path = OFFICE / f"odd-libreoffice.{kind}"
    data = path.read_bytes()
    assert found(data, path.name) == ODD
    assert [text for text in cells(data, "day", path.name) if text] == ["2026-12-31"]


def test_what_libreoffice_saved_as_csv_keeps_its_errors_and_dates():
    path = OFFICE / "odd-libreoffice.csv"
    assert found(path.read_bytes(), path.name) == [
        ("error", 2, "points", "error_value"),
        ("error", 2, "day", "error_value"),
        ("error", 7, "code", "date_in_cell"),
    ]


@pytest.mark.parametrize("text", ["#REF", "#VALUE", "#DIV/0", "#NAME", "#GETTING_DATA"])
def test_an_error_value_without_its_last_sign_is_one_too(text):
    assert found(one("B2", text)) == [("error", 2, "name", "error_value")]
    assert found(one("B2", "#A1")) == []


@pytest.mark.parametrize("marks", ["({})", "{}", "[{}]"])
def test_the_row_that_numbers_the_columns_is_not_read(marks):
    numbers = [marks.format(number) for number in range(1, 7)]
    data = xlsx_table([HEAD, numbers, ["1a", "x"]])
    assert cells(data, "code") == ["1a"]
    assert found(data) == [("warning", 2, None, "column_numbers")]
    assert cells(xlsx_table([HEAD, ["A", "B", 1, 2, 3, 4], ["1a", "x"]]), "code") == ["1a"]
    assert cells(xlsx_table([HEAD, ["1", "2", 3], ["1a", "x"]]), "code") == ["1", "1a"]


def test_a_heading_with_the_other_letter_that_looks_like_d_is_known():
    assert cells(xlsx_table([["Mã", "Nội dung", "Ðiểm tối đa"], ["1a", "x", "2"]]), "points") == ["2"]
    assert cells(xlsx_table([["Ｍã", "Nội dung"], ["1a", "x"]]), "code") == ["1a"]


def test_where_a_column_is_missing_the_headings_that_are_not_known_are_listed():
    data = xlsx_table([["Mã", "Diễn giải", "Ngày"], ["1a", "x"]])
    assert found(data) == [("error", 1, "name", "missing_column"), ("warning", 1, None, "unused_columns")]


@pytest.mark.parametrize("shown", ["0%", "0.00%"])
def test_a_percentage_in_a_column_of_numbers_is_read_as_it_was_typed(shown):
    assert cells(one("C2", 0.9555, shown), "points") == ["95.55%"]
    row = typed("percentage", "95.55%", ' office:value="0.9555"')
    assert cells(ods([line(*HEAD[:3]), line("1a", "x", row)]), "points", "a.ods") == ["95.55%"]


def test_a_code_that_a_csv_wrote_as_a_number_with_a_comma_is_an_error():
    data = 'Mã;Nội dung;Không áp dụng cho\n1,1;x;"SO-1,SO-2"\n'.encode()
    assert found(data, "a.csv") == [("error", 2, "code", "number_for_code")]


def test_the_heading_repeated_on_the_next_page_is_not_read():
    data = xlsx_table([HEAD, ["1a", "x"], HEAD, ["1b", "y"]])
    assert (cells(data, "code"), found(data)) == (["1a", "1b"], [("warning", 3, None, "repeated_heading")])
