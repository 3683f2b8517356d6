"""The unit's report says what was approved, and nothing that came later."""

import io
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
    return {row.cells[0]: row.cells[3] for row in leaves.rows}


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


def test_both_files_say_the_total(approved):
    document = _document(approved.sheet("SO-TP"))
    said = "Tổng điểm tự chấm: 5,5/9 điểm, đạt 61,11%."
    word = docx.Document(io.BytesIO(write_docx(document)))
    assert [p.text.startswith(said) for p in word.paragraphs if "Tổng điểm" in p.text] == [True]
    text = pypdf.PdfReader(io.BytesIO(write_pdf(document))).pages[0].extract_text()
    assert " ".join(text.split()).count(said) == 1
