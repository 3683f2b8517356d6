"""The report on the ranking says the ranks of the screen, group by group."""

import json

from app.clock import PROVINCE_ZONE
from app.codes import code_of_digest
from app.holding import hold_row
from app.scoring.exports.cells import PROVISIONAL
from app.scoring.exports.detail import detail_workbook, sheet_workbook
from app.scoring.exports.differences import differences_workbook
from app.scoring.exports.matrix import criterion_matrix, field_matrix
from app.scoring.exports.minutes import minutes_document
from app.scoring.exports.ranking import ranking_workbook
from app.scoring.exports.ranking_report import ranking_document
from app.scoring.exports.report import report_document
from app.scoring.exports.unlocks import unlock_lines
from app.scoring.operations import unlocking
from app.scoring.queries.appraisals import get_work
from app.scoring.queries.records import content_of, record_of
from app.scoring.queries.standings import round_standings
from app.scoring.rules import format_points, rounded
from app.web.documents import Heading, Paragraph, Table
from tests.province import NOW, conclude_round
from tests.scoring.exports.files import ISSUER, opened


def test_ranks_and_indexes_are_those_of_the_standings(appraised):
    document = ranking_document(appraised.round, ISSUER, at=NOW)
    rows = [row.cells for item in document.body if isinstance(item, Table) for row in item.rows]
    assert rows == [
        (line.rank, line.sheet.agency_name, line.total.points, line.total.maximum)
        + (format_points(rounded(line.index, 2), 2), line.grade)
        for line in round_standings(appraised.round).lines
    ]


def test_each_group_has_its_heading(appraised):
    document = ranking_document(appraised.round, ISSUER, at=NOW)
    assert [item.text for item in document.body if isinstance(item, Heading)] == ["1. Sở, ban, ngành"]


def test_it_is_provisional_until_concluded(appraised):
    warning = Paragraph(PROVISIONAL, align="center", bold=True)
    assert ranking_document(appraised.round, ISSUER, at=NOW).body.count(warning) == 1
    appraised.round.state = "concluded"
    assert ranking_document(appraised.round, ISSUER, at=NOW).body.count(warning) == 0


def test_a_concluded_ranking_carries_the_digest_of_its_data_and_the_code_to_check_it_by(appraised):
    def body():
        return ranking_document(appraised.round, ISSUER, at=NOW).body

    assert isinstance(body()[-1], Table)
    conclude_round(appraised.round, appraised.province)
    digest = record_of(appraised.round).digest
    said, check = body()[-2:]
    text = f"Dữ liệu của kết quả đã đóng băng khi kết luận; mã băm SHA-256: {digest}"
    assert said == Paragraph(text, align="left", italic=True)
    assert ISSUER.verification_url(code_of_digest(digest)) in check.text


def words_of(content: bytes) -> set:
    """Every text of the workbook's first tab."""
    return {cell for row in opened(content).worksheets[0].iter_rows(values_only=True) for cell in row}


def test_an_unlock_is_printed_on_the_units_report_without_its_reason(appraised):
    round_, account = appraised.round, appraised.province.account
    work = get_work(account("td-tp"), round_.id)
    held = hold_row(work.round), hold_row(work)
    asked = unlocking.request_unlock(*held, "Sở Tài chính gọi điện", actor=account("quan-ly"), at=NOW)
    unlocking.confirm_unlock(hold_row(asked), actor=account("quan-ly-2"), at=NOW)
    said = (
        f"Đã mở khóa: kết quả thẩm định của Nguyễn Văn Td Tp lúc {NOW.astimezone(PROVINCE_ZONE):%H:%M %d/%m/%Y}; "
        "hai người thực hiện: Nguyễn Văn Quan Ly (đề nghị), Nguyễn Văn Quan Ly 2 (xác nhận)."
    )
    line, own, foreign = Paragraph(said, align="left", italic=True), "SO-TC", "SO-TP"
    reports = [report_document(appraised.sheet(code), ISSUER, at=NOW).body for code in (own, foreign)]
    assert [body.count(line) for body in reports] == [1, 0]  # nobody appraises their own agency
    books = [words_of(sheet_workbook(appraised.sheet(code), ISSUER)) for code in (own, foreign)]
    assert [said in words for words in books] == [True, False]


def test_an_unlock_is_printed_on_reports_and_frozen_with_the_round(appraised):
    round_, account = appraised.round, appraised.province.account
    work = get_work(account("td-nv"), round_.id)
    held = hold_row(work.round), hold_row(work)
    asked = unlocking.request_unlock(*held, "Chấm nhầm cột", actor=account("quan-ly"), at=NOW)
    assert unlock_lines(round_) == []
    unlocking.confirm_unlock(hold_row(asked), actor=account("quan-ly-2"), at=NOW)
    at = NOW.astimezone(PROVINCE_ZONE)
    said = (
        f"Đã mở khóa: kết quả thẩm định của Nguyễn Văn Td Nv lúc {at:%H:%M %d/%m/%Y}; lý do: Chấm nhầm cột; "
        "hai người thực hiện: Nguyễn Văn Quan Ly (đề nghị), Nguyễn Văn Quan Ly 2 (xác nhận)."
    )
    line = Paragraph(said, align="left", italic=True)
    documents = [ranking_document(round_, ISSUER, at=NOW), minutes_document(round_, ISSUER, at=NOW)]
    assert [document.body.count(line) for document in documents] == [1, 1]
    makers = (ranking_workbook, field_matrix, criterion_matrix, detail_workbook, differences_workbook)
    assert [said in words_of(maker(round_)) for maker in makers] == [True] * 5
    frozen = json.loads(content_of(round_))["unlocks"]
    assert [(u["appraiser"], u["requested_by"], u["confirmed_by"]) for u in frozen] == [
        ("td-nv", "quan-ly", "quan-ly-2")
    ]
