"""The unit's report says what was approved, and nothing that came later."""

import hashlib
import io
import json
from datetime import timedelta
from decimal import Decimal

import docx
import pypdf

from app.clock import local_date
from app.extensions import db
from app.scoring.exports.content import report_content
from app.scoring.exports.report import DRAFT, report_document
from app.scoring.queries.sheets import sheet_page
from app.web.documents import Paragraph, Table, write_docx, write_pdf
from tests.province import NOW
from tests.scoring.exports.files import ISSUER


def _document(sheet, **when):
    return report_document(sheet, ISSUER, **({"at": NOW} | when))


def _points(document):
    fields, leaves = (item for item in document.body if isinstance(item, Table))
    return {row.cells[0]: row.cells[4] for row in leaves.rows}


def test_a_draft_is_marked_and_has_nothing_to_verify(story):
    document = _document(story.sheet("SO-TC"))
    assert (document.body[0], document.verification) == (Paragraph(DRAFT, align="center", bold=True), None)


def test_an_approved_report_carries_its_code_address_and_digest(approved):
    snapshot = approved.sheet("SO-TP").snapshot
    proof = _document(approved.sheet("SO-TP")).verification
    assert (proof.code, proof.url, proof.digest) == (
        snapshot.code,
        f"https://cham.example.vn/verify/{snapshot.code}",
        snapshot.digest,
    )


def test_approved_points_are_those_of_the_sheets_page(approved):
    sheet = approved.sheet("SO-TP")
    page, content = sheet_page(sheet), report_content(sheet)
    assert (content.points, content.maximum) == (page.total.points, page.total.maximum)
    assert (content.total, content.fields) == (page.total, page.fields)


def test_what_changes_after_approval_does_not_show(approved):
    sheet = approved.sheet("SO-TP")
    before = _document(sheet)
    approved.score("SO-TP", "1.2").self_points = Decimal("0.125")
    sheet.agency_name = "Sở khác"
    db.session.flush()
    assert _document(sheet, at=NOW + timedelta(days=9)) == before
    assert _points(before)["1.2"] == Decimal("1.5")


def test_a_draft_shows_what_is_there_now(story):
    story.score("SO-TC", "1.2").self_points = Decimal("0.125")
    db.session.flush()
    assert _points(_document(story.sheet("SO-TC")))["1.2"] == Decimal("0.125")


def test_not_applicable_is_kad_and_what_others_assess_is_blank(approved):
    points = _points(_document(approved.sheet("SO-TP")))
    assert (points["1.1"], points["1.4"], points["1.5"]) == ("KAD", None, None)


def test_the_date_is_the_day_of_approval_in_the_province(approved):
    document = _document(approved.sheet("SO-TP"), at=NOW + timedelta(days=40))
    assert document.date == local_date(NOW)


def test_the_leader_signs_under_the_post_of_the_agency(approved):
    signature = _document(approved.sheet("SO-TP")).signature
    assert (signature.role, signature.name) == ("GIÁM ĐỐC", "Nguyễn Văn Tp Duyet")


def test_a_committee_signs_for_itself_and_has_nothing_above(story):
    sheet = story.sheet("SO-TC")
    sheet.agency_name = "UBND xã Đông Tiến"
    document = _document(sheet)
    assert (document.issuer, document.issuer_parent) == ("Ủy ban nhân dân xã Đông Tiến", None)
    assert document.signature.authority == "TM. ỦY BAN NHÂN DÂN"


def _rows_of(document):
    fields, leaves = (item for item in document.body if isinstance(item, Table))
    return {row.cells[0]: row.cells for row in fields.rows}, {row.cells[0]: row.cells for row in leaves.rows}


def _answer(story, code, **values):
    score = story.score("SO-TC", code)
    for name, value in values.items():
        setattr(score, name, value)
    db.session.flush()


def test_a_row_carries_its_figures_and_their_working(story):
    _answer(story, "1.2", figure_a=Decimal(9), figure_b=Decimal(10))
    _answer(story, "1.1", na_claimed=False, option=0, self_points=Decimal(1))
    _fields, rows = _rows_of(_document(story.sheet("SO-TC")))
    assert rows["1.2"][3] == "Việc đã xong: 9; Việc phải làm: 10\n9/10 = 90% → bậc 2 → 1 điểm"
    assert (rows["1.1"][3], rows["1.3"][3]) == ("Bậc 1 (Đúng hạn) → 1 điểm", "Không có số liệu")


