"""Every difference between self points and appraisal is listed once, with how it was settled."""

from app.scoring.exports.differences import differences_workbook
from tests.scoring.exports.files import opened, table


def _rows(story):
    worksheet = opened(differences_workbook(story.round)).active
    return table(worksheet, "Cơ quan, đơn vị")


def test_only_what_was_sent_and_differs_is_listed(appraised):
    assert [(row["Cơ quan, đơn vị"], row["Mã"]) for row in _rows(appraised)] == [
        ("Sở Tư pháp", code) for code in ("1.1", "1.2", "1.3", "2.2", "3.1", "3.2")
    ]


def test_a_settled_difference_carries_both_sides_and_the_conclusion(appraised):
    row = next(row for row in _rows(appraised) if row["Mã"] == "1.2")
    assert list(row.values()) == [
        "Sở Tư pháp",
        "1.2",
        "Hoàn thành kế hoạch",
        2,
        1.5,
        2,
        0.5,
        "Nguyễn Văn Td Nv (2): Theo hồ sơ kiểm chứng.",
        "Theo thực tế",
        1.75,
        "Đã bổ sung hồ sơ",
        "05/BB-HĐTĐ",
    ]


def test_a_claim_that_was_not_accepted_is_a_difference_without_a_number(appraised):
    row = next(row for row in _rows(appraised) if row["Mã"] == "1.1")
    assert (row["Tự chấm"], row["Thẩm định"], row["Chênh lệch"]) == ("KAD", 1, None)


def test_before_anything_is_sent_there_is_nothing(story):
    assert _rows(story) == []
