"""The council's minutes list what it concluded and leave the rest to the pen."""

import io
from decimal import Decimal

import pypdf

from app.holding import hold_row
from app.scoring.exports.minutes import minutes_document
from app.scoring.operations.survey_answers import respond_inside
from app.scoring.operations.survey_review import remove_answers
from app.scoring.queries.surveys import campaigns_of
from app.web.documents import Paragraph, Table, write_pdf
from tests.province import NOW
from tests.scoring.exports.files import ISSUER


def _rows(story, number=None):
    document = minutes_document(story.round, ISSUER, at=NOW, number=number)
    return [row.cells for item in document.body if isinstance(item, Table) for row in item.rows]


def test_a_conclusion_stands_with_both_sides_and_its_reason(appraised):
    assert _rows(appraised, "05/BB-HĐTĐ") == [
        (
            1,
            "Sở Tư pháp",
            "1.2 Hoàn thành kế hoạch",
            Decimal("2"),
            "Không có số liệu",
            Decimal("1.5"),
            Decimal("2"),
            Decimal("1.75"),
            "Đã bổ sung hồ sơ",
        )
    ]


def test_without_a_number_each_row_names_its_minutes(appraised):
    assert [cells[-1] for cells in _rows(appraised)] == ["Đã bổ sung hồ sơ (Biên bản số 05/BB-HĐTĐ)"]


def test_other_minutes_list_nothing_of_these(appraised):
    assert _rows(appraised, "06/BB-HĐTĐ") == []


def test_minutes_without_conclusions_say_so_and_are_signed_with_their_last_words(story):
    document = minutes_document(story.round, ISSUER, at=NOW)
    texts = [item.text for item in document.body if isinstance(item, Paragraph)]
    assert "Hội đồng chưa kết luận tiêu chí nào tại kỳ “CCHC 2026”." in texts
    last = " ".join(pypdf.PdfReader(io.BytesIO(write_pdf(document))).pages[-1].extract_text().split())
    assert ("thống nhất thông qua" in last, "CHỦ TỊCH HỘI ĐỒNG" in last) == (True, True)


def test_figures_and_working_stand_with_what_the_council_settled(appraised):
    score = appraised.score("SO-TP", "1.2")
    score.figure_a, score.figure_b = Decimal(9), Decimal(10)
    (row,) = _rows(appraised)
    assert row[4] == "Việc đã xong: 9; Việc phải làm: 10\n9/10 = 90% → bậc 2 → 1 điểm"


def test_the_clerk_and_the_chair_sign_and_time_and_place_are_left_to_the_pen(appraised):
    document = minutes_document(appraised.round, ISSUER, at=NOW)
    assert (document.clerk.role, document.signature.role) == ("THƯ KÝ", "CHỦ TỊCH HỘI ĐỒNG")
    open_lines = [item.text.split(":")[0] for item in document.body if isinstance(item, Paragraph)][:6]
    assert open_lines == [
        "1. Thời gian bắt đầu",
        "2. Địa điểm",
        "3. Chủ trì",
        "4. Thư ký (người ghi biên bản)",
        "5. Thành phần tham dự",
        "6. Vắng mặt",
    ]


def test_the_number_heads_the_paper(appraised):
    document = minutes_document(appraised.round, ISSUER, at=NOW, number="05/BB-HĐTĐ")
    assert (document.number, document.issuer) == ("05/BB-HĐTĐ", "Hội đồng thẩm định")


def test_the_minutes_name_channels_removals_and_points_from_a_file(appraised):
    province, campaign = appraised.province, campaigns_of(appraised.round)[0]
    answers = {question.id: 0 for question in campaign.form.questions if question.kind != "text"}
    appraised.round.state = "open"
    held = hold_row(campaign)
    kept = [
        respond_inside(held, province.agency(code), answers, account=province.account(name), at=NOW)
        for code, name in (("SO-TP", "tp-nhap"), ("SO-TC", "tc-nhap"))
    ]
    kept[1].account_id, kept[1].channel, kept[1].browser_mark = None, "unknown", "x"
    manager, agency = province.account("quan-ly"), province.agency("SO-TP")
    remove_answers(held, agency, kept[:1], "Trả lời hộ", actor=manager, at=NOW)
    appraised.score("SO-NV", "1.5").survey_working = "Nhập từ tệp “a.xlsx”"
    document = minutes_document(appraised.round, ISSUER, at=NOW)
    lines = [item.text for item in document.body if isinstance(item, Paragraph)]
    assert f"- {campaign.form}: 1 phiếu được tính (không rõ nguồn: 1)." in lines
    (removal,) = [line for line in lines if "Đã loại" in line]
    assert ("1 phiếu về Sở Tư pháp" in removal, "lý do: Trả lời hộ" in removal) == (True, True)
    assert any("Điểm của 1 tiêu chí khảo sát nhập từ tệp" in line for line in lines)
