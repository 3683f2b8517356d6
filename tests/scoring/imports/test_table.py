"""Bytes become rows of text, or findings; nothing is ever raised."""

import io
import unicodedata
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.imports import table, workbook
from app.scoring.imports.accounts import parse_accounts
from app.scoring.imports.agencies import parse_agencies
from app.scoring.imports.criteria import parse_criteria
from app.scoring.imports.scores import parse_scores
from app.scoring.imports.surveys import parse_surveys
from app.scoring.imports.table import Column, read_table

from .tables import csv_table, places, xlsx_table

COLUMNS = (
    Column("code", ("Mã",), required=True),
    Column("name", ("Nội dung",), required=True),
    Column("note"),
)


def rows(data: bytes, filename: str = "a.csv") -> list[tuple[int, str, str, str]]:
    read = read_table(data, filename, COLUMNS).rows
    return [(row.number, row.cells["code"], row.cells["name"], row.cells["note"]) for row in read]


def found(data: bytes, filename: str = "a.csv"):
    return places(read_table(data, filename, COLUMNS).findings)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_csv_is_read_with_or_without_a_byte_order_mark(encoding):
    data = "code,name\n1,Cải cách hành chính\n".encode(encoding)
    assert (rows(data), found(data)) == ([(2, "1", "Cải cách hành chính", "")], [])


def test_legacy_vietnamese_csv_is_read_in_composed_form_with_a_warning():
    # The code page has ơ and a separate hook above.
    data = "code,name\n1,S\u01a1\u0309\n".encode("cp1258")
    assert rows(data) == [(2, "1", "Sở", "")]
    assert found(data) == [("warning", None, None, "legacy_encoding")]


def test_bytes_in_no_known_encoding_are_an_error():
    assert found(b"code,name\n1,\xd2\xff\x9a\n") == [("error", None, None, "unknown_encoding")]


