"""One agency leaf by leaf, and the unit's own report as a table."""

from app.scoring.exports.detail import detail_workbook, sheet_workbook
from app.scoring.queries.sheets import sheet_page
from app.scoring.queries.standings import finals, round_standings
from tests.scoring.exports.files import ISSUER, opened, table


def _leaves(worksheet):
    return {row["Mã"]: row for row in table(worksheet, "Mã")}


def test_a_tab_an_agency_in_the_order_of_the_ranking(appraised):
    lines = round_standings(appraised.round).lines
    assert opened(detail_workbook(appraised.round)).sheetnames == [line.sheet.agency_name for line in lines]


def test_final_points_are_those_of_the_standings(appraised):
    rows = _leaves(opened(detail_workbook(appraised.round))["Sở Tư pháp"])
    sheet = appraised.sheet("SO-TP")
    expected = {
        score.criterion.code: final.points and float(final.points)
        for score in sheet.scores
        for final in [finals(appraised.round, sheet.id)[sheet.id][score.criterion_id]]
    }
    assert {code: rows[code]["Điểm cuối cùng"] for code in expected} == expected


def test_a_row_goes_from_self_over_appraised_and_concluded_to_final(appraised):
    row = _leaves(opened(detail_workbook(appraised.round))["Sở Tư pháp"])["1.2"]
    assert row == {
        "Mã": "1.2",
        "Tiêu chí": "Hoàn thành kế hoạch",
        "Điểm tối đa": 2,
        "Số liệu, cách tính": "Không có số liệu",
        "Tự chấm": 1.5,
        "Thẩm định": 2,
        "Kết luận": 1.75,
        "Điểm cuối cùng": 1.75,
        "Lý do của người thẩm định": "Nguyễn Văn Td Nv (2): Theo hồ sơ kiểm chứng.",
        "Lý do kết luận": "Đã bổ sung hồ sơ",
        "Số biên bản": "05/BB-HĐTĐ",
    }


def test_self_points_of_a_sheet_never_sent_do_not_show(appraised):
    rows = _leaves(opened(detail_workbook(appraised.round))["Sở Tài chính"])
    assert (rows["1.2"]["Tự chấm"], rows["2.2"]["Tự chấm"]) == (None, "KAD")


def test_appraisals_not_yet_sent_do_not_show(story):
    rows = _leaves(opened(detail_workbook(story.round))["Sở Tư pháp"])
    assert (rows["1.2"]["Tự chấm"], rows["1.2"]["Thẩm định"], rows["1.2"]["Điểm cuối cùng"]) == (
        1.5,
        None,
        None,
    )


def test_the_units_report_has_its_points_and_its_code(approved):
    sheet = approved.sheet("SO-TP")
    worksheet = opened(sheet_workbook(sheet, ISSUER)).active
    rows = _leaves(worksheet)
    for row in sheet_page(sheet).leaves:
        own = row.score.self_points
        expected = "KAD" if row.score.na_claimed else own if own is None else float(own)
        assert rows[row.criterion.code]["Điểm tự chấm"] == expected
    texts = [cell.value for cell in worksheet["A"]]
    assert texts.count(f"Mã xác thực: {sheet.snapshot.code}") == 1
    assert worksheet.oddFooter.left.text == f"Mã xác thực: {sheet.snapshot.code}"


def test_an_explanation_that_looks_like_a_formula_stays_text(story):
    story.score("SO-TC", "1.2").explanation = "=1+1"
    worksheet = opened(sheet_workbook(story.sheet("SO-TC"), ISSUER)).active
    assert [cell.data_type for cell in worksheet["F"] if cell.value == "=1+1"] == ["s"]


def test_a_draft_says_that_it_is_one_and_has_no_code(story):
    worksheet = opened(sheet_workbook(story.sheet("SO-TC"), ISSUER)).active
    texts = [cell.value for cell in worksheet["A"]]
    assert texts.count("BẢN NHÁP – chưa được thủ trưởng cơ quan phê duyệt") == 1
    assert [text for text in texts if str(text).startswith("Mã xác thực")] == []
