"""The DOCX opens again with the form of Decree 30/2020 and the words that were put in."""

import io

import docx
from docx.oxml.ns import qn

from app.web.documents import Paragraph, Row, Signature, Table, write_docx
from tests.web.documents.sample import CODE, COLUMNS, report


def _opened(**changes):
    return docx.Document(io.BytesIO(write_docx(report(**changes))))


def _millimetres(*lengths):
    return [round(length.mm) for length in lengths]


def _cell_lines(cell):
    return [paragraph.text for paragraph in cell.paragraphs if paragraph.text]


def test_paper_and_margins_are_those_of_the_decree():
    section = _opened(rows=1).sections[0]
    assert _millimetres(section.page_width, section.page_height) == [210, 297]
    sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert _millimetres(*sides) == [20, 20, 30, 15]


def test_a_wide_document_lies_across():
    section = _opened(rows=1, landscape=True).sections[0]
    assert _millimetres(section.page_width, section.page_height) == [297, 210]


def test_the_head_stands_in_two_columns():
    names, below = _opened(rows=1).tables[0].rows
    assert [_cell_lines(cell) for cell in names.cells] == [
        ["ỦY BAN NHÂN DÂN\nTỈNH\u00a0THANH\u00a0HÓA", "SỞ\u00a0Y\u00a0TẾ"],
        ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"],
    ]
    assert [_cell_lines(cell) for cell in below.cells] == [
        ["Số: 12/BC-SYT"],
        ["Thanh Hóa, ngày 05 tháng 02 năm 2026"],
    ]


def test_the_page_number_is_in_the_header_of_every_page_but_the_first():
    section = _opened(rows=1).sections[0]
    assert section.different_first_page_header_footer
    assert [run.text for run in section.header._element.iter(qn("w:instrText"))] == ["PAGE"]
    assert list(section.first_page_header._element.iter(qn("w:instrText"))) == []


def test_figures_stand_the_vietnamese_way_and_formulas_stay_text():
    table = _opened(rows=2).tables[1]
    field, leaf = ([cell.text for cell in row.cells] for row in table.rows[1:3])
    assert field == ["1", "Công tác chỉ đạo, điều hành", "8,5", "7,125", ""]
    assert leaf[2:] == ["0,5", "0,125", "=1+1"]


def test_a_table_repeats_its_head_and_keeps_rows_whole():
    table = _opened(rows=2).tables[1]
    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert heads == [True, False, False, False]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_recipients_and_signature_close_the_text():
    left, right = _opened(rows=1).tables[2].rows[0].cells
    assert _cell_lines(left) == ["Nơi nhận:", "- Như trên;", "- Sở Nội vụ;", "- Lưu: VT, VP."]
    assert _cell_lines(right) == ["GIÁM ĐỐC", "(Chữ ký, dấu của cơ quan)", "Nguyễn Thị An"]


def test_a_clerk_signs_beside_the_one_who_presides_and_the_recipients_stand_below():
    rows = _opened(rows=1, clerk=Signature("THƯ KÝ", None, "(Ký, ghi rõ họ tên)")).tables[2].rows
    assert [_cell_lines(cell)[:2] for cell in rows[0].cells] == [
        ["THƯ KÝ", "(Ký, ghi rõ họ tên)"],
        ["GIÁM ĐỐC", "(Chữ ký, dấu của cơ quan)"],
    ]
    assert _cell_lines(rows[1].cells[0])[0] == "Nơi nhận:"


def test_the_code_its_address_and_one_qr_are_there():
    word = _opened(rows=1)
    lines = _cell_lines(word.tables[3].rows[0].cells[1])
    assert lines[:2] == [
        f"Mã xác thực: {CODE}",
        f"Địa chỉ kiểm tra: https://chamdiem.example.gov.vn/xac-thuc/{CODE}",
    ]
    assert len(word.inline_shapes) == 1
    assert word.sections[0].footer.paragraphs[0].text == f"Mã xác thực: {CODE}"


def test_without_verification_there_is_no_picture():
    assert len(_opened(rows=1, verification=None).inline_shapes) == 0


def test_control_characters_do_not_break_the_file():
    word = _opened(body=[Paragraph("Sở\x0b Y\x00 tế")])
    assert [p.text for p in word.paragraphs if p.text.startswith("Sở")] == ["Sở Y tế"]


def _kept(rows):
    """Whether each row stays with the next."""
    return [
        all(p.paragraph_format.keep_with_next for cell in row.cells for p in cell.paragraphs) for row in rows
    ]


def test_heading_rows_the_last_row_its_note_and_the_signature_stay_together():
    rows = [Row(("1", "Lĩnh vực", 1, 1, ""), heads=True), *(Row((f"1.{n}", "Tiêu chí", 1, 1, "")) for n in (1, 2))]
    note = Paragraph("KAD: không áp dụng.", align="left")
    word = _opened(body=[Table(COLUMNS, rows), note])
    assert _kept(word.tables[1].rows) == [True, True, False, True]
    notes = [p for p in word.paragraphs if p.text == note.text]
    assert [p.paragraph_format.keep_with_next for p in notes] == [True]
    assert _kept(word.tables[2].rows) == [True]


def test_one_typeface_is_named_for_every_script():
    fonts = _opened(rows=1).styles["Normal"].element.rPr.rFonts
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia", "cs")} == {"Times New Roman"}