def test_damaged_utf8_is_refused_rather_than_garbled():
    data = "code,name\n1,Cải cách hành chính".encode() + b"\xe1\n"
    assert found(data) == [("error", None, None, "unknown_encoding")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_that_finds_the_header(delimiter):
    data = csv_table(("code", "name", "note"), ("1", "a, b; c", "d"), delimiter=delimiter)
    assert rows(data) == [(2, "1", "a, b; c", "d")]


def test_headings_are_known_in_vietnamese_without_regard_to_case_marks_or_order():
    data = "GHI CHU,NỘI  DUNG (*),mã\nx,y,1\n".encode()
    assert rows(data) == [(2, "1", "y", "")]
    assert found(data) == [
        ("warning", 1, "name", "heading_in_brackets"),
        ("warning", 1, None, "unused_columns"),
    ]


def test_the_header_may_stand_under_title_rows_and_rows_keep_their_excel_numbers():
    data = xlsx_table([[], ["Bộ tiêu chí"], [], ["Mã", "Nội dung"], ["1", "x"], [], ["2", "y"]])
    assert rows(data, "a.xlsx") == [(5, "1", "x", ""), (7, "2", "y", "")]


def test_a_csv_record_over_two_lines_counts_as_one_row():
    assert rows(b'code,name\n1,"x\ny"\n2,z\n') == [(2, "1", "x\ny", ""), (3, "2", "z", "")]


def test_the_first_sheet_with_the_header_is_read():
    data = xlsx_table([["Hướng dẫn"]], [["code", "name"], ["1", "x"]], [["code", "name"], ["2", "y"]])
    assert rows(data, "a.xlsx") == [(2, "1", "x", "")]


def test_workbook_cells_become_plain_text():
    data = xlsx_table([["code", "name", "note"], [1.0, 0.125, date(2025, 7, 1)], [1.1, True, 100000]])
    assert rows(data, "a.xlsx") == [(2, "1", "0.125", "2025-07-01"), (3, "1.1", "yes", "100000")]


def test_a_missing_required_column_is_reported_at_the_header_row():
    read = read_table(b"title\ncode,note\n1,x\n", "a.csv", COLUMNS)
    assert (read.rows, places(read.findings)) == ([], [("error", 2, "name", "missing_column")])
    assert read.findings[0].message == "Thiếu cột “Nội dung” (name)."
    assert read.findings[0].as_dict() == {
        "severity": "error", "row": 2, "column": "name", "code": "missing_column",
        "message": "Thiếu cột “Nội dung” (name).",
    }  # fmt: skip


@pytest.mark.parametrize("data", [b"", b"\n , \n", b"code,name\n", b"\xef\xbb\xbf"])
def test_a_file_without_rows_is_empty(data):
    assert found(data) == [("error", None, None, "empty_file")]


def test_decomposed_text_is_composed_with_a_warning_at_its_cell():
    data = csv_table(("code", "name"), ("1", "Sở"), ("2", unicodedata.normalize("NFD", "Sở")))
    assert rows(data) == [(2, "1", "Sở", ""), (3, "2", "Sở", "")]
    assert found(data) == [("warning", 3, "name", "not_nfc")]


def test_a_warning_that_repeats_is_counted_after_the_twentieth():
    names = [(str(number), unicodedata.normalize("NFD", "Sở")) for number in range(30)]
    findings = read_table(csv_table(("code", "name"), *names), "a.csv", COLUMNS).findings
    assert len(findings) == 21
    assert (findings[-1].row, findings[-1].message) == (22, "Còn 10 ô khác có cùng lỗi này.")


def test_a_row_with_more_cells_than_the_header_is_an_error():
    assert found(b"code,name\n1,a, b\n2,c,\n") == [("error", 2, None, "too_many_cells")]


def test_invisible_characters_are_dropped():
    assert rows("code,name\n\u200b1\u00a0,a\x00\u00a0b\n".encode()) == [(2, "1", "a b", "")]


def test_damaged_workbooks_are_an_error():
    whole = xlsx_table([["code", "name"], ["1", "x"]])
    damaged = [("error", None, None, "damaged_file")]
    assert found(whole[: len(whole) // 2], "a.xlsx") == damaged
    assert found(whole[:300] + b"\xff" * 200 + whole[500:], "a.xlsx") == damaged
    assert found(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 not a workbook", "a.xls") == damaged
    assert found(b"plain text", "a.xlsx") == damaged


def test_an_archive_that_is_no_workbook_is_an_error():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert found(data.getvalue(), "a.xlsx") == [("error", None, None, "damaged_file")]


def test_an_archive_that_unpacks_beyond_the_limit_is_not_parsed(monkeypatch):
    monkeypatch.setattr(workbook, "MAX_UNPACKED_BYTES", 2_000)
    data = xlsx_table([["code", "name"], ["1", "x" * 5_000]])
    assert found(data, "a.xlsx") == [("error", None, None, "file_too_big")]


def test_a_cell_in_the_far_corner_does_not_make_the_parser_allocate_the_whole_sheet():
    data = xlsx_table([["code", "name"], ["1", "x"], [None] * 16_383 + ["y"]])
    assert found(data, "a.xlsx") == [("error", None, None, "too_many_rows")]


def test_files_over_the_byte_limit_are_not_read(monkeypatch):
    monkeypatch.setattr(table, "MAX_BYTES", 10)
    assert found(b"code,name\n1,x\n") == [("error", None, None, "file_too_big")]


def test_files_over_the_row_limit_give_no_rows():
    many = b"code,name\n" + b"1,x\n" * 20_001
    assert (rows(many), found(many)) == ([], [("error", None, None, "too_many_rows")])
    assert len(rows(many[:-4])) == 20_000


HEADERS = st.sampled_from(
    [
        b"",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\xff\xfe",
        b'code,name\n"',
        b"code,parent_code,",
    ]
)


@settings(max_examples=150, deadline=None)
@given(HEADERS, st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "", "b.xls"]))
def test_arbitrary_bytes_never_raise(header, body, filename):
    for parse in (parse_criteria, parse_agencies, parse_accounts, parse_scores, parse_surveys):
        parsed = parse(header + body, filename)
        assert parsed.has_errors


CELLS = st.text(alphabet="01.,;:=>%|/abn \n\"'éở", max_size=12)
METHODS = st.sampled_from(
    ["sum", "yes_no", "tiers", "percent_tiers", "proportional", "count", "survey", "bonus"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS, METHODS, CELLS, CELLS), min_size=1, max_size=6))
def test_arbitrary_cells_never_raise(cells):
    headings = ("code", "parent_code", "name", "max_score", "scoring_method", "rule", "figures")
    parsed = parse_criteria(csv_table(headings, *cells), "a.csv")
    assert parsed.nodes_count <= len(cells)
    assert all(isinstance(finding.message, str) for finding in parsed.findings)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_workbook_with_changed_bytes_never_raises(changes):
    data = bytearray(xlsx_table([["code", "name"], ["1", "x"]]))
    for place, byte in changes:
        data[place % len(data)] = byte
    read = read_table(bytes(data), "a.xlsx", COLUMNS)
    assert read.rows != [] or read.has_errors
