"""The council's minutes list what it concluded and leave the rest to the pen."""

from decimal import Decimal

from app.scoring.exports.minutes import minutes_document
from app.web.documents import Table
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


def test_the_number_heads_the_paper(appraised):
    document = minutes_document(appraised.round, ISSUER, at=NOW, number="05/BB-HĐTĐ")
    assert (document.number, document.issuer) == ("05/BB-HĐTĐ", "Hội đồng thẩm định")
