"""The PDF says what the document says, in Vietnamese, on A4, with its QR."""

import io
import re

import pypdf
import pytest

from app.web.documents import Heading, Paragraph, Row, Table, write_pdf
from tests.web.documents.sample import CODE, COLUMNS, report


def _pages(document):
    return pypdf.PdfReader(io.BytesIO(write_pdf(document))).pages


def _millimetres(page):
    return tuple(round(float(side) / 72 * 25.4) for side in page.mediabox[2:])


def _words(page):
    return re.sub(r"\s+", " ", page.extract_text())


def test_vietnamese_text_comes_back_whole():
    said = "Nguyễn Thị Ngọc Ánh được khen thưởng vì đã hoàn thành xuất sắc nhiệm vụ"
    page = _pages(report(body=[Paragraph(said)], verification=None))[0]
    assert _words(page).count(said) == 1


def test_the_head_carries_nation_motto_issuer_number_place_and_date():
    words = _words(_pages(report(rows=1))[0])
    parts = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "SỞ Y TẾ", "Số: 12/BC-SYT")
    assert [part for part in parts if part not in words] == []
    assert words.count("Thanh Hóa, ngày 05 tháng 02 năm 2026") == 1


def test_pages_are_a4_and_numbered_from_the_second():
    pages = _pages(report())
    assert {_millimetres(page) for page in pages} == {(210, 297)}
    numbers = [page.extract_text().split("\n")[0].strip() for page in pages]
    assert numbers[1:] == [str(number) for number in range(2, len(pages) + 1)]
    assert numbers[0] != "1"


def test_a_wide_document_lies_across():
    assert _millimetres(_pages(report(rows=1, landscape=True))[0]) == (297, 210)


def test_text_never_acts_as_markup():
    said = '#let x = *đậm* $1$ @a <b> \\ " https://a.vn'
    page = _pages(report(body=[Paragraph(said, align="left")], verification=None))[0]
    assert _words(page).count(said) == 1


def test_every_page_carries_the_code_and_the_last_one_its_address():
    pages = _pages(report())
    shown = [page.extract_text().count(f"Mã xác thực: {CODE}") for page in pages[:-1]]
    assert shown == [1] * (len(pages) - 1)
    assert _words(pages[-1]).count(f"https://chamdiem.example.gov.vn/xac-thuc/{CODE}") == 1


def test_the_qr_is_drawn_only_when_there_is_something_to_verify():
    with_proof, without = (write_pdf(report(rows=1, **change)) for change in ({}, {"verification": None}))
    assert (_figures(with_proof), _figures(without)) == ([CODE], [])


def _figures(pdf):
    """What stands for each picture to those who cannot see it."""
    objects = (reference.get_object() for reference in _every_object(pypdf.PdfReader(io.BytesIO(pdf))))
    return [item["/Alt"] for item in objects if isinstance(item, dict) and item.get("/S") == "/Figure"]


def _every_object(reader):
    return [pypdf.generic.IndirectObject(number, 0, reader) for number in range(1, reader.trailer["/Size"])]


def test_a_letter_that_no_font_has_does_not_spoil_the_report():
    assert len(_pages(report(body=[Paragraph("Tốt 😀 𐎀 한국")]))) == 1


def test_every_letter_of_a_report_is_set_in_the_one_shipped_typeface():
    letters = "ự ể ỉ ố ẵ Ữ Ệ đ Đ “ ” – … ≥ ≤ × → ½ 0,25"
    body = [Paragraph(letters), Paragraph(letters, bold=True), Paragraph(letters, italic=True)]
    reader = pypdf.PdfReader(io.BytesIO(write_pdf(report(body=body))))
    fonts = {
        font.get_object()["/BaseFont"].split("+")[-1]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert {name.split("-")[0] for name in fonts} == {"Tinos"}, fonts


def test_the_same_document_gives_the_same_bytes():
    assert write_pdf(report(rows=2)) == write_pdf(report(rows=2))


def _with_rows(rows, after=()):
    """A table of so many rows below a heading, then what stands between it and the signature."""
    cells = [Row((f"9.{n}", f"Tiêu chí thành phần thứ {n}", 1, 1, "")) for n in range(1, rows + 1)]
    return _pages(report(body=[Heading("II. KẾT QUẢ"), Table(COLUMNS, cells), *after]))


@pytest.mark.parametrize("rows", range(18, 34, 3))
def test_note_and_signature_never_stand_alone_on_the_last_page(rows):
    note = Paragraph("KAD: không áp dụng.", align="left", italic=True)
    last = _words(_with_rows(rows, [note])[-1])
    parts = (f"9.{rows} Tiêu chí thành phần thứ {rows}", "KAD: không áp dụng.", "GIÁM ĐỐC", "Mã băm SHA-256")
    assert [part for part in parts if part not in last] == []


def test_more_text_than_one_page_holds_still_has_its_last_words_with_the_signature():
    after = [Paragraph(f"Đoạn {n}. " + "Nội dung dài của báo cáo. " * 20) for n in range(1, 9)]
    last = _words(_with_rows(20, after)[-1])
    assert ("Đoạn 8." in last, "GIÁM ĐỐC" in last) == (True, True)


@pytest.mark.parametrize("rows", range(31, 37))
def test_a_heading_row_is_never_the_last_on_its_page(rows):
    above = [Row((f"1.{n}", "Tiêu chí", 1, 1, "")) for n in range(rows)]
    below = [
        Row(("8", "Lĩnh vực sau", 1, 1, ""), bold=True, heads=True),
        Row(("8.3", "Tiêu chí sau", 1, 1, ""), level=1, bold=True, heads=True),
        *(Row((f"8.3.{n}", "Tiêu chí thành phần sau", 1, 1, ""), level=2) for n in range(1, 9)),
    ]
    pages = [_words(page) for page in _pages(report(body=[Table(COLUMNS, [*above, *below])]))]
    (page,) = [page for page in pages if "Lĩnh vực sau" in page]
    assert ("Tiêu chí sau" in page, "8.3.1" in page) == (True, True)


def test_the_tables_head_is_on_every_page():
    assert ["Lĩnh vực, tiêu chí" in _words(page) for page in _with_rows(90)] == [True] * len(_with_rows(90))