def test_a_row_that_does_not_apply_says_who_says_so(story):
    _fields, rows = _rows_of(_document(story.sheet("SO-TC")))
    assert (rows["1.1"][3:5], rows["2.2"][3:5]) == (("", "KAD"), ("", "KAD"))
    assert rows["1.1"][5].startswith("Cơ quan đề nghị không áp dụng\n")
    assert rows["2.2"][5] == "Không áp dụng theo bộ tiêu chí"


def test_bonuses_stand_outside_the_maximum(story):
    fields, rows = _rows_of(_document(story.sheet("SO-TC")))
    assert fields["3"][2:] == ("–", "–", "+0,5", "–")
    assert (rows["3"][2], rows["3"][4]) == (None, "+0,5")
    _answer(story, "3.2", self_points=Decimal(2))
    assert _rows_of(_document(story.sheet("SO-TC")))[0]["3"][4] == "-1,5"


def test_the_title_says_what_when_and_whose_once(approved):
    document = _document(approved.sheet("SO-TP"))
    title = "Kết quả tự đánh giá, chấm điểm Chỉ số cải cách hành chính năm 2026\ncủa Sở Tư pháp"
    opening = next(item.text for item in document.body if isinstance(item, Paragraph))
    assert (document.title, document.subtitle) == ("Báo cáo", title)
    assert (opening.count("Chỉ số cải cách hành chính"), "tại kỳ “CCHC 2026”" in opening) == (0, True)


def test_place_and_symbol_are_the_agencys_own_or_made_from_its_name(story):
    sheet = story.sheet("SO-TC")
    assert (_document(sheet).place, _document(sheet).symbol) == ("Thanh Hóa", "BC-STC")
    sheet.agency.place, sheet.agency.symbol = "Sầm Sơn", "TC"
    assert (_document(sheet).place, _document(sheet).symbol) == ("Sầm Sơn", "BC-TC")
    sheet.agency.place = sheet.agency.symbol = None
    sheet.agency_name = "UBND phường Bỉm Sơn"
    assert (_document(sheet).place, _document(sheet).symbol) == ("Bỉm Sơn", "BC-UBND")


def test_evidence_is_named_by_number_and_date(approved):
    content = json.loads(approved.sheet("SO-TP").snapshot.content)
    row = next(row for row in content["rows"] if row["code"] == "1.2")
    row["evidence"] = [{"name": "QD lon 15MB.pdf", "number": "21/KH-TP", "issued_on": "2026-02-07", "sha256": "0" * 64}]
    approved.sheet("SO-TP").snapshot.content = json.dumps(content)
    _fields, rows = _rows_of(_document(approved.sheet("SO-TP")))
    assert rows["1.2"][5].endswith("Tài liệu: Kế hoạch số 21/KH-TP ngày 07/02/2026")


def test_a_report_approved_before_figures_were_kept_prints_with_what_it_has(approved):
    sheet = approved.sheet("SO-TP")
    content = json.loads(sheet.snapshot.content)
    del content["version"], content["agency"]["place"], content["agency"]["symbol"]
    for row in content["rows"]:
        del row["told"], row["working"], row["na_by_rule"]
        if row["code"] == "2.1":
            row["figures"] = ["3", "4", None, None]
        for evidence in row["evidence"]:
            del evidence["issued_on"]
    sheet.snapshot.content = json.dumps(content)
    _fields, rows = _rows_of(_document(sheet))
    assert (rows["2.1"][3], rows["2.2"][3]) == ("Văn bản đúng tiến độ: 3; Văn bản được giao: 4", "—")
    assert rows["1.1"][5].startswith("Không áp dụng\n")
    assert (_document(sheet).place, _document(sheet).symbol) == ("Thanh Hóa", "BC-STP")


def test_the_digest_of_a_content_is_that_of_its_text_and_no_approval_is_written_anew(approved):
    snapshot = approved.sheet("SO-TP").snapshot
    content = snapshot.content
    _document(approved.sheet("SO-TP"))
    assert snapshot.content == content
    assert hashlib.sha256(content.encode()).hexdigest() == snapshot.digest


def test_both_files_say_the_total(approved):
    document = _document(approved.sheet("SO-TP"))
    said = "Tổng điểm tự chấm: 5,5/9 điểm, đạt 61,11%."
    word = docx.Document(io.BytesIO(write_docx(document)))
    assert [p.text.startswith(said) for p in word.paragraphs if "Tổng điểm" in p.text] == [True]
    text = pypdf.PdfReader(io.BytesIO(write_pdf(document))).pages[0].extract_text()
    assert " ".join(text.split()).count(said) == 1
